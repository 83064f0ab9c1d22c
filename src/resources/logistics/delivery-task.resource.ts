import { Op } from 'sequelize';
import {
  type Cell,
  choice,
  count,
  instant,
  list,
  longText,
  made,
  type Row,
  reference,
  text,
} from '../../admin/kit/columns.ts';
import { type FieldSql, instantSql, wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { deliveryTaskStatusTones, deliveryTaskStatusWords, legWords } from '../../admin/kit/words.ts';
import { addDays, formatInstant, instantOf, relativeTo, serviceDayOf } from '../../clock.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { deliveryTaskPolicy } from './delivery-task.policy.ts';
import type { Leg } from './delivery-task.states.ts';
import { proofBlocks } from './proof-block.resource.ts';
import { taskVerbs } from './task-verbs.resource.ts';
import { trackingUpdates } from './tracking-update.resource.ts';

/** `Mon 30 Nov 2026, 8:00 am – 11:00 am`. */
function windowCell({ startsAt, endsAt }: Row, now: Date): Cell {
  const until =
    formatInstant(endsAt as Date)
      .split(', ')
      .at(-1) ?? '';
  return { text: `${formatInstant(startsAt as Date)} – ${until}`, hint: relativeTo(now, startsAt as Date) };
}

const windowSql = (of: FieldSql) => `${instantSql(of('startsAt'))} || ' – ' || ${instantSql(of('endsAt'))}`;

function photosCell(ids: readonly string[]): Cell | null {
  return ids.length === 0 ? null : { text: ids.length === 1 ? '1 photo' : `${ids.length} photos` };
}

export const deliveryTasks = defineResource({
  noun: { model: DeliveryTask, policy: deliveryTaskPolicy },
  label: { one: 'Delivery task', many: 'Delivery tasks' },
  group: 'Deliveries',
  icon: 'MapPin',
  title: {
    fields: ['leg', 'startsAt'],
    of: (row) => `${legWords[row.leg as Leg]}, ${formatInstant(row.startsAt as Date)}`,
    sql: (of) => `${wordsSql(of('leg'), legWords)} || ', ' || ${instantSql(of('startsAt'))}`,
  },
  columns: {
    bookingId: reference('Booking', 'bookings'),
    leg: choice('Stop', legWords),
    attempt: count('Attempt'),
    status: choice('Status', deliveryTaskStatusWords, deliveryTaskStatusTones),
    driverId: reference('Driver', 'drivers'),
    window: made('When', ['startsAt', 'endsAt'], windowCell, windowSql, { sortBy: 'startsAt' }),
    startsAt: instant('From'),
    endsAt: instant('Until'),
    etaAt: instant('Expected'),
    startedAt: instant('Set out'),
    arrivedAt: instant('Arrived'),
    endedAt: instant('Ended'),
    failureReason: longText('Why it failed'),
    completionNotes: longText('Driver’s notes'),
    photoIds: { ...list('Photos'), cell: (ids) => photosCell(ids as string[]) },
    signatureId: { ...text('Signature'), cell: (id) => (id ? { text: 'Signed' } : null) },
    onfleetTaskId: text('Onfleet task'),
    lastError: longText('Onfleet said'),
    createdAt: instant('Made'),
  },
  list: ['window', 'leg', 'bookingId', 'status', 'driverId', 'etaAt', 'endedAt'],
  sections: [
    { title: 'Stop', columns: ['bookingId', 'leg', 'status', 'driverId', 'window', 'attempt'] },
    { title: 'On the road', columns: ['startedAt', 'etaAt', 'arrivedAt', 'endedAt', 'failureReason'] },
    { title: 'Proof of delivery', columns: ['completionNotes', 'photoIds', 'signatureId'] },
    { title: 'At Onfleet', columns: ['onfleetTaskId', 'lastError'] },
  ],
  filters: ['status', 'leg', 'driverId', 'startsAt', 'endedAt'],
  search: [],
  searchExact: ['onfleetTaskId'],
  searchWords: 'Onfleet id',
  sort: { by: 'startsAt', direction: 'desc' },
  views: {
    today: {
      label: 'Today',
      where: ({ clock }) => {
        const day = serviceDayOf(clock.now());
        return {
          status: { [Op.ne]: 'withdrawn' },
          startsAt: { [Op.gte]: instantOf(day, 0), [Op.lt]: instantOf(addDays(day, 1), 0) },
        };
      },
      sort: { by: 'startsAt', direction: 'asc' },
    },
    unassigned: {
      label: 'Without a driver',
      where: ({ clock }) => ({
        status: 'created',
        startsAt: { [Op.lt]: instantOf(addDays(serviceDayOf(clock.now()), 3), 0) },
      }),
      sort: { by: 'startsAt', direction: 'asc' },
    },
    failed: {
      label: 'Failed',
      where: () => ({ status: 'failed' }),
      sort: { by: 'endedAt', direction: 'desc' },
    },
  },
  actions: taskVerbs,
  blocks: async (ctx, row) => [
    ...proofBlocks(ctx, [row]),
    await rowsBlock(
      ctx,
      trackingUpdates,
      await readRows(ctx, trackingUpdates, {
        where: { deliveryTaskId: String(row.id) },
        order: [['occurredAt', 'DESC']],
        limit: 50,
      }),
      ['occurredAt', 'kind', 'driverId', 'etaAt'],
      'The road has told nothing yet.',
    ),
    await recordHistory(ctx, 'deliveryTask', String(row.id)),
  ],
  empty: 'No task here. A paid booking makes its pickup and its dropoff.',
});
