/** Webhook events, the outbox, idempotency keys, heartbeats, the audit log, and the shared counters of rate limits. */

export const up = /* sql */ `
create table webhook_events (
  id uuid primary key default gen_random_uuid(),
  source text not null check (source in ('stripe', 'onfleet', 'ses')),
  external_id text not null check (length(external_id) between 1 and 255),
  type text not null check (length(type) between 1 and 200),
  body jsonb not null,
  status text not null default 'received' check (status in ('received', 'done', 'ignored', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  last_error text check (length(last_error) <= 2000),
  received_at timestamptz not null,
  worked_at timestamptz,
  unique (source, external_id)
);
create index webhook_events_received on webhook_events (received_at desc, id);
create index webhook_events_open on webhook_events (received_at) where status in ('received', 'failed');

create table outbox_messages (
  id uuid primary key default gen_random_uuid(),
  sequence bigint generated always as identity,
  job text not null check (length(job) between 1 and 100),
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  delay_ms integer not null default 0 check (delay_ms >= 0),
  created_at timestamptz not null
);
create index outbox_messages_order on outbox_messages (sequence);

create function notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', '');
  return null;
end $$;
create trigger notify_outbox after insert on outbox_messages for each statement execute function notify_outbox();

create table idempotency_keys (
  scope text not null check (length(scope) between 1 and 300),
  key text not null check (length(key) between 1 and 255),
  request_hash text not null,
  resource_id uuid,
  answer json,
  status integer check (status between 200 and 299),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);

create table heartbeats (
  name text primary key,
  due_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  succeeded_at timestamptz,
  duration_ms integer,
  last_error text check (length(last_error) <= 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null
);

create table audit_logs (
  id uuid primary key default gen_random_uuid(),
  sequence bigint generated always as identity unique,
  at timestamptz not null,
  actor_type text not null check (actor_type in ('customer', 'staff', 'system')),
  actor_id text,
  actor_name text not null default '',
  action text not null check (length(action) between 1 and 100),
  subject_type text not null check (length(subject_type) between 1 and 100),
  subject_id text not null,
  booking_id uuid references bookings,
  request_id text,
  reason text check (length(reason) <= 2000),
  changes jsonb not null default '{}' check (jsonb_typeof(changes) = 'object'),
  previous_hash bytea,
  hash bytea
);
create index audit_logs_subject on audit_logs (subject_type, subject_id, sequence);
create index audit_logs_booking on audit_logs (booking_id, sequence);
create index audit_logs_unsealed on audit_logs (sequence) where hash is null;

create table audit_personal_values (
  audit_log_id uuid not null references audit_logs,
  digest text not null,
  value jsonb not null,
  booking_id uuid references bookings,
  customer_id uuid references customers,
  primary key (audit_log_id, digest)
);
create index audit_personal_values_booking on audit_personal_values (booking_id);
create index audit_personal_values_customer on audit_personal_values (customer_id);

create function guard_audit_log() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.hash is null and new.hash is not null
    and (to_jsonb(old) - 'hash' - 'previous_hash') = (to_jsonb(new) - 'hash' - 'previous_hash') then
    return new;
  end if;
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end $$;
create trigger guard_audit_log before update or delete on audit_logs for each row execute function guard_audit_log();
create trigger refuse_truncation before truncate on audit_logs for each statement execute function refuse_rewriting();

create unlogged table rate_limit_counters (
  key text primary key,
  hits integer not null,
  resets_at timestamptz not null
);
create index rate_limit_counters_reset on rate_limit_counters (resets_at);

create table daily_counts (
  day date not null,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,49}$'),
  count bigint not null check (count >= 0),
  primary key (day, name)
);

create table clock_shift (
  only_row boolean primary key default true check (only_row),
  offset_ms bigint not null
);
`;

export const down = /* sql */ `
drop table clock_shift, daily_counts, rate_limit_counters, audit_personal_values, audit_logs, heartbeats, idempotency_keys, outbox_messages, webhook_events;
drop function guard_audit_log(), notify_outbox();
`;
