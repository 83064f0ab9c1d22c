import { z } from 'zod';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize, mayAct } from '../../resources/_kit/policy.ts';
import { changeSettings } from '../../resources/crm/change-settings.ts';
import { settingsPolicy } from '../../resources/crm/settings.policy.ts';
import { readSettings, type Settings, settingsSchema } from '../../resources/crm/settings.ts';
import { type Column, count, money, percent, serviceDay, text } from '../kit/columns.ts';
import * as field from '../kit/fields.ts';
import { recordHistory } from '../kit/history.ts';
import { readForm } from '../kit/read-form.ts';
import { roleOf } from '../kit/read-rows.ts';

type Kind = 'count' | 'money' | 'percent' | 'line' | 'day';

/** A figure of the rules as a field: its limits are those of the rules' own schema. */
function figure(key: keyof Settings, kind: Kind, label: string, help?: string) {
  const schema: z.ZodType = settingsSchema.shape[key];
  return [key, schema.meta({ label, kind, ...(help !== undefined && { help }) })] as const;
}

/** What each figure means to a manager, in the groups of the page. */
const groups = [
  {
    title: 'Booking',
    fields: [
      figure('bookingHorizonDays', 'count', 'Days ahead that can be booked'),
      figure(
        'cutOffHour',
        'count',
        'Cut-off for the next day',
        'The hour of the day before, 0–23, New York time.',
      ),
      figure('inquiryDays', 'count', 'Days until an idle inquiry expires'),
      figure('priceLockHours', 'count', 'Hours that a price is held'),
      figure('coiThresholdCents', 'money', 'A certificate is needed above'),
    ],
  },
  {
    title: 'Checkout',
    fields: [
      figure('holdMinutes', 'count', 'Minutes that checkout holds the day'),
      figure('holdMaximumMinutes', 'count', 'Minutes that repeated checkouts hold it at most'),
      figure(
        'paymentLinkHours',
        'count',
        'Hours that a payment link holds it',
        'Or until the cut-off, whichever is first.',
      ),
      figure('paymentAttempts', 'count', 'Card attempts a booking'),
      figure('liveHoldsPerEmail', 'count', 'Unpaid checkouts an e-mail'),
      figure('liveHoldsPerAddress', 'count', 'Unpaid checkouts a network address'),
    ],
  },
  {
    title: 'Prices',
    fields: [
      figure('organizingTaxBasisPoints', 'percent', 'Tax on organizing'),
      figure('zoneSurchargePerAddressCents', 'money', 'Zone fee an address'),
    ],
  },
  {
    title: 'Cancellation',
    fields: [
      figure('fullRefundHours', 'count', 'Hours before pickup for the full refund'),
      figure('fullRefundBasisPoints', 'percent', 'Full refund'),
      figure(
        'partialRefundHours',
        'count',
        'Hours before pickup for the partial refund',
        'Later than that nothing is given back.',
      ),
      figure('partialRefundBasisPoints', 'percent', 'Partial refund'),
    ],
  },
  {
    title: 'Documents',
    fields: [
      figure(
        'keptDaysCoi',
        'count',
        'Days certificates are kept',
        'From the service day, or from the day a file came when that is later. Every night what was kept long enough is deleted, unless its booking is not over or is disputed; it does not come back.',
      ),
      figure(
        'keptDaysReplacedCoi',
        'count',
        'Days a replaced certificate is kept',
        'From the day another took its place.',
      ),
      figure('keptDaysInvoice', 'count', 'Days invoices are kept', 'Seven years are 2,557 days.'),
      figure('keptDaysReceipt', 'count', 'Days receipts are kept'),
      figure('keptDaysPhoto', 'count', 'Days photos are kept'),
      figure('keptDaysProofOfDelivery', 'count', 'Days proofs of delivery are kept'),
      figure('keptDaysOther', 'count', 'Days other files are kept'),
    ],
  },
  {
    title: 'Our insurance',
    fields: [
      figure(
        'insuranceInsured',
        'line',
        'Insured',
        'The company’s name and address as they stand on the policy. Certificates for buildings say all of this.',
      ),
      figure('insuranceKind', 'line', 'Kind of insurance', 'Such as commercial general liability.'),
      figure('insuranceInsurer', 'line', 'Insurer'),
      figure('insurancePolicyNumber', 'line', 'Policy number'),
      figure('insuranceCoverageCents', 'money', 'Coverage', 'For each occurrence.'),
      figure('insuranceAggregateCents', 'money', 'Aggregate', 'For all together, where the policy says so.'),
      figure('insuranceFrom', 'day', 'Valid from'),
      figure('insuranceUntil', 'day', 'Valid until', 'After this day no certificate is issued.'),
    ],
  },
  {
    title: 'Mail',
    fields: [
      figure(
        'companyAddress',
        'line',
        'Postal address',
        'Under mail that customers can unsubscribe from: the law asks for it.',
      ),
    ],
  },
];

const settingsForm = z.strictObject(Object.fromEntries(groups.flatMap(({ fields }) => fields)));

const columnOf: Readonly<Record<Kind, (label: string) => Column>> = {
  count,
  money,
  percent,
  line: text,
  day: serviceDay,
};

/** How each figure is read: in words for history and conflicts. */
export const settingsColumns: Readonly<Record<string, Column>> = Object.fromEntries(
  field.fieldsOf(settingsForm).map(({ name, label, kind }) => {
    return [name, columnOf[kind as Kind](label)];
  }),
);

/** The figures of the rules: the office reads them, admins change them. */
export async function settings(
  ctx: Context,
  payload: Readonly<Record<string, unknown>> | null,
): Promise<object> {
  authorize(ctx, settingsPolicy, 'show');
  if (payload === null) return screen(ctx, await readSettings(ctx));
  authorize(ctx, settingsPolicy, 'edit');
  const { values, were } = z.object({ values: record, were: record.default({}) }).parse(payload);
  const current = await readSettings(ctx);
  const read = readForm(settingsForm, { ...current, ...values });
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  const changed = Object.fromEntries(Object.keys(values).map((name) => [name, read.values[name]]));
  const saved = await changeSettings(ctx, { values: changed, were });
  return { notice: { type: 'success', message: 'Settings saved.' }, ...(await screen(ctx, saved)) };
}

const record = z.record(z.string(), z.unknown());

async function screen(ctx: Context, values: Settings): Promise<object> {
  const fields = new Map(field.fieldsOf(settingsForm).map((each) => [each.name, each]));
  return {
    groups: groups.map(({ title, fields: own }) => ({
      title,
      fields: own.map(([name]) => fields.get(name)),
    })),
    values,
    mayEdit: mayAct(settingsPolicy, 'edit', roleOf(ctx)),
    blocks: [await recordHistory(ctx, 'settings', 'settings')],
  };
}
