import pg from 'pg';
import { placesOf } from '../seeders/demo/people.ts';
import { seedReference } from '../seeders/reference/index.ts';
import { addDays, type ServiceDay, serviceDayOf } from '../src/clock.ts';
import type { Context } from '../src/context.ts';
import { weekdayOf } from '../src/pricing/rules/surcharge.ts';
import { columnsOf, priceColumnsOf } from '../src/resources/bookings/booking-columns.ts';
import { bookingRequestSchema } from '../src/resources/bookings/booking-request.ts';
import { currentRateCard } from '../src/resources/services/load-rate-card.ts';
import { priceBySnapshot } from '../src/resources/services/quote-price.ts';

/**
 * A plausible past for measurements: three years of bookings and half a year ahead, with their customers, payments,
 * ledger and audit rows, made in bulk by SQL. The same seed gives the same company. Prices come from the engine, and
 * ledger, payments and bookings agree to the cent; only one in a few hundred baskets is drawn, not each thought up.
 */
export interface Past {
  readonly bookings: number;
  /** Decides every choice. */
  readonly seed: number;
  readonly say?: (words: string) => void;
}

const ROWS_AT_ONCE = 50_000;
const DAYS_BACK = 3 * 365;
const DAYS_AHEAD = 170;
/** What the vans carry: so many bookings' worth of a past has the present days full, more of them lie further back. */
const BOOKINGS_OF_PRESENT = 10_000;
const TABLES = [
  'customers',
  'bookings',
  'booking_words',
  'credits',
  'payments',
  'payment_audits',
  'audit_logs',
];

