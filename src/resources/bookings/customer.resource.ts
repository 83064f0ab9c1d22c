import { z } from 'zod';
import { instant, list, longText, made, type Row, text } from '../../admin/kit/columns.ts';
import type { FieldSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { line, list as listField, long, optional } from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { email, phone } from '../../admin/kit/reach.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { bookings } from './booking.resource.ts';
import { normalizePhone } from './booking-columns.ts';
import { contactSchema } from './booking-request.ts';
import { Customer } from './customer.model.ts';
import { customerPolicy } from './customer.policy.ts';

const nameOf = (row: Row) => [row.firstName, row.lastName].filter(Boolean).join(' ') || 'Nameless';

const nameSql = (of: FieldSql) =>
  `coalesce(nullif(concat_ws(' ', nullif(${of('firstName')}, ''), nullif(${of('lastName')}, '')), ''), 'Nameless')`;

export const customers = defineResource({
  noun: { model: Customer, policy: customerPolicy },
  label: { one: 'Customer', many: 'Customers' },
  group: 'Bookings',
  icon: 'Users',
  title: { fields: ['firstName', 'lastName'], of: nameOf, sql: nameSql },
  columns: {
    name: made('Name', ['firstName', 'lastName'], (row) => ({ text: nameOf(row) }), nameSql, {
      sortBy: 'lastName',
    }),
    firstName: text('First name'),
    lastName: text('Last name'),
    email: email(),
    phone: phone(),
    tags: list('Tags'),
    notes: longText('Notes'),
    createdAt: instant('Since'),
  },
  list: ['name', 'email', 'phone', 'tags', 'createdAt'],
  sections: [
    { title: 'Contact', columns: ['name', 'email', 'phone'] },
    { title: 'About them', columns: ['tags', 'notes', 'createdAt'] },
  ],
  filters: ['lastName', 'email', 'createdAt'],
  search: ['firstName', 'lastName', 'email', 'phone'],
  searchWords: 'Name, e-mail or phone',
  sort: { by: 'createdAt', direction: 'desc' },
  form: z.strictObject({
    firstName: line('First name'),
    lastName: line('Last name'),
    email: contactSchema.shape.email.meta({ label: 'E-mail', kind: 'line', maximumLength: 254 }),
    phone: optional(
      contactSchema.shape.phone
        .transform(normalizePhone)
        .meta({ label: 'Phone', kind: 'line', maximumLength: 30 }),
    ),
    tags: listField('Tags', 'One a line.').default([]),
    notes: long('Notes', 2_000, 'Only the office sees them.'),
  }),
  blocks: async (ctx, row) => {
    const theirs = await readRows(ctx, bookings, {
      where: { customerId: String(row.id) },
      order: [['pickupDate', 'DESC']],
      limit: 50,
    });
    return [
      await rowsBlock(
        ctx,
        bookings,
        theirs,
        ['number', 'status', 'service', 'when', 'totalCents', 'paid'],
        'No booking yet.',
      ),
      await recordHistory(ctx, 'customer', String(row.id)),
    ];
  },
  empty: 'No customer here. A profile is made with the first booking of an e-mail address.',
});
