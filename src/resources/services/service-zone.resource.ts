import { z } from 'zod';
import { choice, instant, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { ServiceZone } from './service-zone.model.ts';
import { serviceZonePolicy } from './service-zone.policy.ts';

const zones = { core: 'Core, no fee', surcharge: 'With the zone fee' };

export const serviceZones = defineResource({
  noun: { model: ServiceZone, policy: serviceZonePolicy },
  label: { one: 'Served ZIP', many: 'Service zones' },
  group: 'Catalog',
  icon: 'MapPin',
  title: { fields: ['zip'], of: (row) => `ZIP ${String(row.zip)}` },
  columns: {
    zip: text('ZIP'),
    zone: choice('Zone', zones, { core: 'good', surcharge: 'warn' }),
    updatedAt: instant('Changed'),
  },
  list: ['zip', 'zone', 'updatedAt'],
  sections: [{ title: 'Served ZIP', columns: ['zip', 'zone', 'updatedAt'] }],
  filters: ['zone', 'zip'],
  search: ['zip'],
  searchWords: 'ZIP',
  sort: { by: 'zip', direction: 'asc' },
  form: z.strictObject({
    zip: z
      .string()
      .trim()
      .refine(...field.inForm(/^\d{5}$/, 'Use the five digits of the ZIP.'))
      .meta({ label: 'ZIP', kind: 'line', maximumLength: 5 }),
    zone: field.choice('Zone', zones),
  }),
  blocks: async (ctx, row) => [await recordHistory(ctx, 'serviceZone', String(row.id))],
  empty: 'No ZIP here. A ZIP that is not listed is not served.',
});
