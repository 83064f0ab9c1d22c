/** Certificates of insurance (COI): one for each certificate that came in, and how a booking stands with its own. */

export const up = /* sql */ `
create table cois (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  document_id uuid not null unique references documents,
  status text not null default 'submitted' check (status in ('submitted', 'approved', 'rejected', 'replaced')),
  building text not null default '' check (length(building) <= 200),
  insurer text check (length(insurer) between 1 and 100),
  policy_number text check (length(policy_number) between 1 and 100),
  certificate_holder text check (length(certificate_holder) between 1 and 200),
  coverage_cents integer check (coverage_cents > 0),
  aggregate_cents integer check (aggregate_cents > 0),
  effective_date date,
  expiry_date date,
  notes text not null default '' check (length(notes) <= 2000),
  reviewed_by uuid references staff_users,
  reviewed_at timestamptz,
  rejected_reason text check (length(rejected_reason) between 1 and 500),
  version integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint cois_dates check (expiry_date >= effective_date),
  constraint cois_aggregate check (aggregate_cents >= coverage_cents),
  constraint cois_approved check (status <> 'approved' or (insurer is not null and policy_number is not null
    and certificate_holder is not null and coverage_cents is not null and effective_date is not null
    and expiry_date is not null and reviewed_by is not null and reviewed_at is not null)),
  constraint cois_rejected check (status <> 'rejected' or (rejected_reason is not null and reviewed_by is not null))
);
create index cois_booking on cois (booking_id, created_at);
create index cois_created on cois (created_at desc, id);
create index cois_submitted on cois (created_at) where status = 'submitted';
create index cois_expiry on cois (expiry_date) where status = 'approved';
create trigger refuse_delete before delete on cois for each row execute function refuse_delete();

create table coi_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into coi_moves values
  ('submitted', 'approved'), ('submitted', 'rejected'), ('submitted', 'replaced'),
  ('approved', 'submitted'), ('approved', 'replaced'), ('rejected', 'replaced');

create function guard_cois() returns trigger language plpgsql as $$
declare
  booked record;
begin
  if tg_op = 'UPDATE' then
    if (new.booking_id, new.document_id) is distinct from (old.booking_id, old.document_id) then
      raise exception 'what a certificate is of never changes' using errcode = 'restrict_violation', constraint = 'cois_fixed';
    end if;
    if new.status = old.status then
      return new;
    end if;
    if not exists (select from coi_moves where from_status = old.status and to_status = new.status) then
      raise exception 'a certificate does not move from % to %', old.status, new.status
        using errcode = 'check_violation', constraint = 'cois_moves';
    end if;
  end if;
  if new.status = 'approved' then
    select pickup_date into booked from bookings where id = new.booking_id;
    if booked.pickup_date not between new.effective_date and new.expiry_date then
      raise exception 'a certificate covers the service day' using errcode = 'check_violation', constraint = 'cois_cover';
    end if;
  end if;
  return new;
end $$;
create trigger guard_cois before insert or update on cois for each row execute function guard_cois();

-- How its certificates stand, the best of them; and with what the booking needs, the status that people ask for.
alter table bookings
  add column coi_review text not null default 'none' check (coi_review in ('none', 'submitted', 'approved', 'rejected')),
  add column coi_status text generated always as (
    case when coi_review <> 'none' then coi_review when coi_required then 'missing' else 'not_required' end) stored;
create index bookings_coi_open on bookings (pickup_date)
  where coi_status in ('missing', 'submitted', 'rejected');

create function booking_follows_cois() returns trigger language plpgsql as $$
begin
  update bookings set coi_review = coalesce(
    (select status from cois where booking_id = new.booking_id and status <> 'replaced'
     order by array_position(array['approved', 'submitted', 'rejected'], status) limit 1), 'none')
  where id = new.booking_id;
  return null;
end $$;
create trigger booking_follows_cois after insert or update of status on cois
  for each row execute function booking_follows_cois();
`;

export const down = /* sql */ `
drop index bookings_coi_open;
alter table bookings drop column coi_status, drop column coi_review;
drop table cois, coi_moves;
drop function booking_follows_cois();
drop function guard_cois();
`;
