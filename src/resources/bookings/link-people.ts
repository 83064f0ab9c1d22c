import type { TransactionContext } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import type { AddressSnapshot } from './basket.ts';
import type { Booking } from './booking.model.ts';

type Links = Pick<Booking, 'customerId' | 'pickupAddressId' | 'deliveryAddressId'>;

type Linked = Pick<
  Booking,
  | 'contactEmail'
  | 'contactFirstName'
  | 'contactLastName'
  | 'contactPhone'
  | 'pickupAddress'
  | 'deliveryAddress'
  | 'marketingOptIn'
>;

/**
 * Finds or makes the customer by e-mail and the addresses. A profile or address that exists is linked, never changed, by
 * an anonymous booking (`rules.md` §6); a merged profile gives way to the one that lives. What is linked is held until the
 * end of the transaction: nobody merges or erases it meanwhile. Who and where stay as they were in a booking that is locked
 * keep their links.
 */
export async function linkPeople(
  ctx: TransactionContext,
  wanted: Linked,
  locked: (Linked & Links) | null = null,
): Promise<Links> {
  const kept: Links = {
    customerId: locked?.contactEmail === wanted.contactEmail ? locked.customerId : null,
    pickupAddressId: isSamePlace(locked?.pickupAddress, wanted.pickupAddress)
      ? (locked?.pickupAddressId ?? null)
      : null,
    deliveryAddressId: isSamePlace(locked?.deliveryAddress, wanted.deliveryAddress)
      ? (locked?.deliveryAddressId ?? null)
      : null,
  };
  const asked: Linked = {
    ...wanted,
    contactEmail: kept.customerId === null ? wanted.contactEmail : null,
    pickupAddress: kept.pickupAddressId === null ? wanted.pickupAddress : null,
    deliveryAddress: kept.deliveryAddressId === null ? wanted.deliveryAddress : null,
  };
  const found = await findOrMake(ctx, asked);
  return {
    customerId: kept.customerId ?? found.customerId,
    pickupAddressId: kept.pickupAddressId ?? found.pickupAddressId,
    deliveryAddressId: kept.deliveryAddressId ?? found.deliveryAddressId,
  };
}

const placeOf = ({ line1, line2, city, state, zip }: AddressSnapshot) => [line1, line2, city, state, zip];

function isSamePlace(one: AddressSnapshot | null | undefined, other: AddressSnapshot | null): boolean {
  return Boolean(one && other && JSON.stringify(placeOf(one)) === JSON.stringify(placeOf(other)));
}

const nobody: Links = { customerId: null, pickupAddressId: null, deliveryAddressId: null };

/** All of it in one statement; nothing for what is not asked for. */
async function findOrMake(ctx: TransactionContext, asked: Linked): Promise<Links> {
  const { contactEmail, pickupAddress, deliveryAddress } = asked;
  if (contactEmail === null && pickupAddress === null && deliveryAddress === null) return nobody;
  const [found = nobody] = await select<Links>(ctx, findOrMakeSql, [
    ctx.clock.now(),
    contactEmail,
    asked.contactFirstName ?? '',
    asked.contactLastName ?? '',
    asked.contactPhone,
    asked.marketingOptIn,
    pickupAddress && JSON.stringify(pickupAddress),
    deliveryAddress && JSON.stringify(deliveryAddress),
  ]);
  const isMissed =
    (contactEmail !== null && found.customerId === null) ||
    (pickupAddress !== null && found.pickupAddressId === null) ||
    (deliveryAddress !== null && found.deliveryAddressId === null);
  // Somebody else made it since this statement began, or it picks up where it delivers: it is there for the next one.
  return isMissed ? findOrMake(ctx, asked) : found;
}

const addressSql = (name: string, parameter: string) => `
${name} as (select * from jsonb_to_record(${parameter}::jsonb) as a (line1 text, line2 text, city text, state text, zip text)
  where ${parameter}::jsonb is not null),
${name}_made as (
  insert into addresses (line1, line2, city, state, zip, used_for_${name}, created_at, updated_at)
  select line1, line2, city, state, zip, true, $1::timestamptz, $1::timestamptz from ${name}
  on conflict (zip, line1, line2, city, state) do nothing returning id),
${name}_known as (select a.id from addresses a join ${name} using (zip, line1, line2, city, state) for key share of a)`;

const findOrMakeSql = `
with customer_made as (
  insert into customers (email, first_name, last_name, phone, communication_preferences, created_at, updated_at)
  select $2::text, $3::text, $4::text, $5::text, jsonb_build_object('marketing', $6::boolean), $1::timestamptz, $1::timestamptz
  where $2::text is not null
  on conflict (email) do nothing returning id),
customer_known as (select id, merged_into_id from customers where email = $2::text for key share),
${addressSql('pickup', '$7')},
${addressSql('delivery', '$8')}
select
  (select id from customer_made union all select coalesce(merged_into_id, id) from customer_known limit 1) as "customerId",
  (select id from pickup_made union all select id from pickup_known limit 1) as "pickupAddressId",
  (select id from delivery_made union all select id from delivery_known limit 1) as "deliveryAddressId"`;
