import { z } from 'zod';
import { count, text, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { Van } from './van.model.ts';
import { vanPolicy } from './van.policy.ts';
import { vanSchedules } from './van-schedule.resource.ts';
import { vanWarnings } from './van-warnings.resource.ts';

export const vans = defineResource({
  noun: { model: Van, policy: vanPolicy },
  label: { one: 'Van', many: 'Vans' },
  group: 'Vans',
  icon: 'Truck',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    slots: count('Slots a day'),
    specialtyLimit: count('Specialty items a day'),
    active: yesNo('In service'),
  },
  list: ['name', 'slots', 'specialtyLimit', 'active'],
  sections: [{ title: 'Van', columns: ['name', 'slots', 'specialtyLimit', 'active'] }],
  filters: ['active'],
  search: ['name'],
  searchWords: 'Name',
  sort: { by: 'name', direction: 'asc' },
  form: z.strictObject({
    name: field.line('Name'),
    slots: field.count('Slots a day'),
    specialtyLimit: field.count('Specialty items a day', 0, '0 for a van that carries none.'),
    active: field.yesNo('In service').default(true),
  }),
  warnings: async (ctx, before, values) => vanWarnings(ctx, before?.id, values),
  blocks: async (ctx, row) => {
    const days = await readRows(ctx, vanSchedules, {
      where: { vanId: String(row.id) },
      order: [['day', 'DESC']],
      limit: 30,
    });
    return [
      await rowsBlock(ctx, vanSchedules, days, ['day', 'open', 'slots', 'note'], 'Every day is as above.'),
      await recordHistory(ctx, 'van', String(row.id)),
    ];
  },
  empty: 'No van yet. Without one nothing can be booked.',
});
