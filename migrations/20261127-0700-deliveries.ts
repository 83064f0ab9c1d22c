/** Delivery tasks, their drivers, and what the road told of them. */

export const up = /* sql */ `
create table drivers (
  id uuid primary key default gen_random_uuid(),
  onfleet_worker_id text not null unique check (length(onfleet_worker_id) between 1 and 100),
  name text not null check (length(name) between 1 and 100),
  phone text not null default '' check (length(phone) <= 30),
  vehicle text check (length(vehicle) between 1 and 100),
  is_on_duty boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create trigger refuse_delete before delete on drivers for each row execute function refuse_delete();

create table delivery_tasks (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  leg text not null check (leg in ('pickup', 'dropoff')),
  attempt integer not null check (attempt between 1 and 100),
  status text not null default 'created'
    check (status in ('created', 'assigned', 'in_progress', 'completed', 'failed', 'withdrawn')),
  driver_id uuid references drivers,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  is_window_chosen boolean not null default false,
  onfleet_task_id text unique check (length(onfleet_task_id) between 1 and 100),
  tracking_url text check (length(tracking_url) <= 500),
  sent_digest text check (length(sent_digest) = 64),
  sent_place_digest text check (length(sent_place_digest) = 64),
  is_gone boolean not null default false,
  last_error text check (length(last_error) <= 2000),
  eta_at timestamptz,
  told_at timestamptz,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  position_at timestamptz,
  started_at timestamptz,
  arrived_at timestamptz,
  ended_at timestamptz,
  failure_reason text check (length(failure_reason) <= 500),
  completion_notes text check (length(completion_notes) <= 10000),
  photo_ids text[] not null default '{}',
  signature_id text check (length(signature_id) <= 200),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (booking_id, leg, attempt),
  constraint delivery_tasks_window check (ends_at > starts_at),
  constraint delivery_tasks_ended check ((status in ('completed', 'failed')) = (ended_at is not null)),
  constraint delivery_tasks_position check (latitude is null or status = 'in_progress')
);
create unique index delivery_tasks_live on delivery_tasks (booking_id, leg) where status not in ('failed', 'withdrawn');
create index delivery_tasks_starts on delivery_tasks (starts_at desc, id);
create index delivery_tasks_unassigned on delivery_tasks (starts_at) where status = 'created';
create index delivery_tasks_driver on delivery_tasks (driver_id, starts_at) where driver_id is not null;
create trigger refuse_delete before delete on delivery_tasks for each row execute function refuse_delete();

create table delivery_task_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into delivery_task_moves values
  ('created', 'assigned'), ('created', 'in_progress'), ('created', 'completed'), ('created', 'failed'), ('created', 'withdrawn'),
  ('assigned', 'created'), ('assigned', 'in_progress'), ('assigned', 'completed'), ('assigned', 'failed'), ('assigned', 'withdrawn'),
  ('in_progress', 'completed'), ('in_progress', 'failed'), ('in_progress', 'withdrawn');

create function guard_delivery_task_moves() returns trigger language plpgsql as $$
begin
  if (new.booking_id, new.leg, new.attempt) is distinct from (old.booking_id, old.leg, old.attempt) then
    raise exception 'what a task is of never changes' using errcode = 'restrict_violation', constraint = 'delivery_tasks_fixed';
  end if;
  if new.status <> old.status
    and not exists (select from delivery_task_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a task does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'delivery_tasks_moves';
  end if;
  return new;
end $$;
create trigger guard_delivery_task_moves before update on delivery_tasks for each row execute function guard_delivery_task_moves();

create table tracking_updates (
  id uuid primary key default gen_random_uuid(),
  delivery_task_id uuid not null references delivery_tasks,
  booking_id uuid not null references bookings,
  kind text not null check (kind in ('assigned', 'unassigned', 'started', 'eta', 'arriving', 'completed', 'failed')),
  source_event text not null unique check (length(source_event) between 1 and 255),
  driver_id uuid references drivers,
  eta_at timestamptz,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  occurred_at timestamptz not null,
  created_at timestamptz not null
);
create index tracking_updates_task on tracking_updates (delivery_task_id, occurred_at);
create index tracking_updates_booking on tracking_updates (booking_id, occurred_at);
create index tracking_updates_occurred on tracking_updates (occurred_at desc, id);
create trigger refuse_delete before delete on tracking_updates for each row execute function refuse_delete();

alter table bookings add column delivery_failed_at timestamptz;
`;

export const down = /* sql */ `
alter table bookings drop column delivery_failed_at;
drop table tracking_updates, delivery_tasks, delivery_task_moves, drivers;
drop function guard_delivery_task_moves();
`;
