import { z } from 'zod';
import { count, instant, longText, money, text, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { MiniMovePackage } from './mini-move-package.model.ts';
import { miniMovePackagePolicy } from './mini-move-package.policy.ts';
import { organizingServices } from './organizing-service.resource.ts';

export const miniMovePackages = defineResource({
  noun: { model: MiniMovePackage, policy: miniMovePackagePolicy },
  label: { one: 'Package', many: 'Mini-move packages' },
  group: 'Catalog',
  icon: 'Package',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    code: text('Code'),
    description: longText('Description'),
    priceCents: money('Price'),
    maxItems: count('Items at most', 'Unlimited'),
    maxItemWeightLbs: count('Heaviest item (lbs)'),
    coiIncluded: yesNo('Certificate included'),
    coiFeeCents: money('Certificate fee'),
    specificHourFeeCents: {
      ...money('One-hour window fee'),
      cell: (value, row, now) => money('').cell(value, row, now) ?? { text: 'Not offered', tone: 'quiet' },
    },
    vanSlots: count('Van slots', 'Whole van'),
    position: count('Place in the list'),
    active: yesNo('Offered'),
    updatedAt: instant('Changed'),
  },
  list: ['name', 'priceCents', 'maxItems', 'coiIncluded', 'specificHourFeeCents', 'vanSlots', 'active'],
  sections: [
    { title: 'Package', columns: ['name', 'code', 'description', 'active', 'position'] },
    { title: 'Price', columns: ['priceCents', 'coiIncluded', 'coiFeeCents', 'specificHourFeeCents'] },
    { title: 'Limits', columns: ['maxItems', 'maxItemWeightLbs', 'vanSlots'] },
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
    maxItems: field.optional(field.count('Items at most', 1, 'Empty for unlimited.')),
    maxItemWeightLbs: field.count('Heaviest item (lbs)'),
    coiIncluded: field.yesNo('Certificate of insurance included').default(false),
    coiFeeCents: field.money('Certificate fee', 'Not charged when it is included.').default(0),
    specificHourFeeCents: field.optional(
      field.money('One-hour window fee', 'Empty when a specific hour is not offered; 0.00 when it is free.'),
    ),
    vanSlots: field.optional(field.count('Van slots', 1, 'Empty takes the whole van.')),
    position: field.count('Place in the list', 0, 'Smaller comes first.').default(0),
    active: field.yesNo('Offered', 'Bookings made before keep their price.').default(true),
  }),
  blocks: async (ctx, row) => {
    const organizing = await readRows(ctx, organizingServices, {
      where: { packageId: String(row.id) },
      limit: 10,
    });
    return [
      await rowsBlock(
        ctx,
        organizingServices,
        organizing,
        ['name', 'kind', 'priceCents', 'active'],
        'No organizing for it.',
      ),
      await recordHistory(ctx, 'miniMovePackage', String(row.id)),
    ];
  },
  empty: 'No package yet. Without one no mini move can be booked.',
});
