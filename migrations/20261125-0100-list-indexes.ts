/** What the panel's lists sort, filter and search by, at a million bookings. */

export const up = /* sql */ `
create index bookings_customer_name on bookings (contact_last_name, id);
create index bookings_service on bookings (service, created_at desc, id);
create index bookings_status_created on bookings (status, created_at desc, id);
create index bookings_archive on bookings (archived_at desc, id) where archived_at is not null;
create index bookings_tests on bookings (created_at desc, id) where is_test;

create index customers_last_name on customers (last_name, id);
create index customers_email on customers (email, id);

create index payments_status on payments (status, created_at desc, id);
create index payments_settled on payments (settled_at desc, id);
create index payments_charge on payments (stripe_charge_id);
create index payment_audits_object on payment_audits (stripe_object_id);
create index payment_audits_amount on payment_audits (amount_cents, id);

drop index audit_logs_subject;
create index audit_logs_subject on audit_logs (subject_id, subject_type, sequence);
create index audit_logs_subject_type on audit_logs (subject_type, at desc, id);
create index audit_logs_actor on audit_logs (actor_id, at desc, id) where actor_id is not null;
create index audit_logs_staff on audit_logs (at desc, id) where actor_type = 'staff';
create index audit_logs_request on audit_logs (request_id);
create index audit_logs_reason on audit_logs using gin (reason gin_trgm_ops) where reason is not null;
`;

export const down = /* sql */ `
drop index audit_logs_reason, audit_logs_request, audit_logs_staff, audit_logs_actor, audit_logs_subject_type;
drop index audit_logs_subject;
create index audit_logs_subject on audit_logs (subject_type, subject_id, sequence);
drop index payment_audits_amount, payment_audits_object, payments_charge, payments_settled, payments_status,
  customers_email, customers_last_name, bookings_tests, bookings_archive, bookings_status_created, bookings_service,
  bookings_customer_name;
`;
