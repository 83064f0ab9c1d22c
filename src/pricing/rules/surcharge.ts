import { dayNumber } from '../airport-times.ts';
import { basisPoints, cents, formatRate, percentOf, sum } from '../money.ts';
import { type Service, type SurchargeRule, type Weekday, weekdays } from '../rate-card.ts';
import type { PriceLine, RuleInput } from './context.ts';

/**
 * Weekend, holiday and peak surcharges: each matching rule is its own line; peak and holiday rules that yield something
 * add up and replace the weekend's (`product.md` §2). A percent is of package, items after the minimum, and specialty.
 */
export function surchargeLines({ request, card }: RuleInput, priced: readonly PriceLine[]): PriceLine[] {
  const weekday = weekdayOf(request.pickupDate);
  const base = sum(priced.map((line) => line.amountCents));
  const lines = matchingRules(card.card.surchargeRules, request.service, request.pickupDate, weekday)
    .map((rule) => ({ rule, amountCents: figureOf(rule, base) }))
    .filter(({ amountCents }) => amountCents > 0);
  const special = lines.some(({ rule }) => rule.type !== 'weekend');
  return lines
    .filter(({ rule }) => !special || rule.type !== 'weekend')
    .map(({ rule, amountCents }) => ({
      kind: 'surcharge' as const,
      code: rule.code,
      label: labelOf(rule),
      reason: reasonOf(rule, weekday),
      amountCents,
    }));
}

/** The rules that bear on a service (on any, for `null`) on a day: a special day that costs something hides the weekend's. */
export function surchargesOn(
  rules: readonly SurchargeRule[],
  service: Service | null,
  day: string,
): { code: string; label: string }[] {
  const matching = matchingRules(rules, service, day, weekdayOf(day)).filter(
    (rule) => (rule.amountCents ?? rule.percentBasisPoints ?? 0) > 0,
  );
  const special = matching.some((rule) => rule.type !== 'weekend');
  return matching
    .filter((rule) => !special || rule.type !== 'weekend')
    .map((rule) => ({ code: rule.code, label: labelOf(rule) }));
}

/** The weekday of a valid `YYYY-MM-DD`. */
export function weekdayOf(day: string): Weekday {
  // Day 0 of the count was a Thursday, the fourth of our week.
  return weekdays[(((dayNumber(day) + 3) % 7) + 7) % 7] ?? 'monday';
}

function matchingRules(
  rules: readonly SurchargeRule[],
  service: Service | null,
  day: string,
  weekday: Weekday,
): SurchargeRule[] {
  return rules.filter(
    (rule) =>
      (service === null || rule.services.includes(service)) &&
      (rule.type === 'weekend' ? rule.weekdays.includes(weekday) : rule.from <= day && day <= rule.to),
  );
}

function figureOf(rule: SurchargeRule, base: ReturnType<typeof cents>) {
  if (rule.amountCents !== undefined) return cents(rule.amountCents);
  return percentOf(base, basisPoints(rule.percentBasisPoints ?? 0));
}

function labelOf(rule: SurchargeRule): string {
  return rule.percentBasisPoints === undefined
    ? rule.name
    : `${rule.name} (${formatRate(basisPoints(rule.percentBasisPoints))})`;
}

function reasonOf(rule: SurchargeRule, weekday: Weekday): string {
  if (rule.type === 'weekend') return `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} pickup`;
  return rule.type === 'holiday' ? 'Holiday pickup' : 'Peak day pickup';
}
