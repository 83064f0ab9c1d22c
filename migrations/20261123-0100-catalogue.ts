/** The rate card's nouns, vans and settings. Each change of what is priced steps the rate card's version and says so. */

export const up = /* sql */ `
create table rate_card_state (
  only_row boolean primary key default true check (only_row),
  version bigint not null default 1
);
insert into rate_card_state default values;

create function touch_rate_card() returns trigger language plpgsql as $$
declare next_version bigint;
begin
  if tg_op <> 'TRUNCATE' then
    if not exists (select from changed) then return null; end if;
  end if;
  update rate_card_state set version = version + 1 returning version into next_version;
  perform pg_notify('rate_card', next_version::text);
  return null;
end $$;

create table mini_move_packages (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[a-z][a-z0-9_]{0,49}$'),
  name text not null check (length(name) between 1 and 100),
  description text not null default '' check (length(description) <= 500),
  price_cents integer not null check (price_cents >= 0),
  max_items integer check (max_items > 0),
  max_item_weight_lbs integer not null check (max_item_weight_lbs > 0),
  coi_included boolean not null,
  coi_fee_cents integer not null check (coi_fee_cents >= 0),
  specific_hour_fee_cents integer check (specific_hour_fee_cents >= 0),
  van_slots integer check (van_slots > 0),
  position integer not null default 0,
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on column mini_move_packages.van_slots is 'null takes the whole van';
comment on column mini_move_packages.specific_hour_fee_cents is 'null refuses a specific hour';

create table organizing_services (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[a-z][a-z0-9_]{0,49}$'),
  package_id uuid not null references mini_move_packages,
  kind text not null check (kind in ('packing', 'unpacking')),
  name text not null check (length(name) between 1 and 100),
  price_cents integer not null check (price_cents >= 0),
  hours integer not null check (hours > 0),
  organizers integer not null check (organizers > 0),
  supplies_allowance_cents integer not null default 0 check (supplies_allowance_cents >= 0),
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (package_id, kind)
);

create table delivery_terms (
  id uuid primary key default gen_random_uuid(),
  service text not null unique check (service in ('standard_delivery', 'specialty_item', 'airport_transfer')),
  name text not null check (length(name) between 1 and 100),
  price_per_unit_cents integer check (price_per_unit_cents >= 0),
  minimum_units integer not null default 1 check (minimum_units > 0),
  minimum_charge_cents integer not null default 0 check (minimum_charge_cents >= 0),
  same_day_fee_cents integer check (same_day_fee_cents >= 0),
  coi_fee_cents integer check (coi_fee_cents >= 0),
  max_item_weight_lbs integer check (max_item_weight_lbs > 0),
  van_slots integer not null default 0 check (van_slots >= 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((service = 'specialty_item') = (price_per_unit_cents is null))
);

create table specialty_items (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[a-z][a-z0-9_]{0,49}$'),
  name text not null check (length(name) between 1 and 100),
  description text not null default '' check (length(description) <= 500),
  price_cents integer not null check (price_cents >= 0),
  van_slots integer not null default 1 check (van_slots >= 0),
  position integer not null default 0,
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table airports (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[A-Z]{3}$'),
  name text not null check (length(name) between 1 and 100),
  terminals text[] not null,
  line1 text not null check (length(line1) between 1 and 200),
  city text not null check (length(city) between 1 and 100),
  state text not null check (state ~ '^[A-Z]{2}$'),
  zip text not null check (zip ~ '^[0-9]{5}(-[0-9]{4})?$'),
  position integer not null default 0,
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table service_zones (
  id uuid primary key default gen_random_uuid(),
  zip text not null unique check (zip ~ '^[0-9]{5}$'),
  zone text not null check (zone in ('core', 'surcharge')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table surcharge_rules (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[a-z][a-z0-9_]{0,49}$'),
  name text not null check (length(name) between 1 and 100),
  type text not null check (type in ('weekend', 'holiday', 'peak')),
  services text[] not null check (cardinality(services) > 0
    and services <@ array['mini_move', 'standard_delivery', 'specialty_item', 'airport_transfer']),
  amount_cents integer check (amount_cents >= 0),
  percent_basis_points integer check (percent_basis_points between 0 and 100000),
  weekdays text[] check (cardinality(weekdays) > 0 and weekdays <@
    array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']),
  from_day date,
  to_day date,
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint surcharge_rules_one_figure check (num_nonnulls(amount_cents, percent_basis_points) = 1),
  constraint surcharge_rules_when check (
    case when type = 'weekend' then weekdays is not null and from_day is null and to_day is null
         else weekdays is null and from_day is not null and to_day is not null and from_day <= to_day end)
);

create table discount_codes (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code = upper(btrim(code)) and length(code) between 1 and 50),
  description text not null default '' check (length(description) <= 500),
  amount_cents integer check (amount_cents > 0),
  percent_basis_points integer check (percent_basis_points between 1 and 10000),
  minimum_order_cents integer not null default 0 check (minimum_order_cents >= 0),
  maximum_discount_cents integer check (maximum_discount_cents > 0),
  services text[] check (cardinality(services) > 0
    and services <@ array['mini_move', 'standard_delivery', 'specialty_item', 'airport_transfer']),
  valid_from timestamptz,
  valid_until timestamptz,
  maximum_uses integer check (maximum_uses > 0),
  maximum_uses_per_customer integer check (maximum_uses_per_customer > 0),
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint discount_codes_one_figure check (num_nonnulls(amount_cents, percent_basis_points) = 1),
  check (valid_from < valid_until)
);

create table vans (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (length(name) between 1 and 100),
  slots integer not null check (slots > 0),
  specialty_limit integer not null check (specialty_limit >= 0),
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table van_schedules (
  id uuid primary key default gen_random_uuid(),
  van_id uuid not null references vans,
  day date not null,
  open boolean not null default true,
  slots integer check (slots >= 0),
  specialty_limit integer check (specialty_limit >= 0),
  note text not null default '' check (length(note) <= 2000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (van_id, day)
);
create index van_schedules_day on van_schedules (day);

create table settings (
  key text primary key check (key ~ '^[a-z][a-z0-9_]{0,99}$'),
  value jsonb not null,
  updated_at timestamptz not null
);

do $$
declare noun text;
begin
  foreach noun in array array['mini_move_packages', 'organizing_services', 'delivery_terms', 'specialty_items', 'airports',
    'service_zones', 'surcharge_rules', 'discount_codes', 'vans', 'van_schedules', 'settings']
  loop
    execute format('create trigger touch_on_insert after insert on %I referencing new table as changed
      for each statement execute function touch_rate_card()', noun);
    execute format('create trigger touch_on_update after update on %I referencing new table as changed
      for each statement execute function touch_rate_card()', noun);
    execute format('create trigger touch_on_delete after delete on %I referencing old table as changed
      for each statement execute function touch_rate_card()', noun);
    execute format('create trigger touch_on_truncate after truncate on %I
      for each statement execute function touch_rate_card()', noun);
  end loop;
end $$;
`;

export const down = /* sql */ `
drop table settings, van_schedules, vans, discount_codes, surcharge_rules, service_zones, airports, specialty_items,
  delivery_terms, organizing_services, mini_move_packages, rate_card_state;
drop function touch_rate_card();
`;
