/** Customers that were merged or erased, and the ways to everything that is a person's. */

export const up = /* sql */ `
alter table customers
  alter column email drop not null,
  add column merged_into_id uuid references customers,
  add column merged_at timestamptz,
  add column erased_at timestamptz,
  add constraint customers_merged check ((merged_into_id is null) = (merged_at is null) and merged_into_id <> id),
  add constraint customers_known check (email is not null or erased_at is not null),
  add constraint customers_erased check (erased_at is null
    or (email is null and phone is null and notes = '' and tags = '{}' and preferences = '{}' and communication_preferences = '{}'));
comment on column customers.merged_into_id is 'the profile that lives on: what comes in by this e-mail is linked to it';
create index customers_merged_into on customers (merged_into_id) where merged_into_id is not null;

create function guard_merged_customers() returns trigger language plpgsql as $$
begin
  perform from customers where id = new.merged_into_id and merged_into_id is null and erased_at is null for share;
  if not found or exists (select from customers where merged_into_id = new.id) then
    raise exception 'a profile is merged into one that lives, and none stays merged into it'
      using errcode = 'check_violation', constraint = 'customers_merged_into_one_that_lives';
  end if;
  return new;
end $$;
create trigger guard_merged_customers before insert or update of merged_into_id on customers for each row
  when (new.merged_into_id is not null) execute function guard_merged_customers();

create index bookings_pickup_address on bookings (pickup_address_id) where pickup_address_id is not null;
create index bookings_delivery_address on bookings (delivery_address_id) where delivery_address_id is not null;
create index webhook_events_intent on webhook_events
  ((coalesce(body #>> '{data,object,payment_intent}', body #>> '{data,object,id}')));
create index audit_personal_values_of_nobody on audit_personal_values (audit_log_id)
  where booking_id is null and customer_id is null;
`;

export const down = /* sql */ `
drop index audit_personal_values_of_nobody, webhook_events_intent, bookings_delivery_address, bookings_pickup_address;
drop trigger guard_merged_customers on customers;
drop function guard_merged_customers();
drop index customers_merged_into;
alter table customers
  drop constraint customers_erased,
  drop constraint customers_known,
  drop constraint customers_merged,
  drop column erased_at,
  drop column merged_at,
  drop column merged_into_id;
update customers set email = id || '@erased.invalid' where email is null;
alter table customers alter column email set not null;
`;
