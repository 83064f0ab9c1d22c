import { z } from 'zod';
import { count, longText, money, text, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { SpecialtyItem } from './specialty-item.model.ts';
import { specialtyItemPolicy } from './specialty-item.policy.ts';

export const specialtyItems = defineResource({
  noun: { model: SpecialtyItem, policy: specialtyItemPolicy },
  label: { one: 'Specialty item', many: 'Specialty items' },
  group: 'Catalog',
  icon: 'Star',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    code: text('Code'),
    description: longText('Description'),
    priceCents: money('Price'),
    vanSlots: count('Van slots'),
    position: count('Place in the list'),
    active: yesNo('Offered'),
  },
  list: ['name', 'code', 'priceCents', 'vanSlots', 'active'],
  sections: [
    { title: 'Item', columns: ['name', 'code', 'description', 'active', 'position'] },
    { title: 'Price and room', columns: ['priceCents', 'vanSlots'] },
  ],
  filters: ['active'],
  search: ['name', 'code'],
  searchWords: 'Name or code',
  sort: { by: 'position', direction: 'asc' },
  form: z.strictObject({
    name: field.line('Name'),
    code: field.code(),
    description: field.long('Description', 500),
    priceCents: field.money('Price'),
    vanSlots: field.count('Van slots', 0, 'It counts against a van’s specialty limit as well.').default(1),
    position: field.count('Place in the list', 0, 'Smaller comes first.').default(0),
    active: field.yesNo('Offered').default(true),
  }),
  blocks: async (ctx, row) => [await recordHistory(ctx, 'specialtyItem', String(row.id))],
  empty: 'No specialty item yet.',
});