/** Adds the past to a migrated database. Its triggers rest meanwhile, so the connection must be a superuser's. */
export async function seedPast(ctx: Context, { bookings, seed, say = () => undefined }: Past): Promise<void> {
  await seedReference(ctx);
  const client = new pg.Client({ connectionString: ctx.config.databaseUrl ?? '' });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica; set synchronous_commit = off');
    // Made whole afterwards: row by row they take most of the time.
    const { rows: indexes } = await client.query<{ name: string; sql: string }>(indexesSql, [TABLES]);
    await client.query(`drop index ${indexes.map(({ name }) => name).join(', ')}`);
    await client.query('select setseed($1)', [(seed % 1_000) / 1_000]);
    await client.query(templateTable);
    await client.query(
      `insert into templates select (x ->> 'no')::int, (x ->> 'weekend')::boolean, x from jsonb_array_elements($1::jsonb) x`,
      [JSON.stringify(await templates(ctx))],
    );
    const now = ctx.clock.now();
    await client.query(peopleSql, [Math.ceil(bookings / 3)]);
    await client.query(customersSql, [now]);
    for (let made = 0; made < bookings; made += ROWS_AT_ONCE) {
      const many = Math.min(ROWS_AT_ONCE, bookings - made);
      await client.query('truncate drawn');
      const present = Math.min(1, BOOKINGS_OF_PRESENT / bookings);
      await client.query(drawSql, [many, serviceDayOf(now), DAYS_BACK, DAYS_AHEAD, now, seed, present]);
      for (const sql of [bookingsSql, wordsSql, creditsSql, paymentsSql, ledgerSql, auditSql])
        await client.query(sql);
      say(`${(made + many).toLocaleString('en-US')} bookings`);
    }
    await client.query('set session_replication_role = origin');
    await client.query(`set maintenance_work_mem = '512MB'`);
    for (const { sql } of indexes) await client.query(sql);
    for (const table of TABLES) await client.query(`vacuum analyze ${table}`);
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

const baskets = [
  { service: 'mini_move', pickupWindow: 'morning', miniMove: { package: 'petite', itemCount: 9 } },
  {
    service: 'mini_move',
    pickupWindow: 'morning',
    miniMove: { package: 'petite', itemCount: 14, packing: true },
  },
  { service: 'mini_move', pickupWindow: 'flexible', miniMove: { package: 'standard', itemCount: 22 } },
  {
    service: 'mini_move',
    pickupWindow: 'specific_hour',
    pickupHour: 9,
    coi: true,
    miniMove: { package: 'standard', itemCount: 28, packing: true, unpacking: true },
  },
  { service: 'mini_move', pickupWindow: 'morning', coi: true, miniMove: { package: 'full', itemCount: 44 } },
  { service: 'standard_delivery', pickupWindow: 'flexible', standardDelivery: { itemCount: 2 } },
  { service: 'standard_delivery', pickupWindow: 'morning', standardDelivery: { itemCount: 5 } },
  {
    service: 'standard_delivery',
    pickupWindow: 'morning',
    standardDelivery: { itemCount: 3 },
    specialtyItems: [{ item: 'surfboard', quantity: 1 }],
  },
  {
    service: 'specialty_item',
    pickupWindow: 'morning',
    specialtyItems: [{ item: 'peloton', quantity: 1 }],
  },
  {
    service: 'airport_transfer',
    pickupWindow: 'morning',
    airportTransfer: { airport: 'JFK', terminal: '4', direction: 'to_airport', bags: 3, flightTime: '18:30' },
  },
] as const;
const PLACES = 24;

/** Each basket between each pair of places, on a weekday and on a weekend, as the columns of a booking. */
async function templates(ctx: Context): Promise<object[]> {
  const snapshot = await currentRateCard(ctx);
  const today = serviceDayOf(ctx.clock.now());
  const made: object[] = [];
  for (const weekend of [false, true]) {
    const day = ordinaryDay(today, weekend);
    for (let no = 0; no < baskets.length * PLACES; no += 1) {
      const request = bookingRequestSchema.parse(requestOf(no, day));
      const quote = await priceBySnapshot(ctx, snapshot, request);
      const columns = {
        ...columnsOf(request),
        ...priceColumnsOf(quote, snapshot.version, ctx.clock.now()),
      };
      made.push({ no, weekend, ...columns });
    }
  }
  return made;
}

function requestOf(no: number, day: string): object {
  const basket = baskets[no % baskets.length];
  const { pickup, delivery } = placesOf(Math.floor(no / baskets.length));
  const from = { pickupDate: day, pickupZip: pickup.zip, pickupAddress: pickup };
  if (basket?.service === 'airport_transfer')
    return { ...basket, ...from, airportTransfer: { ...basket.airportTransfer, flightDate: day } };
  return { ...basket, ...from, deliveryZip: delivery.zip, deliveryAddress: delivery };
}

/** A day of the next weeks on or off the weekend. */
function ordinaryDay(today: ServiceDay, weekend: boolean): string {
  for (let ahead = 20; ; ahead += 1) {
    const day = addDays(today, ahead);
    if (['saturday', 'sunday'].includes(weekdayOf(day)) === weekend) return day;
  }
}

const templateTable = `
create temp table templates (no integer, weekend boolean, x jsonb);
create temp table drawn (
  id uuid, n bigint, day date, asked timestamptz, status text, paid boolean, customer_id uuid,
  first_name text, last_name text, email text, phone text, x jsonb)`;

/** What makes rows quick to find and guards nothing. */
const indexesSql = `
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as sql from pg_index
where indrelid = any($1::text[]::regclass[]) and not indisunique`;

/** Names of syllables, so that a search finds few; numbers of 555-01xx belong to nobody. */
const peopleSql = `
create temp table people on commit preserve rows as
select gen_random_uuid() as id, n,
  (array['Ada','Ben','Cleo','Dan','Eve','Finn','Gia','Hal','Ivy','Jon','Kim','Leo','Mia','Ned','Ola','Pia','Quin','Ray','Sia','Tom'])[1 + floor(random() * 20)::int] as first_name,
  initcap((array['bar','cor','del','fen','gar','hol','ker','lun','mar','nor','pel','ros','sar','tor','ver'])[1 + floor(random() * 15)::int]
    || (array['a','e','i','o','u','ai','ou'])[1 + floor(random() * 7)::int]
    || (array['bek','cin','dran','fort','gman','holt','kins','lby','mont','nard','pson','quist','rell','ston','tler','vich','wick','zano'])[1 + floor(random() * 18)::int]) as last_name,
  '+1' || (201 + floor(random() * 700)::int) || '5550' || lpad((100 + floor(random() * 100)::int)::text, 3, '0') as phone
from generate_series(1, $1::int) n`;

const customersSql = `
insert into customers (id, email, first_name, last_name, phone, created_at, updated_at)
select id, lower(first_name || '.' || last_name || n || '@example.com'), first_name, last_name, phone,
  $1::timestamptz - random() * interval '3 years', $1::timestamptz from people`;

/**
 * More bookings of late than long ago, but no more of a day around today than vans carry; most of the past is done, most of
 * what comes is paid.
 */
const drawSql = `
insert into drawn
select gen_random_uuid(), nextval('booking_numbers'), d.day, d.asked,
  case
    when d.asked > $5::timestamptz - interval '2 days' and d.day > $2::date and d.dice < 0.5 then 'inquiry'
    when d.dice < 0.08 then 'expired' when d.dice < 0.16 then 'cancelled'
    when d.day < $2::date then 'completed' else 'confirmed' end,
  d.dice >= 0.16 and not (d.asked > $5::timestamptz - interval '2 days' and d.day > $2::date and d.dice < 0.5),
  p.id, p.first_name, p.last_name, lower(p.first_name || '.' || p.last_name || p.n || '@example.com'), p.phone, t.x
from (
  select r.day, least(r.day - (1 + 20 * r.early)::int + time '10:00' + r.early * interval '9 hours', $5::timestamptz - r.early * interval '60 days') as asked,
    r.dice, r.who, r.basket
  from (select case when a.day between $2::date - 1 and $2::date + 7 and random() >= $7::float8 then a.day - 28 else a.day end as day,
      random() as early, random() as dice, random() as who, random() as basket
    from (select $2::date + $4::int - floor(($3::int + $4::int) * power(random(), 1.3))::int as day
      from generate_series(1, $1::int) where $6::int is not null) a) r
) d
join people p on p.n = 1 + floor(d.who * (select max(n) from people))::int
join templates t on t.no = floor(d.basket * (select max(no) + 1 from templates))::int
  and t.weekend = (extract(isodow from d.day) >= 6)`;

const bookingsSql = `
insert into bookings (id, number, status, source, customer_id, contact_first_name, contact_last_name, contact_email,
  contact_phone, service, basket, pickup_date, pickup_window, pickup_hour, pickup_zip, delivery_zip, pickup_address,
  delivery_address, coi, coi_required, price, subtotal_cents, discount_cents, total_cents, rate_card_version,
  price_locked_until, credits_cents, captured_cents, confirmed_at, cancelled_at, version, created_at, updated_at)
select id, 'TT-' || lpad(n::text, greatest(6, length(n::text)), '0'), status, case when n % 5 = 0 then 'staff' else 'web' end, customer_id,
  first_name, last_name, email, phone, x ->> 'service', x -> 'basket', day, x ->> 'pickupWindow',
  (x ->> 'pickupHour')::int, x ->> 'pickupZip', x ->> 'deliveryZip', nullif(x -> 'pickupAddress', 'null'),
  nullif(x -> 'deliveryAddress', 'null'), (x ->> 'coi')::boolean, (x ->> 'coiRequired')::boolean, x -> 'price',
  (x ->> 'subtotalCents')::int, (x ->> 'discountCents')::int, (x ->> 'totalCents')::int,
  (x ->> 'rateCardVersion')::bigint, asked + interval '1 day',
  case when status = 'cancelled' then (x ->> 'totalCents')::int else 0 end,
  case when paid then (x ->> 'totalCents')::int else 0 end,
  case when paid then asked + interval '2 minutes' end,
  case when status = 'cancelled' then asked + interval '1 hour' end, case when paid then 2 else 1 end, asked,
  asked + interval '2 minutes'
from drawn order by asked`;

const wordsSql = `
insert into booking_words (booking_id, number, contact_first_name, contact_last_name, contact_email, contact_phone)
select id, number, contact_first_name, contact_last_name, contact_email, contact_phone from bookings join drawn using (id)`;

const creditsSql = `
insert into credits (booking_id, kind, amount_cents, reason, created_at)
select id, 'cancellation', (x ->> 'totalCents')::int, 'Cancelled before it was paid', asked + interval '1 hour'
from drawn where status = 'cancelled' and (x ->> 'totalCents')::int > 0`;

const paymentsSql = `
insert into payments (booking_id, attempt, purpose, amount_cents, status, stripe_payment_intent_id, stripe_charge_id,
  captured_cents, settled_at, created_at, updated_at)
select id, 1, 'booking', (x ->> 'totalCents')::int, 'succeeded', 'pi_past_' || n, 'ch_past_' || n,
  (x ->> 'totalCents')::int, asked + interval '2 minutes', asked + interval '1 minute', asked + interval '2 minutes'
from drawn where paid and (x ->> 'totalCents')::int > 0`;

const ledgerSql = `
insert into payment_audits (booking_id, payment_id, kind, amount_cents, stripe_object_id, occurred_at, created_at)
select p.booking_id, p.id, 'captured', p.amount_cents, p.stripe_charge_id, p.settled_at, p.settled_at
from drawn d join payments p on p.booking_id = d.id`;

const auditSql = `
insert into audit_logs (at, actor_type, actor_name, action, subject_type, subject_id, booking_id, changes)
select e.at, e.actor, case e.actor when 'customer' then 'Customer' else 'settle' end, e.action, 'booking', d.id::text,
  d.id, jsonb_build_object('status', jsonb_build_array(e.before, e.after))
from drawn d cross join lateral (values
  (d.asked, 'customer', 'booking.inquired', null, 'inquiry', true),
  (d.asked + interval '1 minute', 'customer', 'booking.pending_payment', 'inquiry', 'pending_payment', d.paid),
  (d.asked + interval '2 minutes', 'system', 'booking.confirmed', 'pending_payment', 'confirmed', d.paid),
  (d.asked + interval '1 hour', 'customer', 'booking.cancelled', 'inquiry', 'cancelled', d.status = 'cancelled')
) e (at, actor, action, before, after, happened) where e.happened order by e.at`;
