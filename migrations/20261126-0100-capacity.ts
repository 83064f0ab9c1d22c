/** What bookings take of vans, guarded so that no interleaving, script or edit can sell a van twice (`rules.md` §3). */

export const up = /* sql */ `
/* One row a day that anything was taken on: whoever takes waits here for the others. */
create table service_days (
  day date primary key,
  version bigint not null
);

create function lock_service_day(p_day date) returns void language sql as $$
  insert into service_days values (p_day, 1)
  on conflict (day) do update set version = service_days.version + 1
$$;

/* A booking rides in one van on its day; while a later day waits for its price, it holds that one, too. */
create table capacity_takings (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  purpose text not null default 'ride' check (purpose in ('ride', 'move')),
  van_id uuid not null references vans,
  day date not null,
  slots integer not null check (slots >= 0),
  whole_van boolean not null default false,
  specialty_items integer not null default 0 check (specialty_items >= 0),
  version integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (booking_id, purpose)
);
create index capacity_takings_day on capacity_takings (day, van_id);
create index capacity_takings_van on capacity_takings (van_id, day);

/* Each van on each day of a range: what it carries then, and what is taken of it. */
create function van_days(p_from date, p_to date)
returns table (day date, van_id uuid, name text, open boolean, slots integer, specialty_limit integer,
  slots_taken integer, specialty_taken integer, bookings integer, whole_taken boolean)
language sql stable as $$
  select d.day::date, v.id, v.name, v.active and coalesce(s.open, true), coalesce(s.slots, v.slots),
    coalesce(s.specialty_limit, v.specialty_limit), coalesce(t.slots, 0)::int, coalesce(t.specialty_items, 0)::int,
    coalesce(t.bookings, 0)::int, coalesce(t.whole, false)
  from generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') d (day)
  cross join vans v
  left join van_schedules s on s.van_id = v.id and s.day = d.day::date
  left join (
    select t.day, t.van_id, sum(t.slots) as slots, sum(t.specialty_items) as specialty_items, count(*) as bookings,
      bool_or(t.whole_van) as whole
    from capacity_takings t where t.day between p_from and p_to group by t.day, t.van_id
  ) t on t.van_id = v.id and t.day = d.day::date
$$;

create function guard_capacity() returns trigger language plpgsql as $$
declare
  can record;
  others record;
begin
  perform lock_service_day(new.day);
  perform from vans where id = new.van_id for share;
  if not exists (select from bookings b where b.id = new.booking_id and not b.is_test
      and b.status in ('pending_payment', 'confirmed', 'in_progress')) then
    raise exception 'only a booking that is held or rides takes a van'
      using errcode = 'check_violation', constraint = 'capacity_takings_booking';
  end if;
  select v.active and coalesce(s.open, true) as open, coalesce(s.slots, v.slots) as slots,
    coalesce(s.specialty_limit, v.specialty_limit) as specialty_limit into can
  from vans v left join van_schedules s on s.van_id = v.id and s.day = new.day where v.id = new.van_id;
  if can.open is not true then
    raise exception 'this van does not ride on %', new.day
      using errcode = 'check_violation', constraint = 'capacity_takings_open';
  end if;
  select count(*) as bookings, coalesce(sum(t.slots), 0) as slots, coalesce(sum(t.specialty_items), 0) as specialty_items,
    coalesce(bool_or(t.whole_van), false) as whole into others
  from capacity_takings t where t.van_id = new.van_id and t.day = new.day and t.id <> new.id;
  if others.whole or (new.whole_van and others.bookings > 0) or others.slots + new.slots > can.slots
    or others.specialty_items + new.specialty_items > can.specialty_limit then
    raise exception 'this van has no room for it on %', new.day
      using errcode = 'check_violation', constraint = 'capacity_takings_room';
  end if;
  return new;
end $$;
create trigger guard_capacity before insert or update of van_id, day, slots, whole_van, specialty_items
  on capacity_takings for each row execute function guard_capacity();

/* The fullest van that still has room, ties by name; p_slots null is a whole van. */
create function take_capacity(p_booking uuid, p_purpose text, p_day date, p_slots integer, p_specialty_items integer,
  p_at timestamptz)
returns table (van_id uuid, refusal text) language plpgsql as $$
declare
  chosen record;
begin
  perform lock_service_day(p_day);
  select * into chosen from van_days(p_day, p_day) d
  where d.open and not d.whole_taken and d.slots_taken + coalesce(p_slots, d.slots) <= d.slots
    and (p_slots is not null or (d.bookings = 0 and d.slots > 0))
    and d.specialty_taken + p_specialty_items <= d.specialty_limit
  order by d.slots - d.slots_taken, d.name limit 1;
  if not found then
    return query select null::uuid,
      case when exists (select from van_days(p_day, p_day) d where d.open) then 'full' else 'closed' end;
    return;
  end if;
  insert into capacity_takings as t (booking_id, purpose, van_id, day, slots, whole_van, specialty_items, created_at, updated_at)
  values (p_booking, p_purpose, chosen.van_id, p_day, coalesce(p_slots, chosen.slots), p_slots is null,
    p_specialty_items, p_at, p_at);
  return query select chosen.van_id, null::text;
end $$;

/* Whatever ends a hold or a ride gives its places back in the same breath. */
create function free_capacity() returns trigger language plpgsql as $$
begin
  delete from capacity_takings where booking_id = new.id;
  return null;
end $$;
create trigger free_capacity after update of status, is_test on bookings for each row
  when (new.status in ('inquiry', 'expired', 'cancelled') or new.is_test) execute function free_capacity();

/* A day is not closed in the middle of a taking. */
create function lock_scheduled_day() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform lock_service_day(old.day); end if;
  if tg_op <> 'DELETE' then perform lock_service_day(new.day); end if;
  return coalesce(new, old);
end $$;
create trigger lock_scheduled_day before insert or update or delete on van_schedules
  for each row execute function lock_scheduled_day();

/* Processes keep the calendar in memory and hear which day changed. */
create function notify_capacity() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'vans' then
    perform pg_notify('capacity', '');
    return null;
  end if;
  if tg_op <> 'INSERT' then perform pg_notify('capacity', old.day::text); end if;
  if tg_op <> 'DELETE' then perform pg_notify('capacity', new.day::text); end if;
  return null;
end $$;
create trigger notify_capacity after insert or update or delete on capacity_takings
  for each row execute function notify_capacity();
create trigger notify_capacity after insert or update or delete on van_schedules
  for each row execute function notify_capacity();
create trigger notify_capacity after insert or update or delete on vans
  for each row execute function notify_capacity();

/* Bookings from before vans were counted get theirs; what finds no room shows in the nightly checks. */
do $$
declare
  riding record;
begin
  for riding in
    select b.id, b.pickup_date, b.updated_at,
      case when b.basket ? 'miniMove' then (select p.van_slots from mini_move_packages p where p.code = b.basket #>> '{miniMove,package}')
        else coalesce((b.basket #>> '{standardDelivery,itemCount}')::int > 0, false)::int
               * coalesce((select van_slots from delivery_terms where service = 'standard_delivery'), 0)
             + coalesce(items.slots, 0)
             + (b.basket ? 'airportTransfer')::int
               * coalesce((select van_slots from delivery_terms where service = 'airport_transfer'), 0) end as slots,
      coalesce(items.quantity, 0) as specialty_items
    from bookings b
    left join lateral (
      select sum((i ->> 'quantity')::int)::int as quantity, sum((i ->> 'quantity')::int * coalesce(s.van_slots, 1))::int as slots
      from jsonb_array_elements(b.basket -> 'specialtyItems') i left join specialty_items s on s.code = i ->> 'item'
    ) items on b.basket ? 'specialtyItems'
    where b.status in ('pending_payment', 'confirmed', 'in_progress') and not b.is_test
    order by b.confirmed_at nulls last, b.created_at
  loop
    perform take_capacity(riding.id, 'ride', riding.pickup_date, riding.slots, riding.specialty_items, riding.updated_at);
  end loop;
end $$;
`;

export const down = /* sql */ `
drop trigger notify_capacity on vans;
drop trigger notify_capacity on van_schedules;
drop trigger lock_scheduled_day on van_schedules;
drop trigger free_capacity on bookings;
drop table capacity_takings;
drop function take_capacity(uuid, text, date, integer, integer, timestamptz), van_days(date, date), guard_capacity(),
  free_capacity(), lock_scheduled_day(), notify_capacity(), lock_service_day(date);
drop table service_days;
`;
