import { z } from 'zod';
import type { Context } from '../../context.ts';
import type { Violation } from '../../errors.ts';
import { basisPoints, formatRate } from '../../pricing/money.ts';
import { select } from '../_kit/sql.ts';

/** The figures that `rules.md` prints in italics, with those defaults, and what the law wants under some mail. A row of `settings` overrides one of them. */
const minutes = z.int().min(1).max(43_200);
const cents = z.int().min(0).max(100_000_000);
const rate = z.int().min(0).max(10_000);
/** How long files are kept: a month at least, so that a slip of the pen deletes nothing of last week, and ten years at most. */
const keptDays = z.int().min(30).max(3_653);

/** Of the company's insurance nothing is assumed: until an admin has filled it in, no certificate is issued. */
const words = (most: number) => z.string().trim().max(most).default('');
const coverage = z.int().min(1).max(2_000_000_000).nullable().default(null);
const day = z.iso.date().nullable().default(null);

export const settingsSchema = z.object({
  holdMinutes: minutes.default(30),
  holdMaximumMinutes: minutes.default(60),
  paymentLinkHours: z.int().min(1).max(720).default(24),
  priceLockHours: z.int().min(1).max(720).default(24),
  inquiryDays: z.int().min(1).max(365).default(30),
  bookingHorizonDays: z.int().min(1).max(730).default(180),
  cutOffHour: z.int().min(0).max(23).default(18),
  coiThresholdCents: cents.default(200_000),
  paymentAttempts: z.int().min(1).max(20).default(3),
  liveHoldsPerEmail: z.int().min(1).max(1_000).default(3),
  liveHoldsPerAddress: z.int().min(1).max(1_000).default(20),
  organizingTaxBasisPoints: rate.default(825),
  zoneSurchargePerAddressCents: cents.default(17_500),
  fullRefundHours: z.int().min(0).max(720).default(48),
  fullRefundBasisPoints: rate.default(10_000),
  partialRefundHours: z.int().min(0).max(720).default(24),
  partialRefundBasisPoints: rate.default(5_000),
  keptDaysCoi: keptDays.default(365),
  keptDaysReplacedCoi: keptDays.default(90),
  keptDaysInvoice: keptDays.default(2_557),
  keptDaysReceipt: keptDays.default(2_557),
  keptDaysPhoto: keptDays.default(730),
  keptDaysProofOfDelivery: keptDays.default(730),
  keptDaysOther: keptDays.default(365),
  insuranceInsured: words(200),
  insuranceKind: words(100),
  insuranceInsurer: words(100),
  insurancePolicyNumber: words(100),
  insuranceCoverageCents: coverage,
  insuranceAggregateCents: coverage,
  insuranceFrom: day,
  insuranceUntil: day,
  companyAddress: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .default('ToteTaxi, 100 Example Avenue, New York, NY 10001'),
});

export type Settings = z.output<typeof settingsSchema>;

/** What is wrong with figures that are each within their limits, but do not go together. */
export function settingsViolations(settings: Settings): Violation[] {
  const { holdMinutes, fullRefundHours, fullRefundBasisPoints } = settings;
  const violations: Violation[] = [];
  const refuse = (path: keyof Settings, message: string) =>
    violations.push({ path, code: 'not_allowed', message });
  if (settings.holdMaximumMinutes < holdMinutes)
    refuse('holdMaximumMinutes', `This must be at least the ${holdMinutes} minutes of one checkout.`);
  if (settings.partialRefundHours > fullRefundHours)
    refuse(
      'partialRefundHours',
      `The partial refund comes after the full one: at most ${fullRefundHours} hours before pickup.`,
    );
  if (settings.partialRefundBasisPoints > fullRefundBasisPoints)
    refuse(
      'partialRefundBasisPoints',
      `This must be at most the ${formatRate(basisPoints(fullRefundBasisPoints))} of the full refund.`,
    );
  const { insuranceFrom, insuranceUntil, insuranceCoverageCents, insuranceAggregateCents } = settings;
  if (insuranceFrom !== null && insuranceUntil !== null && insuranceUntil < insuranceFrom)
    refuse('insuranceUntil', 'The policy ends before it begins.');
  if (
    insuranceCoverageCents !== null &&
    insuranceAggregateCents !== null &&
    insuranceAggregateCents < insuranceCoverageCents
  )
    refuse(
      'insuranceAggregateCents',
      'This is for all occurrences together: at least what one is covered by.',
    );
  return violations;
}

/** The stored settings over the defaults. A stored value that is not valid throws: it must not price anything. */
export async function readSettings(ctx: Context): Promise<Settings> {
  const rows = await select<{ key: string; value: unknown }>(ctx, 'select key, value from settings');
  return settingsSchema.parse(Object.fromEntries(rows.map(({ key, value }) => [camelCase(key), value])));
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
