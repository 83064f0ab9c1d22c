/** Payments, refunds, credits and the append-only ledger that alone moves the sums kept beside them. */

export const up = /* sql */ `
create table payments (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  attempt integer not null check (attempt > 0),
  purpose text not null check (purpose in ('booking', 'difference')),
  amount_cents integer not null check (amount_cents > 0),
  currency text not null default 'usd' check (currency = 'usd'),
  status text not null default 'created'
    check (status in ('created', 'pending', 'processing', 'succeeded', 'failed', 'cancelled')),
  stripe_payment_intent_id text unique,
  stripe_charge_id text,
  failure_code text,
  failure_reason text,
  captured_cents integer not null default 0 check (captured_cents >= 0),
  refunded_cents integer not null default 0 check (refunded_cents >= 0),
  lost_dispute_cents integer not null default 0 check (lost_dispute_cents >= 0),
  settled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (booking_id, attempt),
  constraint payments_never_give_back_more check (refunded_cents + lost_dispute_cents <= captured_cents),
  constraint payments_intent_known check (status in ('created', 'cancelled') or stripe_payment_intent_id is not null),
  constraint payments_settled check ((status = 'succeeded') = (settled_at is not null))
);
create unique index payments_one_live on payments (booking_id) where status in ('created', 'pending', 'processing');
create index payments_created on payments (created_at desc, id);
create index payments_open on payments (updated_at) where status in ('created', 'pending', 'processing');

create table payment_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into payment_moves values
  ('created', 'pending'), ('created', 'cancelled'), ('created', 'processing'), ('created', 'succeeded'), ('created', 'failed'),
  ('pending', 'processing'), ('pending', 'succeeded'), ('pending', 'failed'), ('pending', 'cancelled'),
  ('processing', 'pending'), ('processing', 'succeeded'), ('processing', 'failed'), ('processing', 'cancelled'),
  ('cancelled', 'succeeded'), ('failed', 'succeeded');

create function guard_payment_moves() returns trigger language plpgsql as $$
begin
  if new.status <> old.status
    and not exists (select from payment_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a payment does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'payments_moves';
  end if;
  return new;
end $$;
create trigger guard_payment_moves before update of status on payments
  for each row execute function guard_payment_moves();
create trigger refuse_delete before delete on payments for each row execute function refuse_delete();

create table refunds (
  id uuid primary key default gen_random_uuid(),
  payment_id uuid not null references payments,
  booking_id uuid not null references bookings,
  amount_cents integer not null check (amount_cents > 0),
  currency text not null default 'usd' check (currency = 'usd'),
  reason text not null check (length(reason) between 1 and 2000),
  status text not null default 'requested'
    check (status in ('requested', 'approved', 'sent', 'succeeded', 'failed', 'rejected', 'withdrawn', 'needs_review')),
  source text not null check (source in ('staff', 'customer', 'rule', 'external')),
  rule text,
  requested_by uuid references staff_users,
  approved_by uuid references staff_users,
  rejected_reason text check (length(rejected_reason) <= 2000),
  stripe_refund_id text unique,
  failure_reason text,
  requested_at timestamptz not null,
  approved_at timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint refunds_nobody_approves_their_own check (approved_by is null or approved_by <> requested_by),
  constraint refunds_by_rule_name_it check ((source = 'rule') = (rule is not null)),
  constraint refunds_staff_is_known check (source <> 'staff' or requested_by is not null)
);
create index refunds_payment on refunds (payment_id);
create index refunds_booking on refunds (booking_id);
create index refunds_status on refunds (status, created_at desc);

create table payment_audits (
  id uuid primary key default gen_random_uuid(),
  sequence bigint generated always as identity unique,
  booking_id uuid not null references bookings,
  payment_id uuid not null references payments,
  refund_id uuid references refunds,
  kind text not null check (kind in ('captured', 'refunded', 'refund_failed', 'dispute_withdrawn', 'dispute_reinstated')),
  amount_cents integer not null check (amount_cents > 0),
  currency text not null default 'usd' check (currency = 'usd'),
  stripe_object_id text not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  unique (kind, stripe_object_id)
);
create index payment_audits_booking on payment_audits (booking_id, sequence);
create index payment_audits_payment on payment_audits (payment_id);

create table credits (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  kind text not null check (kind in ('waived', 'goodwill', 'refund', 'cancellation', 'price_kept', 'take_back')),
  amount_cents integer not null check (amount_cents <> 0),
  reason text not null check (length(reason) between 1 and 2000),
  created_at timestamptz not null
);
create index credits_booking on credits (booking_id);

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger refuse_rewriting before update or delete on payment_audits for each row execute function refuse_rewriting();
create trigger refuse_truncation before truncate on payment_audits for each statement execute function refuse_rewriting();
create trigger refuse_rewriting before update or delete on credits for each row execute function refuse_rewriting();

create function apply_ledger_row() returns trigger language plpgsql as $$
declare
  captured integer := case new.kind when 'captured' then new.amount_cents else 0 end;
  refunded integer := case new.kind when 'refunded' then new.amount_cents when 'refund_failed' then -new.amount_cents else 0 end;
  lost integer := case new.kind when 'dispute_withdrawn' then new.amount_cents when 'dispute_reinstated' then -new.amount_cents else 0 end;
begin
  update payments set captured_cents = captured_cents + captured, refunded_cents = refunded_cents + refunded,
    lost_dispute_cents = lost_dispute_cents + lost where id = new.payment_id and booking_id = new.booking_id;
  if not found then
    raise exception 'payment % is not of booking %', new.payment_id, new.booking_id using errcode = 'foreign_key_violation';
  end if;
  update bookings set captured_cents = captured_cents + captured, refunded_cents = refunded_cents + refunded,
    lost_dispute_cents = lost_dispute_cents + lost where id = new.booking_id;
  return null;
end $$;
create trigger apply_ledger_row after insert on payment_audits for each row execute function apply_ledger_row();

create function apply_credit() returns trigger language plpgsql as $$
begin
  update bookings set credits_cents = credits_cents + new.amount_cents where id = new.booking_id;
  return null;
end $$;
create trigger apply_credit after insert on credits for each row execute function apply_credit();

create function guard_money_sums() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 then
    raise exception 'sums of % follow the ledger and are never written by hand', tg_table_name
      using errcode = 'restrict_violation', constraint = tg_table_name || '_sums_follow_ledger';
  end if;
  return new;
end $$;
create trigger guard_money_sums before update on payments for each row
  when ((old.captured_cents, old.refunded_cents, old.lost_dispute_cents)
    is distinct from (new.captured_cents, new.refunded_cents, new.lost_dispute_cents))
  execute function guard_money_sums();
create trigger guard_money_sums before update on bookings for each row
  when ((old.captured_cents, old.refunded_cents, old.lost_dispute_cents, old.credits_cents)
    is distinct from (new.captured_cents, new.refunded_cents, new.lost_dispute_cents, new.credits_cents))
  execute function guard_money_sums();

create table needs_reviews (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,49}$'),
  subject text not null check (length(subject) between 1 and 100),
  booking_id uuid references bookings,
  payment_id uuid references payments,
  reason text not null check (length(reason) between 1 and 2000),
  suggested_step text not null check (length(suggested_step) between 1 and 500),
  resolution text check (length(resolution) <= 2000),
  resolved_by uuid references staff_users,
  resolved_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index needs_reviews_open on needs_reviews (kind, subject) where resolved_at is null;
create index needs_reviews_booking on needs_reviews (booking_id);

create table reconciliation_marks (
  source text primary key,
  created_up_to timestamptz not null,
  updated_at timestamptz not null
);
`;

export const down = /* sql */ `
drop trigger guard_money_sums on bookings;
drop table reconciliation_marks, needs_reviews, credits, payment_audits, refunds, payment_moves, payments;
drop function guard_money_sums(), apply_credit(), apply_ledger_row(), refuse_rewriting(), guard_payment_moves();
`;
