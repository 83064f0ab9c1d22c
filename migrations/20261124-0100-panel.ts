/** What the panel needs: sessions, versions for people who edit the same row, office notes, and indexes for its lists. */

const edited = [
  'mini_move_packages',
  'organizing_services',
  'delivery_terms',
  'specialty_items',
  'airports',
  'service_zones',
  'surcharge_rules',
  'discount_codes',
  'vans',
  'van_schedules',
  'staff_users',
];

export const up = /* sql */ `
create extension if not exists pg_trgm;

alter table staff_users
  drop column failed_sign_ins,
  drop column locked_until,
  add column session_epoch integer not null default 0,
  add column password_link_hash text unique,
  add column password_link_expires_at timestamptz,
  add constraint staff_users_password_link check ((password_link_hash is null) = (password_link_expires_at is null));
comment on column staff_users.session_epoch is 'one more ends every session of this person';
comment on column staff_users.password_link_hash is 'of the one link that sets a password; used once';

create table staff_sessions (
  sid text primary key,
  sess json not null,
  expire timestamptz not null
);
create index staff_sessions_expiry on staff_sessions (expire);

${edited.map((table) => `alter table ${table} add column version integer not null default 0;`).join('\n')}

alter table bookings add column notes text not null default '' check (length(notes) <= 2000);
comment on column bookings.notes is 'of the office, never shown to customers';

alter table audit_logs add column subject_version integer;
comment on column audit_logs.subject_version is 'the version of the subject after this change, where it has versions';
create index audit_logs_at on audit_logs (at desc, id);

create index bookings_search on bookings using gin (number gin_trgm_ops, contact_first_name gin_trgm_ops,
  contact_last_name gin_trgm_ops, contact_email gin_trgm_ops, contact_phone gin_trgm_ops);
create index bookings_total on bookings (total_cents, id);
create index bookings_unpaid on bookings (pickup_date, id)
  where status in ('pending_payment', 'confirmed', 'in_progress', 'completed')
    and total_cents - credits_cents - captured_cents + refunded_cents + lost_dispute_cents > 0;
create index customers_search on customers using gin (first_name gin_trgm_ops, last_name gin_trgm_ops,
  email gin_trgm_ops, phone gin_trgm_ops);
create index payments_amount on payments (amount_cents, id);
create index refunds_created on refunds (created_at desc, id);
create index payment_audits_occurred on payment_audits (occurred_at desc, id);
`;

export const down = /* sql */ `
drop index payment_audits_occurred, refunds_created, payments_amount, customers_search, bookings_unpaid, bookings_total,
  bookings_search, audit_logs_at;
alter table audit_logs drop column subject_version;
alter table bookings drop column notes;
${edited.map((table) => `alter table ${table} drop column version;`).join('\n')}
drop table staff_sessions;
alter table staff_users
  drop column session_epoch,
  drop column password_link_hash,
  drop column password_link_expires_at,
  add column failed_sign_ins integer not null default 0 check (failed_sign_ins >= 0),
  add column locked_until timestamptz;
drop extension pg_trgm;
`;
