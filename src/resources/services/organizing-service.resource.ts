import { z } from 'zod';
import { choice, count, money, reference, text, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { OrganizingService } from './organizing-service.model.ts';
import { organizingServicePolicy } from './organizing-service.policy.ts';

const kinds = { packing: 'Packing', unpacking: 'Unpacking' };

export const organizingServices = defineResource({
  noun: {
    model: OrganizingService,
    policy: organizingServicePolicy,
    constraints: {
      organizing_services_package_id_kind_key: {
        path: 'kind',
        message: 'This package has one of this kind already.',
      },
    },
  },
  label: { one: 'Organizing service', many: 'Organizing' },
  group: 'Catalog',
  icon: 'Grid',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    code: text('Code'),
    packageId: reference('Package', 'miniMovePackages'),
    kind: choice('Kind', kinds),
    priceCents: money('Price before tax'),
    hours: count('Hours'),
    organizers: count('Organizers'),
    suppliesAllowanceCents: money('Supplies allowance'),
    active: yesNo('Offered'),
  },
  list: ['name', 'packageId', 'kind', 'priceCents', 'hours', 'organizers', 'active'],
  sections: [
    { title: 'Service', columns: ['name', 'code', 'packageId', 'kind', 'active'] },
    { title: 'Price and work', columns: ['priceCents', 'hours', 'organizers', 'suppliesAllowanceCents'] },
  ],
  filters: ['packageId', 'kind', 'active'],
  search: ['name', 'code'],
  searchWords: 'Name or code',
  sort: { by: 'name', direction: 'asc' },
  form: z.strictObject({
    name: field.line('Name'),
    code: field.code(),
    packageId: field.reference('Package', 'miniMovePackages'),
    kind: field.choice('Kind', kinds),
    priceCents: field.money('Price before tax', 'Taxed by the rate in the settings.'),
    hours: field.count('Hours'),
    organizers: field.count('Organizers'),
    suppliesAllowanceCents: field.money('Supplies allowance').default(0),
    active: field.yesNo('Offered').default(true),
  }),
  blocks: async (ctx, row) => [await recordHistory(ctx, 'organizingService', String(row.id))],
  empty: 'No organizing service yet.',
});
