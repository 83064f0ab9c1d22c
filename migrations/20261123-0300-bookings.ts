/** Bookings, their state machine, and the uses of discount codes. */

export const up = /* sql */ `
create sequence booking_numbers as bigint;

create table booking_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into booking_moves values
  ('inquiry', 'pending_payment'), ('inquiry', 'confirmed'), ('inquiry', 'cancelled'), ('inquiry', 'expired'),
  ('pending_payment', 'confirmed'), ('pending_payment', 'expired'), ('pending_payment', 'inquiry'), ('pending_payment', 'cancelled'),
  ('expired', 'pending_payment'), ('expired', 'inquiry'), ('expired', 'confirmed'), ('expired', 'cancelled'),
  ('confirmed', 'in_progress'), ('confirmed', 'completed'), ('confirmed', 'cancelled'),
  ('in_progress', 'completed'), ('in_progress', 'confirmed'), ('in_progress', 'cancelled');

create table bookings (
  id uuid primary key default gen_random_uuid(),
  number text not null unique default 'TT-' || lpad(nextval('booking_numbers')::text, 6, '0'),
  status text not null default 'inquiry'
    check (status in ('inquiry', 'pending_payment', 'expired', 'confirmed', 'in_progress', 'completed', 'cancelled')),
  source text not null check (source in ('web', 'staff')),
  is_test boolean not null default false,
  customer_id uuid references customers,
  contact_first_name text check (length(contact_first_name) between 1 and 100),
  contact_last_name text check (length(contact_last_name) between 1 and 100),
  contact_email text check (contact_email = lower(btrim(contact_email)) and length(contact_email) between 3 and 254),
  contact_phone text check (length(contact_phone) between 7 and 30),
  service text not null check (service in ('mini_move', 'standard_delivery', 'specialty_item', 'airport_transfer')),
  basket jsonb not null check (jsonb_typeof(basket) = 'object'),
  pickup_date date not null,
  pickup_window text not null check (pickup_window in ('morning', 'specific_hour', 'flexible')),
  pickup_hour integer check (pickup_hour in (8, 9, 10)),
  pickup_zip text check (pickup_zip ~ '^[0-9]{5}(-[0-9]{4})?$'),
  delivery_zip text check (delivery_zip ~ '^[0-9]{5}(-[0-9]{4})?$'),
  pickup_address_id uuid references addresses,
  delivery_address_id uuid references addresses,
  pickup_address jsonb check (jsonb_typeof(pickup_address) = 'object'),
  delivery_address jsonb check (jsonb_typeof(delivery_address) = 'object'),
  coi boolean not null default false,
  coi_required boolean not null default false,
  instructions text not null default '' check (length(instructions) <= 2000),
  marketing_opt_in boolean not null default false,
  discount_code text check (discount_code = upper(btrim(discount_code)) and length(discount_code) between 1 and 50),
  price jsonb not null check (jsonb_typeof(price) = 'object'),
  subtotal_cents integer not null check (subtotal_cents >= 0),
  discount_cents integer not null check (discount_cents >= 0),
  total_cents integer not null check (total_cents >= 0),
  rate_card_version bigint not null,
  price_locked_until timestamptz not null,
  credits_cents integer not null default 0 check (credits_cents >= 0),
  captured_cents integer not null default 0 check (captured_cents >= 0),
  refunded_cents integer not null default 0 check (refunded_cents >= 0),
  lost_dispute_cents integer not null default 0 check (lost_dispute_cents >= 0),
  hold_started_at timestamptz,
  hold_expires_at timestamptz,
  hold_client_address text check (length(hold_client_address) <= 100),
  payment_attempts_allowed integer not null default 3 check (payment_attempts_allowed >= 0),
  payment_attempts_used integer not null default 0 check (payment_attempts_used >= 0),
  access_token_version integer not null default 1 check (access_token_version > 0),
  cancel_reason text check (length(cancel_reason) <= 2000),
  version integer not null default 0,
  confirmed_at timestamptz,
  cancelled_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint bookings_sum check (total_cents = subtotal_cents - discount_cents),
  constraint bookings_refunds_within_captures check (refunded_cents + lost_dispute_cents <= captured_cents),
  constraint bookings_hour check ((pickup_window = 'specific_hour') = (pickup_hour is not null)),
  constraint bookings_hold check ((status = 'pending_payment') = (hold_expires_at is not null)),
  constraint bookings_hold_start check ((hold_expires_at is null) = (hold_started_at is null)),
  constraint bookings_archived_holds_nothing check (
    archived_at is null or (captured_cents = refunded_cents + lost_dispute_cents and status not in ('pending_payment', 'confirmed', 'in_progress')))
);
create index bookings_created on bookings (created_at desc, id);
create index bookings_status_day on bookings (status, pickup_date);
create index bookings_day on bookings (pickup_date, id);
create index bookings_customer on bookings (customer_id);
create index bookings_email on bookings (contact_email);
create index bookings_phone on bookings (contact_phone);
create index bookings_holds on bookings (hold_expires_at) where hold_expires_at is not null;
create index bookings_idle_inquiries on bookings (updated_at) where status = 'inquiry';

create function guard_booking_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'inquiry' then
      raise exception 'a booking starts as an inquiry, not as %', new.status using errcode = 'check_violation', constraint = 'bookings_moves';
    end if;
  elsif new.status <> old.status
    and not exists (select from booking_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a booking does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'bookings_moves';
  end if;
  return new;
end $$;
create trigger guard_booking_moves before insert or update of status on bookings
  for each row execute function guard_booking_moves();

create function refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger refuse_delete before delete on bookings for each row execute function refuse_delete();

create table discount_redemptions (
  id uuid primary key default gen_random_uuid(),
  discount_code_id uuid not null references discount_codes,
  booking_id uuid not null unique references bookings,
  customer_email text not null,
  created_at timestamptz not null
);
create index discount_redemptions_code on discount_redemptions (discount_code_id, customer_email);
`;

export const down = /* sql */ `
drop table discount_redemptions, bookings, booking_moves;
drop function guard_booking_moves(), refuse_delete();
drop sequence booking_numbers;
`;
