/** A new day whose price is still to be paid or given back (`rules.md` §2, §5). */

export const up = /* sql */ `
create table reschedules (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  price_choice text not null check (price_choice in ('charge', 'refund')),
  status text not null default 'waiting' check (status in ('waiting', 'done', 'ended')),
  pickup_date date not null,
  pickup_window text not null check (pickup_window in ('morning', 'specific_hour', 'flexible')),
  pickup_hour integer check (pickup_hour in (8, 9, 10)),
  price jsonb not null check (jsonb_typeof(price) = 'object'),
  rate_card_version bigint not null,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint reschedules_hour check ((pickup_window = 'specific_hour') = (pickup_hour is not null)),
  constraint reschedules_wait check ((price_choice = 'charge') = (expires_at is not null))
);
create unique index reschedules_one_waiting on reschedules (booking_id) where status = 'waiting';
create index reschedules_booking on reschedules (booking_id, created_at);
create index reschedules_expiry on reschedules (expires_at) where status = 'waiting' and expires_at is not null;

/* The price of a new day moves when all that it gives back is approved. */
alter table refunds add column reschedule_id uuid references reschedules;
create index refunds_reschedule on refunds (reschedule_id) where reschedule_id is not null;

/* The total that the amount due is computed with while a new day waits for its difference. */
alter table bookings add column waiting_total_cents integer check (waiting_total_cents >= 0);
alter table bookings add constraint bookings_waiting check (waiting_total_cents is null or status = 'confirmed');
`;

export const down = /* sql */ `
alter table bookings drop column waiting_total_cents;
alter table refunds drop column reschedule_id;
drop table reschedules;
`;
