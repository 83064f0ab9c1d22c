import { formatServiceDay, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { type DisplacedDay, displacedBookings, type WantedVanDay } from './displaced-bookings.ts';
import { some } from './move-to-van.ts';

/** What staff are told before a van carries less than is taken of it (`rules.md` §3). */

/** `Van 2 would be closed on Wed 12 May 2027, and 1 booking rides in it then: TT-000012 (Jo Doe). It stays; …` */
export function displacedWords(displaced: readonly DisplacedDay[]): string[] {
  return displaced.map((each) => {
    const day = formatServiceDay(each.day);
    const riders = each.bookings.map(({ number, contactFirstName, contactLastName }) => {
      const name = [contactFirstName, contactLastName].filter(Boolean).join(' ');
      return name === '' ? number : `${number} (${name})`;
    });
    const isOne = riders.length === 1;
    const ride = `${some(riders.length, 'booking')} ${isOne ? 'rides' : 'ride'} in it then: ${riders.join(', ')}.`;
    return `${each.van} would ${shortage(each)} on ${day}, and ${ride} ${isOne ? 'It stays' : 'They stay'}; only new bookings are kept out.`;
  });
}

function shortage(day: DisplacedDay): string {
  if (!day.open) return 'be closed';
  if (day.specialtyTaken > day.specialtyLimit)
    return `carry ${some(day.specialtyLimit, 'specialty item')} where ${day.specialtyTaken} are taken`;
  return `have ${some(day.slots, 'slot')} where ${day.slotsTaken} are taken`;
}

/** For a van as a form has it: its days from today on that have no entry of their own, or are to be closed with it. */
export async function vanWarnings(
  ctx: Context,
  vanId: unknown,
  { active, slots, specialtyLimit }: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  if (typeof vanId !== 'string') return [];
  const days = await select<WantedVanDay>(
    ctx,
    `select distinct t.day, t.van_id as "vanId", $3 and coalesce(s.open, true) as open, coalesce(s.slots, $4) as slots,
       coalesce(s.specialty_limit, $5) as "specialtyLimit"
     from capacity_takings t left join van_schedules s on s.van_id = t.van_id and s.day = t.day
     where t.van_id = $1 and t.day >= $2`,
    [vanId, serviceDayOf(ctx.clock.now()), active === true, Number(slots), Number(specialtyLimit)],
  );
  return displacedWords(await displacedBookings(ctx, days));
}

/** For one day of a van as a form has it. */
export async function dayWarnings(
  ctx: Context,
  values: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const { vanId, day, open, slots, specialtyLimit } = values;
  if (typeof vanId !== 'string' || typeof day !== 'string') return [];
  const wanted = {
    vanId,
    day: day as ServiceDay,
    open: open === true,
    slots: typeof slots === 'number' ? slots : null,
    specialtyLimit: typeof specialtyLimit === 'number' ? specialtyLimit : null,
  };
  return displacedWords(await displacedBookings(ctx, [wanted]));
}
