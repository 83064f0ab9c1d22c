import { BUSINESS_ZONE, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** What a driver, everybody on a day, or a driver on a day drove: stops that are over, whose window begins in the period. */
export interface DriverMeasure {
  readonly of: 'total' | 'driver' | 'day' | 'driver_day';
  /** `null` of what was done without one. */
  readonly driverId: string | null;
  readonly driver: string | null;
  readonly day: ServiceDay | null;
  readonly completed: number;
  readonly failed: number;
  /** Of the completed ones, those that ended within their own window, both ends inclusive. */
  readonly onTime: number;
  /** From the arrival to the end, of completed ones whose arrival was told: how many, their mean, quickest and slowest. */
  readonly timed: number;
  readonly minutes: number | null;
  readonly quickest: number | null;
  readonly slowest: number | null;
}

export interface Period {
  readonly from: Date;
  /** Exclusive. */
  readonly until: Date;
}

/** All of a period, each driver by name and each day, the latest first, apart and together: one statement. */
export function measureDrivers(ctx: Context, { from, until }: Period): Promise<DriverMeasure[]> {
  return select<DriverMeasure>(ctx, measureDriversSql('$1', '$2'), [from, until]);
}

/** The statement over a period given in SQL. Bookings that are archived are in no figure (`rules.md` §1). */
export function measureDriversSql(from: string, until: string): string {
  const minutes = 'extract(epoch from ended_at - arrived_at)::numeric / 60';
  return `
    with stops as (
      select t.driver_id, (t.starts_at at time zone '${BUSINESS_ZONE}')::date as day, t.status = 'completed' as done,
        t.status = 'completed' and t.ended_at between t.starts_at and t.ends_at as on_time,
        case when t.status = 'completed' and t.arrived_at <= t.ended_at then ${minutes} end as minutes
      from delivery_tasks t join bookings b on b.id = t.booking_id
      where t.starts_at >= ${from} and t.starts_at < ${until} and t.status in ('completed', 'failed')
        and b.archived_at is null and not b.is_test
    )
    select case when grouping(s.driver_id, s.day) = 0 then 'driver_day' when grouping(s.driver_id) = 0 then 'driver' when grouping(s.day) = 0 then 'day' else 'total' end as of,
      s.driver_id as "driverId", case when grouping(s.driver_id) = 0 then max(d.name) end as driver, s.day,
      count(*) filter (where s.done)::int as completed, count(*) filter (where not s.done)::int as failed,
      count(*) filter (where s.on_time)::int as "onTime", count(s.minutes)::int as timed,
      round(avg(s.minutes), 1)::float as minutes, round(min(s.minutes), 1)::float as quickest,
      round(max(s.minutes), 1)::float as slowest
    from stops s left join drivers d on d.id = s.driver_id
    group by grouping sets ((), (s.driver_id), (s.day), (s.driver_id, s.day))
    having count(*) > 0
    order by s.day desc nulls last, driver nulls last, s.driver_id`;
}
