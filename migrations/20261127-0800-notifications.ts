/** Mails: each once for an event and a recipient, what became of it, and who gets none any more. */

export const up = /* sql */ `
create table notifications (
  id uuid primary key default gen_random_uuid(),
  type text not null check (type ~ '^[a-z][a-z0-9_]{0,49}$'),
  event_key text not null check (length(event_key) between 1 and 200),
  booking_id uuid references bookings,
  recipient text not null check (length(recipient) between 1 and 254),
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'failed', 'withheld')),
  subject text check (length(subject) <= 200),
  variables jsonb not null default '{}' check (jsonb_typeof(variables) = 'object'),
  requested_by uuid references staff_users,
  attempts integer not null default 0 check (attempts >= 0),
  last_error text check (length(last_error) <= 2000),
  ses_message_id text unique check (length(ses_message_id) <= 200),
  sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (type, event_key, recipient),
  constraint notifications_sent check ((status = 'sent') = (sent_at is not null))
);
create index notifications_booking on notifications (booking_id, created_at);
create index notifications_created on notifications (created_at desc, id);
create trigger refuse_delete before delete on notifications for each row execute function refuse_delete();

create table delivery_logs (
  id uuid primary key default gen_random_uuid(),
  notification_id uuid not null references notifications,
  kind text not null
    check (kind in ('sent', 'delivered', 'bounced', 'complained', 'opened', 'clicked', 'rejected', 'delayed')),
  detail text check (length(detail) <= 500),
  source_event text not null unique check (length(source_event) between 1 and 255),
  occurred_at timestamptz not null,
  created_at timestamptz not null
);
create index delivery_logs_notification on delivery_logs (notification_id, occurred_at);
create index delivery_logs_occurred on delivery_logs (occurred_at desc, id);
create trigger refuse_delete before delete on delivery_logs for each row execute function refuse_delete();

create table mail_suppressions (
  email text primary key check (email = lower(email) and length(email) between 1 and 254),
  reason text not null check (reason in ('bounced', 'complained')),
  created_at timestamptz not null
);
`;

export const down = /* sql */ `
drop table mail_suppressions, delivery_logs, notifications;
`;
