import { z } from 'zod';
import {
  choices,
  count,
  instant,
  longText,
  made,
  money,
  percent,
  serviceDay,
  text,
  yesNo,
} from '../../admin/kit/columns.ts';
import { moneySql, percentSql } from '../../admin/kit/csv-sql.ts';
import { type Block, defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { recordPath } from '../../admin/kit/read-rows.ts';
import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { select } from '../_kit/sql.ts';
import { serviceWords } from '../bookings/service-words.ts';
import { DiscountCode } from './discount-code.model.ts';
import { discountCodePolicy } from './discount-code.policy.ts';

const SHOWN_USES = 50;

interface Use {
  readonly booking_id: string;
  readonly number: string;
  readonly customer_email: string;
  readonly pickup_date: ServiceDay;
  readonly discount_cents: number;
  readonly created_at: Date;
  readonly uses: number;
}

/** Who used it, when and for how much; a use that was given back is not one. */
async function usesBlock(ctx: Context, id: string, most: unknown): Promise<Block> {
  const now = ctx.clock.now();
  const uses = await select<Use>(
    ctx,
    `select r.booking_id, b.number, r.customer_email, b.pickup_date, b.discount_cents, r.created_at,
       (count(*) over ())::int as uses
     from discount_redemptions r join bookings b on b.id = r.booking_id
     where r.discount_code_id = $1 order by r.created_at desc limit ${SHOWN_USES}`,
    [id],
  );
  const limit = typeof most === 'number' ? ` of ${most}` : '';
  return {
    kind: 'table',
    title: `Uses: ${uses[0]?.uses ?? 0}${limit}`,
    head: ['Booking', 'Customer', 'Service day', 'Used', 'Saved'],
    right: [4],
    rows: uses.map((use) => [
      { text: use.number, href: recordPath('bookings', use.booking_id) },
      { text: use.customer_email },
      serviceDay('').cell(use.pickup_date, {}, now),
      instant('').cell(use.created_at, {}, now),
      { text: formatUsd(cents(use.discount_cents)) },
    ]),
    empty: 'Nobody has used it yet.',
  };
}

export const discountCodes = defineResource({
  noun: {
    model: DiscountCode,
    policy: discountCodePolicy,
    constraints: {
      discount_codes_one_figure: { path: 'amountCents', message: 'Give either a fixed sum or a percentage.' },
      discount_codes_check: { path: 'validUntil', message: 'It would end before it begins.' },
    },
  },
  label: { one: 'Discount code', many: 'Discount codes' },
  group: 'Catalog',
  icon: 'Tag',
  title: { fields: ['code'], of: (row) => String(row.code) },
  columns: {
    code: text('Code'),
    description: longText('Description'),
    figure: made(
      'Takes off',
      ['amountCents', 'percentBasisPoints'],
      (row, now) =>
        row.amountCents === null
          ? percent('').cell(row.percentBasisPoints, row, now)
          : money('').cell(row.amountCents, row, now),
      (of) => `coalesce(${moneySql(of('amountCents'))}, ${percentSql(of('percentBasisPoints'))})`,
      { isHarmless: true },
    ),
    amountCents: money('Fixed sum'),
    percentBasisPoints: percent('Percent'),
    minimumOrderCents: money('Minimum order'),
    maximumDiscountCents: money('At most'),
    services: choices('Services', serviceWords, 'All'),
    validFrom: instant('From'),
    validUntil: instant('Until'),
    maximumUses: count('Uses at most', 'No limit'),
    maximumUsesPerCustomer: count('Uses a customer', 'No limit'),
    active: yesNo('In force'),
  },
  list: ['code', 'figure', 'minimumOrderCents', 'services', 'validUntil', 'maximumUses', 'active'],
  sections: [
    { title: 'Code', columns: ['code', 'description', 'active'] },
    {
      title: 'What it takes off',
      columns: ['figure', 'minimumOrderCents', 'maximumDiscountCents', 'services'],
    },
    { title: 'Limits', columns: ['validFrom', 'validUntil', 'maximumUses', 'maximumUsesPerCustomer'] },
  ],
  filters: ['active', 'validFrom', 'validUntil'],
  search: ['code', 'description'],
  searchWords: 'Code or description',
  sort: { by: 'code', direction: 'asc' },
  form: z
    .strictObject({
      code: field
        .line('Code', 50, 'Customers type it; capitals and spaces around it do not matter.')
        .toUpperCase()
        .meta({
          label: 'Code',
          kind: 'line',
          maximumLength: 50,
          help: 'Customers type it; capitals do not matter.',
        }),
      description: field.long('Description', 500, 'Only the office sees it.'),
      amountCents: field.optional(field.money('Fixed sum', 'Either this or a percentage.')),
      percentBasisPoints: field.optional(field.percent('Percent', 10_000, 'Of the whole subtotal.')),
      minimumOrderCents: field
        .money('Minimum order', 'Compared with the subtotal; equal suffices.')
        .default(0),
      maximumDiscountCents: field.optional(field.money('At most', 'Empty for no cap.')),
      services: field.optional(field.choices('Services', serviceWords, 'None chosen means all.')),
      validFrom: field.optional(field.instant('From', 'New York time. Empty for at once.')),
      validUntil: field.optional(field.instant('Until', 'New York time. Empty for no end.')),
      maximumUses: field.optional(field.count('Uses at most', 1, 'Empty for no limit.')),
      maximumUsesPerCustomer: field.optional(field.count('Uses a customer', 1, 'Empty for no limit.')),
      active: field.yesNo('In force').default(true),
    })
    .superRefine((code, context) => {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message, params: { code: 'not_allowed' } });
      if ((code.amountCents === null) === (code.percentBasisPoints === null))
        refuse('amountCents', 'Give either a fixed sum or a percentage.');
      if (code.validFrom && code.validUntil && code.validUntil <= code.validFrom)
        refuse('validUntil', 'It would end before it begins.');
    }),
  blocks: async (ctx, row) => [
    await usesBlock(ctx, String(row.id), row.maximumUses),
    await recordHistory(ctx, 'discountCode', String(row.id)),
  ],
  empty: 'No code here.',
});
