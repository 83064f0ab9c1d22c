import { addDays, instantOf, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import type { DeliveryTaskStatus, Leg } from './delivery-task.states.ts';

/** A stop of a day with what its booking, its van and its driver add. The reader shows what a role may see. */
export interface BoardStop {
  readonly id: string;
  readonly leg: Leg;
  readonly status: DeliveryTaskStatus;
  readonly attempt: number;
  readonly driverId: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly etaAt: Date | null;
  readonly arrivedAt: Date | null;
  readonly endedAt: Date | null;
  readonly isKnown: boolean;
  readonly isRefused: boolean;
  readonly failureReason: string | null;
  readonly bookingId: string;
  readonly number: string;
  readonly customer: string;
  /** Where it is: the ZIP, or an airport's code. */
  readonly zip: string;
  readonly city: string | null;
  readonly van: string | null;
}

export interface BoardDriver {
  readonly id: string;
  readonly name: string;
  readonly vehicle: string | null;
  readonly isOnDuty: boolean;
  /** Still at Onfleet. */
  readonly isActive: boolean;
}

/** The stops of a day that were not withdrawn, by window and number, and every driver that may have one. Two statements. */
export async function readBoard(
  ctx: Context,
  day: ServiceDay,
): Promise<{ stops: BoardStop[]; drivers: BoardDriver[] }> {
  const [stops, drivers] = await Promise.all([
    select<BoardStop>(ctx, STOPS, [instantOf(day, 0), instantOf(addDays(day, 1), 0)]),
    select<BoardDriver>(
      ctx,
      `select id, name, vehicle, is_on_duty as "isOnDuty", is_active as "isActive" from drivers order by name, id`,
    ),
  ]);
  return { stops, drivers };
}

const STOPS = `
  select t.id, t.leg, t.status, t.attempt, t.driver_id as "driverId", t.starts_at as "startsAt", t.ends_at as "endsAt",
    t.eta_at as "etaAt", t.arrived_at as "arrivedAt", t.ended_at as "endedAt",
    t.onfleet_task_id is not null as "isKnown", t.last_error is not null as "isRefused",
    t.failure_reason as "failureReason",
    b.id as "bookingId", b.number, concat_ws(' ', b.contact_first_name, b.contact_last_name) as customer,
    case when b.basket #>> '{airportTransfer,direction}' = case t.leg when 'pickup' then 'from_airport' else 'to_airport' end
      then b.basket #>> '{airportTransfer,airport}'
      else left(case t.leg when 'pickup' then b.pickup_zip else b.delivery_zip end, 5) end as zip,
    case t.leg when 'pickup' then b.pickup_address else b.delivery_address end ->> 'city' as city, v.name as van
  from delivery_tasks t
  join bookings b on b.id = t.booking_id and b.archived_at is null
  left join capacity_takings c on c.booking_id = b.id and c.purpose = 'ride'
  left join vans v on v.id = c.van_id
  where t.starts_at >= $1 and t.starts_at < $2 and t.status <> 'withdrawn'
  order by t.starts_at, t.ends_at, b.number, t.leg desc, t.attempt`;
