/** What lists at a million bookings are still looked for row by row. */

export const up = /* sql */ `
-- bookings_customer_created begins with the same.
drop index bookings_customer, bookings_day, audit_logs_staff;
create index bookings_day on bookings (pickup_date, id) include (created_at, contact_last_name, total_cents) where archived_at is null;
create index bookings_coi on bookings (coi_status, created_at desc, id desc)
  where archived_at is null and coi_status in ('submitted', 'approved', 'rejected');
create index payments_differences on payments (created_at desc, id desc) where purpose = 'difference';
create index audit_logs_actor_type on audit_logs (actor_type, at desc, id desc);
`;

export const down = /* sql */ `
drop index audit_logs_actor_type, payments_differences, bookings_coi, bookings_day;
create index bookings_day on bookings (pickup_date, id) where archived_at is null;
create index bookings_customer on bookings (customer_id);
create index audit_logs_staff on audit_logs (at desc, id) where actor_type = 'staff';
`;
