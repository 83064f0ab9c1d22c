import { readFileSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import type { Context } from '../../src/context.ts';
import { type RateCard, rateCardSchema } from '../../src/pricing/rate-card.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';

/**
 * The catalogue, vans and, in local mode, the demo logins. Safe everywhere and any number of times: what is there
 * already is left as staff have made it.
 */
export async function seedReference(ctx: Context): Promise<void> {
  const card = rateCardSchema.parse(
    JSON.parse(readFileSync(new URL('rate-card.json', import.meta.url), 'utf8')),
  );
  await inTransaction(ctx, async (tx) => {
    await seedPackages(tx, card);
    await seedTerms(tx, card);
    await seedItemsAndPlaces(tx, card);
    await seedRules(tx, card);
    await insertMissing(
      tx,
      'vans',
      'name',
      [1, 2, 3].map((number) => ({ name: `Van ${number}`, slots: 6, specialty_limit: 4 })),
    );
  });
  if (ctx.config.mode === 'local') await seedLogins(ctx);
}

const slotsOf: Readonly<Record<string, number>> = { petite: 2, standard: 3 };

async function seedPackages(ctx: Context, card: RateCard): Promise<void> {
  await insertMissing(
    ctx,
    'mini_move_packages',
    'code',
    card.miniMovePackages.map((each, position) => ({
      code: each.code,
      name: each.name,
      price_cents: each.priceCents,
      max_items: each.maxItems,
      max_item_weight_lbs: each.maxItemWeightLbs,
      coi_included: each.coiIncluded,
      coi_fee_cents: each.coiFeeCents,
      specific_hour_fee_cents: each.specificHourFeeCents,
      van_slots: slotsOf[each.code] ?? null,
      position,
    })),
  );
  const packages = await select<{ id: string; code: string }>(ctx, 'select id, code from mini_move_packages');
  const idOf = new Map(packages.map(({ id, code }) => [code, id]));
  await insertMissing(
    ctx,
    'organizing_services',
    'code',
    card.organizingServices.map((each) => ({
      code: each.code,
      package_id: idOf.get(each.package),
      kind: each.kind,
      name: each.name,
      price_cents: each.priceCents,
      hours: each.hours,
      organizers: each.organizers,
      supplies_allowance_cents: each.suppliesAllowanceCents,
    })),
  );
}

async function seedTerms(ctx: Context, card: RateCard): Promise<void> {
  const { standardDelivery, specialtyDelivery, airportTransfer } = card;
  await insertMissing(ctx, 'delivery_terms', 'service', [
    {
      service: 'standard_delivery',
      name: 'Delivery by the item',
      price_per_unit_cents: standardDelivery.pricePerItemCents,
      minimum_units: standardDelivery.minimumItems,
      minimum_charge_cents: standardDelivery.minimumChargeCents,
      same_day_fee_cents: standardDelivery.sameDayFeeCents,
      coi_fee_cents: standardDelivery.coiFeeCents,
      max_item_weight_lbs: standardDelivery.maxItemWeightLbs,
      van_slots: 1,
    },
    {
      service: 'specialty_item',
      name: 'Specialty items',
      price_per_unit_cents: null,
      minimum_units: 1,
      minimum_charge_cents: specialtyDelivery.minimumChargeCents,
      same_day_fee_cents: specialtyDelivery.sameDayFeeCents,
      coi_fee_cents: specialtyDelivery.coiFeeCents,
      max_item_weight_lbs: null,
      van_slots: 0,
    },
    {
      service: 'airport_transfer',
      name: 'Airport transfer',
      price_per_unit_cents: airportTransfer.pricePerBagCents,
      minimum_units: airportTransfer.minimumBags,
      minimum_charge_cents: airportTransfer.minimumChargeCents,
      same_day_fee_cents: null,
      coi_fee_cents: null,
      max_item_weight_lbs: null,
      van_slots: 1,
    },
  ]);
}

const airportPlaces: Readonly<Record<string, object>> = {
  JFK: {
    name: 'John F. Kennedy International',
    line1: 'JFK Access Road',
    city: 'Queens',
    state: 'NY',
    zip: '11430',
  },
  EWR: {
    name: 'Newark Liberty International',
    line1: '3 Brewster Road',
    city: 'Newark',
    state: 'NJ',
    zip: '07114',
  },
};

async function seedItemsAndPlaces(ctx: Context, card: RateCard): Promise<void> {
  await insertMissing(
    ctx,
    'specialty_items',
    'code',
    card.specialtyItems.map((each, position) => ({
      code: each.code,
      name: each.name,
      price_cents: each.priceCents,
      position,
    })),
  );
  await insertMissing(
    ctx,
    'airports',
    'code',
    card.airportTransfer.airports.map(({ code, terminals }, position) => ({
      code,
      terminals,
      position,
      ...airportPlaces[code],
    })),
  );
  const { core, surcharge } = card.zones;
  await insertMissing(ctx, 'service_zones', 'zip', [
    ...core.map((zip) => ({ zip, zone: 'core' })),
    ...surcharge.map((zip) => ({ zip, zone: 'surcharge' })),
  ]);
}

async function seedRules(ctx: Context, card: RateCard): Promise<void> {
  await insertMissing(
    ctx,
    'surcharge_rules',
    'code',
    card.surchargeRules.map((rule) => ({
      code: rule.code,
      name: rule.name,
      type: rule.type,
      services: rule.services,
      amount_cents: rule.amountCents,
      percent_basis_points: rule.percentBasisPoints,
      weekdays: rule.type === 'weekend' ? rule.weekdays : null,
      from_day: rule.type === 'weekend' ? null : rule.from,
      to_day: rule.type === 'weekend' ? null : rule.to,
    })),
  );
  await insertMissing(
    ctx,
    'discount_codes',
    'code',
    card.discountCodes.map((each) => ({
      code: each.code,
      amount_cents: each.amountCents,
      percent_basis_points: each.percentBasisPoints,
      minimum_order_cents: each.minimumOrderCents,
      maximum_discount_cents: each.maximumDiscountCents,
      services: each.services,
    })),
  );
}

const logins = [
  { email: 'admin@totetaxi.test', name: 'Ada Admin', role: 'admin' },
  { email: 'manager@totetaxi.test', name: 'Max Manager', role: 'admin' },
  { email: 'staff@totetaxi.test', name: 'Sam Staff', role: 'staff' },
  { email: 'viewer@totetaxi.test', name: 'Vera Viewer', role: 'viewer' },
];

async function seedLogins(ctx: Context): Promise<void> {
  const [known] = await select<{ count: number }>(
    ctx,
    'select count(*)::int as count from staff_users where email = any($1)',
    [logins.map(({ email }) => email)],
  );
  if (known?.count === logins.length) return;
  const passwordHash = await hash(ctx.config.demoPassword);
  await insertMissing(
    ctx,
    'staff_users',
    'email',
    logins.map((login) => ({ ...login, password_hash: passwordHash })),
  );
}

/** Inserts the rows whose key is not there yet, in one statement. */
async function insertMissing(
  ctx: Context,
  table: string,
  key: string,
  rows: readonly object[],
): Promise<void> {
  const now = ctx.clock.now();
  const stamped = rows.map((row) => ({ ...row, created_at: now, updated_at: now }));
  const columns = [...new Set(stamped.flatMap((row) => Object.keys(row)))].join(', ');
  await execute(
    ctx,
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)
     on conflict (${key}) do nothing`,
    [JSON.stringify(stamped)],
  );
}
