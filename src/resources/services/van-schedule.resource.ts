import { z } from 'zod';
import { count, longText, reference, serviceDay, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import { VanSchedule } from './van-schedule.model.ts';
import { vanSchedulePolicy } from './van-schedule.policy.ts';
import { dayWarnings } from './van-warnings.resource.ts';

/** What may differ for a van on one day, as forms have it. */
export const dayFields = {
  open: field.yesNo('Open', 'Closing blocks new bookings; those taken stay.').default(true),
  slots: field.optional(field.count('Slots', 0, 'Empty for as always.')),
  specialtyLimit: field.optional(field.count('Specialty items', 0, 'Empty for as always.')),
  note: field.long('Note'),
};

export const vanSchedules = defineResource({
  noun: {
    model: VanSchedule,
    policy: vanSchedulePolicy,
    constraints: {
      van_schedules_van_id_day_key: { path: 'day', message: 'This van has an entry for this day already.' },
    },
  },
  label: { one: 'Day of a van', many: 'Special days' },
  group: 'Vans',
  icon: 'Calendar',
  title: { fields: ['day'], of: (row) => formatServiceDay(row.day as ServiceDay) },
  columns: {
    day: serviceDay('Day'),
    vanId: reference('Van', 'vans'),
    open: {
      ...yesNo('Open', 'Open', 'Closed'),
      cell: (value) => (value ? { text: 'Open', tone: 'good' } : { text: 'Closed', tone: 'bad' }),
    },
    slots: count('Slots', 'As always'),
    specialtyLimit: count('Specialty items', 'As always'),
    note: longText('Note'),
  },
  list: ['day', 'vanId', 'open', 'slots', 'specialtyLimit', 'note'],
  sections: [{ title: 'Day of a van', columns: ['day', 'vanId', 'open', 'slots', 'specialtyLimit', 'note'] }],
  filters: ['day', 'vanId', 'open'],
  search: ['note'],
  searchWords: 'Note',
  sort: { by: 'day', direction: 'desc' },
  form: z.strictObject({
    vanId: field.reference('Van', 'vans'),
    day: field.day('Day'),
    ...dayFields,
  }),
  warnings: async (ctx, _before, values) => dayWarnings(ctx, values),
  blocks: async (ctx, row) => [await recordHistory(ctx, 'vanSchedule', String(row.id))],
  empty: 'Every van is as always on every day. Make an entry to close a day or change what fits.',
});
