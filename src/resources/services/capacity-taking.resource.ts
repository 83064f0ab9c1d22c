import {
  type Cell,
  choice,
  count,
  instant,
  made,
  reference,
  serviceDay,
  yesNo,
} from '../../admin/kit/columns.ts';
import { instantSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { formatServiceDay, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { CapacityTaking } from './capacity-taking.model.ts';
import { capacityTakingPolicy, capacityWords } from './capacity-taking.policy.ts';

const heldUntil = instant('Held until');

/** Until when unpaid bookings keep their places; paid ones keep them. */
async function holdCells(ctx: Context, bookingIds: readonly string[], now: Date): Promise<Map<string, Cell>> {
  const holds = await select<{ id: string; until: Date }>(
    ctx,
    `select id, hold_expires_at as until from bookings where id = any($1::uuid[]) and hold_expires_at is not null`,
    [bookingIds],
  );
  return new Map(
    holds.flatMap(({ id, until }) => {
      const cell = heldUntil.cell(until, {}, now);
      return cell ? [[id, cell] as const] : [];
    }),
  );
}

export const capacityTakings = defineResource({
  noun: { model: CapacityTaking, policy: capacityTakingPolicy, constraints: capacityWords },
  label: { one: 'Hold or ride', many: 'Holds and rides' },
  group: 'Vans',
  icon: 'Package',
  title: { fields: ['day'], of: (row) => formatServiceDay(row.day as ServiceDay) },
  columns: {
    bookingId: reference('Booking', 'bookings'),
    vanId: reference('Van', 'vans'),
    day: serviceDay('Day'),
    slots: count('Slots'),
    wholeVan: yesNo('Whole van'),
    specialtyItems: count('Specialty items'),
    purpose: choice('For', { ride: 'The ride', move: 'A new day that waits for its price' }),
    heldUntil: made(
      'Held until',
      ['bookingId'],
      () => null,
      (of) => `(select ${instantSql('h.hold_expires_at')} from bookings h where h.id = ${of('bookingId')})`,
      { isHarmless: true, lookUp: { by: 'bookingId', cells: holdCells } },
    ),
    createdAt: instant('Taken'),
    updatedAt: instant('Changed'),
  },
  list: ['day', 'vanId', 'bookingId', 'slots', 'specialtyItems', 'purpose', 'heldUntil'],
  sections: [
    {
      title: 'Place in a van',
      columns: ['bookingId', 'vanId', 'day', 'slots', 'wholeVan', 'specialtyItems', 'purpose', 'heldUntil'],
    },
    { title: 'When', columns: ['createdAt', 'updatedAt'] },
  ],
  filters: ['day', 'vanId', 'purpose', 'wholeVan'],
  search: [],
  sort: { by: 'day', direction: 'desc' },
  views: {
    today: { label: 'Today', where: ({ clock }) => ({ day: serviceDayOf(clock.now()) }) },
    moves: { label: 'Waiting for a price', where: () => ({ purpose: 'move' }) },
  },
  empty: 'No van is taken here. Bookings take their places at checkout.',
});
