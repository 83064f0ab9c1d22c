import { z } from 'zod';
import { flags, instant, list, longText, made, reference, text } from '../../admin/kit/columns.ts';
import type { FieldSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { flags as flagsField, line, list as listField, long, optional } from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { email, phone } from '../../admin/kit/reach.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { bookings } from './booking.resource.ts';
import { normalizePhone, wholeEmail, wholePhone } from './booking-columns.ts';
import { contactSchema } from './booking-request.ts';
import { Customer } from './customer.model.ts';
import { customerPolicy } from './customer.policy.ts';
import { customerMailChoices, customerMoney, customerSummary } from './customer-page.resource.ts';
import { communicationWords, preferenceWords } from './customer-preferences.ts';
import { customerVerbs } from './customer-verbs.resource.ts';
import { checkCustomerEdit, customerName } from './find-customer.ts';

const nameSql = (of: FieldSql) =>
  `coalesce(nullif(concat_ws(' ', nullif(${of('firstName')}, ''), nullif(${of('lastName')}, '')), ''), 'Nameless')`;

export const customers = defineResource({
  noun: { model: Customer, policy: customerPolicy, check: checkCustomerEdit },
  label: { one: 'Customer', many: 'Customers' },
  group: 'Bookings',
  icon: 'Users',
  title: { fields: ['firstName', 'lastName'], of: customerName, sql: nameSql },
  columns: {
    name: made(
      'Name',
      ['firstName', 'lastName', 'mergedIntoId', 'erasedAt'],
      (row) => ({
        text: customerName(row),
        ...(Boolean(row.mergedIntoId) && !row.erasedAt && { hint: 'Merged into another profile' }),
      }),
      nameSql,
      { sortBy: 'lastName' },
    ),
    firstName: text('First name'),
    lastName: text('Last name'),
    email: email(),
    phone: phone(),
    tags: list('Tags'),
    notes: longText('Notes'),
    preferences: flags('Preferences', preferenceWords),
    communicationPreferences: flags('May be sent', communicationWords),
    mergedIntoId: reference('Merged into', 'customers'),
    mergedAt: instant('Merged'),
    erasedAt: instant('Erased'),
    createdAt: instant('Since'),
  },
  list: ['name', 'email', 'phone', 'tags', 'createdAt'],
  sections: [
    { title: 'Contact', columns: ['name', 'email', 'phone', 'communicationPreferences'] },
    {
      title: 'About them',
      columns: ['preferences', 'tags', 'notes', 'createdAt', 'mergedIntoId', 'mergedAt', 'erasedAt'],
    },
  ],
  filters: ['lastName', 'email', 'createdAt'],
  search: ['firstName', 'lastName', 'email', 'phone'],
  searchWhole: { email: wholeEmail, phone: wholePhone },
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
    preferences: flagsField('Preferences', preferenceWords).default({}),
    communicationPreferences: flagsField(
      'May be sent',
      communicationWords,
      'Reminders of open prices are among it. Mail about their own bookings is always sent.',
    ).default({}),
    tags: listField('Tags', 'One a line.').default([]),
    notes: long('Notes', 2_000, 'Only the office sees them.'),
  }),
  summary: customerSummary,
  actions: customerVerbs,
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
      await customerMoney(ctx, String(row.id)),
      ...(await customerMailChoices(ctx, row)),
      await recordHistory(ctx, 'customer', String(row.id)),
    ];
  },
  empty: 'No customer here. A profile is made with the first booking of an e-mail address.',
});
