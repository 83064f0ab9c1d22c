/** Live updates: tickets that open a socket once, and word of every change to the processes that hold the sockets. */

export const up = /* sql */ `
create table live_tickets (
  digest text primary key check (length(digest) = 43),
  booking_id uuid not null references bookings on delete cascade,
  access_token_version integer not null,
  expires_at timestamptz not null
);
create index live_tickets_expires on live_tickets (expires_at);

create function notify_live() returns trigger language plpgsql as $$
begin
  perform pg_notify('live', case tg_table_name when 'bookings' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'booking_id' end);
  return null;
end $$;

create trigger notify_live after update on bookings for each row execute function notify_live();
create trigger notify_live after insert or update on payments for each row execute function notify_live();
create trigger notify_live after insert or update on delivery_tasks for each row execute function notify_live();
create trigger notify_live after insert on tracking_updates for each row execute function notify_live();
`;

export const down = /* sql */ `
drop trigger notify_live on tracking_updates;
drop trigger notify_live on delivery_tasks;
drop trigger notify_live on payments;
drop trigger notify_live on bookings;
drop function notify_live;
drop table live_tickets;
`;
