/** Staff, customers and addresses. */

export const up = /* sql */ `
create table staff_users (
  id uuid primary key default gen_random_uuid(),
  email text not null unique check (email = lower(btrim(email)) and length(email) <= 254),
  name text not null check (length(name) between 1 and 100),
  role text not null check (role in ('admin', 'staff', 'viewer')),
  password_hash text,
  must_change_password boolean not null default false,
  department text not null default '' check (length(department) <= 100),
  phone text check (length(phone) <= 30),
  hire_date date,
  preferences jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
  failed_sign_ins integer not null default 0 check (failed_sign_ins >= 0),
  locked_until timestamptz,
  last_sign_in_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table customers (
  id uuid primary key default gen_random_uuid(),
  email text not null unique check (email = lower(btrim(email)) and length(email) <= 254),
  first_name text not null check (length(first_name) <= 100),
  last_name text not null check (length(last_name) <= 100),
  phone text check (length(phone) <= 30),
  preferences jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
  communication_preferences jsonb not null default '{}' check (jsonb_typeof(communication_preferences) = 'object'),
  tags text[] not null default '{}',
  notes text not null default '' check (length(notes) <= 2000),
  version integer not null default 0,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index customers_name on customers (lower(last_name), lower(first_name));
create index customers_created on customers (created_at desc, id);

create table addresses (
  id uuid primary key default gen_random_uuid(),
  line1 text not null check (length(line1) between 1 and 200),
  line2 text not null default '' check (length(line2) <= 200),
  city text not null check (length(city) between 1 and 100),
  state text not null check (state ~ '^[A-Z]{2}$'),
  zip text not null check (zip ~ '^[0-9]{5}(-[0-9]{4})?$'),
  access_notes text not null default '' check (length(access_notes) <= 2000),
  used_for_pickup boolean not null default false,
  used_for_delivery boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint addresses_same unique (zip, line1, line2, city, state)
);
`;

export const down = /* sql */ `
drop table addresses, customers, staff_users;
`;
