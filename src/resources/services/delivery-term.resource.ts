import { z } from 'zod';
import { choice, count, money, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { serviceWords } from '../bookings/service-words.ts';
import { DeliveryTerm } from './delivery-term.model.ts';
import { deliveryTermPolicy } from './delivery-term.policy.ts';

export const deliveryTerms = defineResource({
  noun: {
    model: DeliveryTerm,
    policy: deliveryTermPolicy,
    constraints: {
      delivery_terms_check: {
        path: 'pricePerUnitCents',
        message:
          'Specialty items have their own prices, so there is none here; every other service needs one.',
      },
    },
  },
  label: { one: 'Delivery term', many: 'Delivery terms' },
  group: 'Catalog',
  icon: 'Truck',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    service: choice('Service', serviceWords),
    pricePerUnitCents: money('Price a piece'),
    minimumUnits: count('Pieces at least'),
    minimumChargeCents: money('Minimum charge'),
    sameDayFeeCents: money('Same-day fee'),
    coiFeeCents: money('Certificate fee'),
    maxItemWeightLbs: count('Heaviest item (lbs)', 'No limit'),
    vanSlots: count('Van slots'),
  },
  list: ['name', 'service', 'pricePerUnitCents', 'minimumUnits', 'minimumChargeCents', 'sameDayFeeCents'],
  sections: [
    { title: 'Service', columns: ['name', 'service'] },
    {
      title: 'Price',
      columns: ['pricePerUnitCents', 'minimumUnits', 'minimumChargeCents', 'sameDayFeeCents', 'coiFeeCents'],
    },
    { title: 'Limits', columns: ['maxItemWeightLbs', 'vanSlots'] },
  ],
  filters: ['service'],
  search: ['name'],
  searchWords: 'Name',
  sort: { by: 'name', direction: 'asc' },
  form: z.strictObject({
    name: field.line('Name'),
    pricePerUnitCents: field.optional(
      field.money(
        'Price a piece',
        'An item or a bag. Empty for specialty items, which have their own prices.',
      ),
    ),
    minimumUnits: field.count('Pieces at least'),
    minimumChargeCents: field.money('Minimum charge'),
    sameDayFeeCents: field.optional(
      field.money('Same-day fee', 'Staff alone book the same day. Empty for none.'),
    ),
    coiFeeCents: field.optional(field.money('Certificate fee', 'Empty for none.')),
    maxItemWeightLbs: field.optional(field.count('Heaviest item (lbs)', 1, 'Empty for no limit.')),
    vanSlots: field.count('Van slots', 0),
  }),
  blocks: async (ctx, row) => [await recordHistory(ctx, 'deliveryTerm', String(row.id))],
  empty: 'The terms of the three services come with the catalog.',
});
