import { Op } from 'sequelize';
import { z } from 'zod';
import { choice, choices, made, money, percent, serviceDay, text, yesNo } from '../../admin/kit/columns.ts';
import { moneySql, percentSql, wordListSql } from '../../admin/kit/csv-sql.ts';
import { type Block, defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { weekdayWords } from '../../admin/kit/words.ts';
import { addDays, formatServiceDay, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Weekday } from '../../pricing/rate-card.ts';
import { weekdayOf } from '../../pricing/rules/surcharge.ts';
import { serviceWords } from '../bookings/service-words.ts';
import { SurchargeRule } from './surcharge-rule.model.ts';
import { surchargeRulePolicy } from './surcharge-rule.policy.ts';

const types = { weekend: 'Weekdays', holiday: 'Holiday', peak: 'Peak days' };
const DAYS_AHEAD = 60;

interface Hit {
  readonly type: unknown;
  readonly weekdays: unknown;
  readonly fromDay: unknown;
  readonly toDay: unknown;
}

/** The days of the next sixty that a rule is for. */
export function daysHit({ type, weekdays, fromDay, toDay }: Hit, today: ServiceDay): ServiceDay[] {
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => addDays(today, ahead));
  if (type === 'weekend') return days.filter((day) => (weekdays as Weekday[]).includes(weekdayOf(day)));
  return days.filter((day) => String(fromDay) <= day && day <= String(toDay));
}

function daysBlock(ctx: Context, row: Hit & { readonly active: unknown }): Block {
  const title = `Days it hits in the next ${DAYS_AHEAD}`;
  if (!row.active) return { kind: 'text', title, text: 'None: it is switched off.' };
  const days = daysHit(row, serviceDayOf(ctx.clock.now()));
  const text = days.length === 0 ? 'None.' : `${days.length}: ${days.map(formatServiceDay).join(' · ')}`;
  return { kind: 'text', title, text };
}

export const surchargeRules = defineResource({
  noun: {
    model: SurchargeRule,
    policy: surchargeRulePolicy,
    constraints: {
      surcharge_rules_one_figure: {
        path: 'amountCents',
        message: 'Give either a fixed sum or a percentage.',
      },
      surcharge_rules_when: {
        path: 'type',
        message:
          'Weekday rules have weekdays; holidays and peak days have a first and a last day, in that order.',
      },
    },
  },
  label: { one: 'Surcharge rule', many: 'Surcharge rules' },
  group: 'Catalog',
  icon: 'TrendingUp',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    code: text('Code'),
    type: choice('Kind', types),
    services: choices('Services', serviceWords),
    amountCents: money('Fixed sum'),
    percentBasisPoints: percent('Percent'),
    figure: made(
      'Adds',
      ['amountCents', 'percentBasisPoints'],
      (row, now) =>
        row.amountCents === null
          ? percent('').cell(row.percentBasisPoints, row, now)
          : money('').cell(row.amountCents, row, now),
      (of) => `coalesce(${moneySql(of('amountCents'))}, ${percentSql(of('percentBasisPoints'))})`,
      { isHarmless: true },
    ),
    when: made(
      'When',
      ['type', 'weekdays', 'fromDay', 'toDay'],
      (row, now) => {
        if (row.type === 'weekend') return choices('', weekdayWords).cell(row.weekdays, row, now);
        const from = formatServiceDay(row.fromDay as ServiceDay);
        return {
          text: row.fromDay === row.toDay ? from : `${from} – ${formatServiceDay(row.toDay as ServiceDay)}`,
        };
      },
      (of) => `case when ${of('type')} = 'weekend' then ${wordListSql(of('weekdays'), weekdayWords, '')}
        else concat_ws(' – ', ${of('fromDay')}, nullif(${of('toDay')}, ${of('fromDay')})) end`,
      { sortBy: 'fromDay' },
    ),
    weekdays: choices('Weekdays', weekdayWords),
    fromDay: serviceDay('First day'),
    toDay: serviceDay('Last day'),
    active: yesNo('In force'),
  },
  list: ['name', 'type', 'when', 'figure', 'services', 'active'],
  sections: [
    { title: 'Rule', columns: ['name', 'code', 'type', 'active'] },
    { title: 'What and when', columns: ['figure', 'when', 'services'] },
  ],
  filters: ['type', 'active', 'fromDay', 'toDay'],
  search: ['name', 'code'],
  searchWords: 'Name or code',
  sort: { by: 'fromDay', direction: 'desc' },
  views: {
    coming: {
      label: 'Now and coming',
      where: ({ clock }) => ({
        [Op.or]: [{ type: 'weekend' }, { toDay: { [Op.gte]: serviceDayOf(clock.now()) } }],
      }),
      sort: { by: 'fromDay', direction: 'asc' },
    },
    off: { label: 'Switched off', where: () => ({ active: false }) },
  },
  form: z
    .strictObject({
      name: field.line('Name', 100, 'Customers read it in their price.'),
      code: field.code(),
      type: field.choice('Kind', types, 'Holidays and peak days that match replace weekday rules.'),
      weekdays: field.optional(field.choices('Weekdays', weekdayWords, 'For weekday rules only.')),
      fromDay: field.optional(field.day('First day', 'For holidays and peak days.')),
      toDay: field.optional(field.day('Last day', 'Included. The same as the first for one day.')),
      services: field.choices('Services', serviceWords),
      amountCents: field.optional(field.money('Fixed sum', 'Either this or a percentage.')),
      percentBasisPoints: field.optional(
        field.percent('Percent', 100_000, 'Of package, items and specialty items; never of other fees.'),
      ),
      active: field.yesNo('In force').default(true),
    })
    .superRefine((rule, context) => {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message, params: { code: 'not_allowed' } });
      if ((rule.amountCents === null) === (rule.percentBasisPoints === null))
        refuse('amountCents', 'Give either a fixed sum or a percentage.');
      const isWeekly = rule.type === 'weekend';
      if (isWeekly && !rule.weekdays) refuse('weekdays', 'Choose the weekdays.');
      if (isWeekly && (rule.fromDay !== null || rule.toDay !== null))
        refuse('fromDay', 'A weekday rule has no days of the calendar.');
      if (!isWeekly && rule.weekdays) refuse('weekdays', 'Only weekday rules have weekdays.');
      if (!isWeekly && rule.fromDay === null) refuse('fromDay', 'Choose the first day.');
      if (!isWeekly && rule.toDay === null) refuse('toDay', 'Choose the last day.');
      if (rule.fromDay !== null && rule.toDay !== null && rule.toDay < rule.fromDay)
        refuse('toDay', 'The last day is before the first.');
    }),
  blocks: async (ctx, row) => [
    daysBlock(ctx, row as unknown as Hit & { active: unknown }),
    await recordHistory(ctx, 'surchargeRule', String(row.id)),
  ],
  empty: 'No surcharge rule here.',
});
