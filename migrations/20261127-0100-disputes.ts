/** Disputes: what they freeze, the ledger rows and credits that follow them, and money from outside that always goes in. */

export const up = /* sql */ `
create table disputes (
  id uuid primary key default gen_random_uuid(),
  payment_id uuid not null references payments,
  booking_id uuid not null references bookings,
  amount_cents integer not null check (amount_cents > 0),
  currency text not null default 'usd',
  status text not null check (status in ('open', 'won', 'lost')),
  reason text not null check (length(reason) between 1 and 100),
  stripe_dispute_id text not null unique,
  stripe_status text not null check (length(stripe_status) between 1 and 100),
  evidence_due_by timestamptz,
  opened_at timestamptz not null,
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint disputes_closed check ((status = 'open') = (closed_at is null))
);
create index disputes_payment on disputes (payment_id);
create index disputes_booking on disputes (booking_id);
create index disputes_opened on disputes (opened_at desc, id);
create index disputes_open on disputes (evidence_due_by) where status = 'open';
create trigger refuse_delete before delete on disputes for each row execute function refuse_delete();

create table dispute_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into dispute_moves values ('open', 'won'), ('open', 'lost'), ('lost', 'won');

create function guard_dispute_moves() returns trigger language plpgsql as $$
begin
  if (new.payment_id, new.booking_id, new.stripe_dispute_id) is distinct from
     (old.payment_id, old.booking_id, old.stripe_dispute_id) then
    raise exception 'what a dispute is of never changes' using errcode = 'restrict_violation', constraint = 'disputes_fixed';
  end if;
  if new.status <> old.status
    and not exists (select from dispute_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a dispute does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'disputes_moves';
  end if;
  return new;
end $$;
create trigger guard_dispute_moves before update on disputes for each row execute function guard_dispute_moves();

alter table payment_audits add column dispute_id uuid references disputes;
create index payment_audits_dispute on payment_audits (dispute_id) where dispute_id is not null;
alter table credits add column dispute_id uuid references disputes;
create index credits_dispute on credits (dispute_id) where dispute_id is not null;
alter table credits drop constraint credits_kind_check;
alter table credits add constraint credits_kind_check check (kind in
  ('waived', 'goodwill', 'refund', 'dispute', 'cancellation', 'price_kept', 'take_back'));

-- A bank may take what was given back already: what happens outside always goes in, the guards bind our own requests.
alter table payments drop constraint payments_never_give_back_more;
alter table bookings drop constraint bookings_refunds_within_captures;

create or replace function guard_refund_sum() returns trigger language plpgsql as $$
declare
  counted constant text[] := array['requested', 'approved', 'sent', 'succeeded'];
  paid payments%rowtype;
  others bigint;
begin
  select * into paid from payments where id = new.payment_id for update;
  if paid.booking_id <> new.booking_id then
    raise exception 'payment % is not of booking %', new.payment_id, new.booking_id using errcode = 'foreign_key_violation';
  end if;
  if new.status in ('requested', 'approved')
    and exists (select from disputes where payment_id = new.payment_id and status = 'open') then
    raise exception 'payment % is disputed', new.payment_id
      using errcode = 'check_violation', constraint = 'refunds_frozen_by_dispute';
  end if;
  select coalesce(sum(amount_cents), 0) into others from refunds
    where payment_id = new.payment_id and id <> new.id and status = any(counted);
  if others + new.amount_cents > paid.captured_cents - paid.lost_dispute_cents then
    raise exception 'refunds of payment % would give back more than is left', new.payment_id
      using errcode = 'check_violation', constraint = 'refunds_within_captured';
  end if;
  return new;
end $$;
create trigger guard_refund_approval before update of status on refunds for each row
  when (new.source <> 'external' and new.status = 'approved' and old.status = 'requested')
  execute function guard_refund_sum();
`;

export const down = /* sql */ `
drop trigger guard_refund_approval on refunds;
create or replace function guard_refund_sum() returns trigger language plpgsql as $$
declare
  counted constant text[] := array['requested', 'approved', 'sent', 'succeeded'];
  paid payments%rowtype;
  others bigint;
begin
  select * into paid from payments where id = new.payment_id for update;
  if paid.booking_id <> new.booking_id then
    raise exception 'payment % is not of booking %', new.payment_id, new.booking_id using errcode = 'foreign_key_violation';
  end if;
  select coalesce(sum(amount_cents), 0) into others from refunds
    where payment_id = new.payment_id and id <> new.id and status = any(counted);
  if others + new.amount_cents > paid.captured_cents - paid.lost_dispute_cents then
    raise exception 'refunds of payment % would give back more than is left', new.payment_id
      using errcode = 'check_violation', constraint = 'refunds_within_captured';
  end if;
  return new;
end $$;
alter table bookings add constraint bookings_refunds_within_captures
  check (refunded_cents + lost_dispute_cents <= captured_cents);
alter table payments add constraint payments_never_give_back_more
  check (refunded_cents + lost_dispute_cents <= captured_cents);
alter table credits drop constraint credits_kind_check;
alter table credits add constraint credits_kind_check check (kind in
  ('waived', 'goodwill', 'refund', 'cancellation', 'price_kept', 'take_back'));
alter table credits drop column dispute_id;
alter table payment_audits drop column dispute_id;
drop table disputes, dispute_moves;
drop function guard_dispute_moves();
`;
