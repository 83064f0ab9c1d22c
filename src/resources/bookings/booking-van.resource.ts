import { z } from 'zod';
import type { Card, ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { reference } from '../../admin/kit/fields.ts';
import { recordPath } from '../../admin/kit/read-rows.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { type MovedToVan, moveToVan, previewVanMove, some } from '../services/move-to-van.ts';
import type { BookingStatus } from './booking.states.ts';

/** The van of a booking: where its page shows it, and the verb that changes it. */

const form = z.strictObject({
  vanId: reference('Van', 'vans', 'The calendar shows which have room on the day.'),
});

const riding: readonly BookingStatus[] = ['pending_payment', 'confirmed', 'in_progress'];

export const moveToVanAction = useCaseAction<z.output<typeof form>>({
  name: 'moveToVan',
  label: 'Move to another van',
  icon: 'Truck',
  form,
  isOffered: (row) => riding.includes(row.status as BookingStatus) && row.isTest !== true,
  async preview(ctx, row, { vanId }) {
    const { number, day, from, to } = await previewVanMove(ctx, { bookingId: String(row.id), vanId });
    const when = formatServiceDay(day);
    if (from.vanId === to.vanId) return [`${number} rides in ${to.name} on ${when} already.`];
    return [
      `${number} rides in ${to.name} instead of ${from.name} on ${when}.`,
      'Day, window and price stay; the customer is not told.',
    ];
  },
  async run(ctx, row, { vanId }) {
    return { message: movedWords(await moveToVan(ctx, { bookingId: String(row.id), vanId })) };
  },
});

export function movedWords({ number, day, to }: MovedToVan): string {
  return `${number} rides in ${to.name} on ${formatServiceDay(day)}.`;
}

type Summary = NonNullable<ResourceDefinition['summary']>;

/** A booking's cards with the van that it rides in, where it has one. */
export function withVan(summary: Summary): Summary {
  return async (row, now, ctx) => {
    const [cards, vans] = await Promise.all([summary(row, now, ctx), vanCards(ctx, String(row.id))]);
    return [...cards, ...vans];
  };
}

async function vanCards(ctx: Context, bookingId: string): Promise<Card[]> {
  const places = await select<{
    vanId: string;
    van: string;
    day: ServiceDay;
    slots: number;
    purpose: 'ride' | 'move';
  }>(
    ctx,
    `select t.van_id as "vanId", v.name as van, t.day, t.slots, t.purpose
     from capacity_takings t join vans v on v.id = t.van_id where t.booking_id = $1 order by t.purpose desc`,
    [bookingId],
  );
  return places.map(({ vanId, van, day, slots, purpose }) => ({
    label: purpose === 'ride' ? 'Van' : 'Van on the new day',
    cell: {
      text: van,
      href: recordPath('vans', vanId),
      hint: purpose === 'ride' ? some(slots, 'slot') : `${some(slots, 'slot')}, ${formatServiceDay(day)}`,
    },
  }));
}
