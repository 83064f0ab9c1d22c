/**
 * The indexes of the bookings' list anew, at a million: without the archived, which the list never shows, so that they
 * count without the table; those who ride by day and hour, for the day's page; search that never waits for a pending list.
 */

const riding = `('pending_payment', 'confirmed', 'in_progress', 'completed')`;

export const up = /* sql */ `
drop index bookings_created, bookings_status_created, bookings_day, bookings_status_day, bookings_service, bookings_unpaid;
create index bookings_created on bookings (created_at desc, id desc) where archived_at is null;
create index bookings_status_created on bookings (status, created_at desc, id desc) where archived_at is null;
create index bookings_day on bookings (pickup_date, id) where archived_at is null;
create index bookings_riding on bookings (pickup_date, pickup_hour, id) where archived_at is null and status in ${riding};
create index bookings_unpaid on bookings (pickup_date, id) where archived_at is null and status in ${riding}
  and total_cents - credits_cents - captured_cents + refunded_cents + lost_dispute_cents > 0;
alter index bookings_search set (fastupdate = off);
create index customers_phone on customers (phone);
`;

export const down = /* sql */ `
drop index customers_phone;
alter index bookings_search reset (fastupdate);
drop index bookings_unpaid, bookings_riding, bookings_day, bookings_status_created, bookings_created;
create index bookings_created on bookings (created_at desc, id);
create index bookings_status_day on bookings (status, pickup_date);
create index bookings_day on bookings (pickup_date, id);
create index bookings_service on bookings (service, created_at desc, id);
create index bookings_status_created on bookings (status, created_at desc, id);
create index bookings_unpaid on bookings (pickup_date, id) where status in ${riding}
  and total_cents - credits_cents - captured_cents + refunded_cents + lost_dispute_cents > 0;
`;
