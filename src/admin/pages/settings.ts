import { z } from 'zod';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { authorize, mayAct } from '../../resources/_kit/policy.ts';
import { changeSettings } from '../../resources/crm/change-settings.ts';
import { settingsPolicy } from '../../resources/crm/settings.policy.ts';
import { readSettings, type Settings } from '../../resources/crm/settings.ts';
import { type Column, count, money, percent } from '../kit/columns.ts';
import * as field from '../kit/fields.ts';
import { recordHistory } from '../kit/history.ts';
import { roleOf } from '../kit/read-rows.ts';

/** What each figure means to a manager, in the groups of the page. */
const groups: readonly { readonly title: string; readonly fields: Readonly<Record<string, z.ZodType>> }[] = [
  {
    title: 'Booking',
    fields: {
      bookingHorizonDays: field.count('Days ahead that can be booked', 1),
      cutOffHour: field.count(
        'Cut-off for the next day',
        0,
        'The hour of the day before, 0–23, New York time.',
      ),
      inquiryDays: field.count('Days until an idle inquiry expires', 1),
      priceLockHours: field.count('Hours that a price is held', 1),
      coiThresholdCents: field.money('A certificate is needed above'),
    },
  },
  {
    title: 'Checkout',
    fields: {
      holdMinutes: field.count('Minutes that checkout holds the day', 1),
      holdMaximumMinutes: field.count('Minutes that repeated checkouts hold it at most', 1),
      paymentAttempts: field.count('Card attempts a booking', 1),
      liveHoldsPerEmail: field.count('Unpaid checkouts an e-mail', 1),
      liveHoldsPerAddress: field.count('Unpaid checkouts a network address', 1),
    },
  },
  {
    title: 'Prices',
    fields: {
      organizingTaxBasisPoints: field.percent('Tax on organizing', 10_000),
      zoneSurchargePerAddressCents: field.money('Zone fee an address'),
    },
  },
  {
    title: 'Cancellation',
    fields: {
      fullRefundHours: field.count('Hours before pickup for the full refund', 0),
      fullRefundBasisPoints: field.percent('Full refund', 10_000),
      partialRefundHours: field.count('Hours before pickup for the partial refund', 0),
      partialRefundBasisPoints: field.percent('Partial refund', 10_000),
    },
  },
];

const settingsForm = z.strictObject(
  Object.assign({}, ...groups.map(({ fields }) => fields)) as z.ZodRawShape,
);

/** How each figure is read: in words for history and conflicts. */
export const settingsColumns: Readonly<Record<string, Column>> = Object.fromEntries(
  field.fieldsOf(settingsForm).map(({ name, label, kind }) => {
    const column = kind === 'money' ? money(label) : kind === 'percent' ? percent(label) : count(label);
    return [name, column];
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
  const read = field.readForm(settingsForm, { ...current, ...values });
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
      fields: Object.keys(own).map((name) => fields.get(name)),
    })),
    values,
    mayEdit: mayAct(settingsPolicy, 'edit', roleOf(ctx)),
    blocks: [await recordHistory(ctx, 'settings', 'settings')],
  };
}
