/** The customers' own door: links that sign in once, what they open, and mails that are a person's and no booking's. */

export const up = /* sql */ `
alter table notifications add column customer_id uuid references customers;
create index notifications_customer on notifications (customer_id) where customer_id is not null;

create table sign_in_links (
  digest text primary key check (length(digest) = 43),
  customer_id uuid not null references customers on delete cascade,
  expires_at timestamptz not null
);
create index sign_in_links_customer on sign_in_links (customer_id);
create index sign_in_links_expires on sign_in_links (expires_at);

create table customer_sessions (
  digest text primary key check (length(digest) = 43),
  customer_id uuid not null references customers on delete cascade,
  expires_at timestamptz not null
);
create index customer_sessions_customer on customer_sessions (customer_id);
create index customer_sessions_expires on customer_sessions (expires_at);

-- Whoever had the old address, or was merged or erased, is let in no more.
create function close_customer_door() returns trigger language plpgsql as $$
begin
  delete from sign_in_links where customer_id = new.id;
  delete from customer_sessions where customer_id = new.id;
  return null;
end $$;
create trigger close_customer_door after update on customers for each row
  when ((old.email, old.merged_into_id, old.erased_at) is distinct from (new.email, new.merged_into_id, new.erased_at))
  execute function close_customer_door();

create index bookings_customer_created on bookings (customer_id, created_at desc, id desc) where customer_id is not null;
`;

export const down = /* sql */ `
drop index bookings_customer_created;
drop trigger close_customer_door on customers;
drop function close_customer_door;
drop table customer_sessions, sign_in_links;
drop index notifications_customer;
alter table notifications drop column customer_id;
`;
