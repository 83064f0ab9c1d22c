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
 * end of the transaction: nobody merges or erases it meanwhile.
 */
export async function linkPeople(ctx: TransactionContext, booking: Linked): Promise<Links> {
  return {
    customerId: await customerFor(ctx, booking),
    pickupAddressId: await addressFor(ctx, booking.pickupAddress, 'used_for_pickup'),
    deliveryAddressId: await addressFor(ctx, booking.deliveryAddress, 'used_for_delivery'),
  };
}

async function customerFor(ctx: TransactionContext, booking: Linked): Promise<string | null> {
  if (booking.contactEmail === null) return null;
  const [row] = await select<{ id: string }>(
    ctx,
    `with made as (
       insert into customers (email, first_name, last_name, phone, communication_preferences, created_at, updated_at)
       values ($1, $2, $3, $4, jsonb_build_object('marketing', $5::boolean), $6, $6) on conflict (email) do nothing returning id),
     known as (select id, merged_into_id from customers where email = $1 for key share)
     select id from made union all select coalesce(merged_into_id, id) from known limit 1`,
    [
      booking.contactEmail,
      booking.contactFirstName ?? '',
      booking.contactLastName ?? '',
      booking.contactPhone,
      booking.marketingOptIn,
      ctx.clock.now(),
    ],
  );
  // Nothing at all means that somebody else made the profile since this statement began: it is there for the next one.
  return row?.id ?? customerFor(ctx, booking);
}

async function addressFor(
  ctx: TransactionContext,
  address: AddressSnapshot | null,
  role: 'used_for_pickup' | 'used_for_delivery',
): Promise<string | null> {
  if (address === null) return null;
  const [row] = await select<{ id: string }>(
    ctx,
    `with made as (
       insert into addresses (line1, line2, city, state, zip, ${role}, created_at, updated_at)
       values ($1, $2, $3, $4, $5, true, $6, $6) on conflict (zip, line1, line2, city, state) do nothing returning id),
     known as (select id from addresses
       where zip = $5 and line1 = $1 and line2 = $2 and city = $3 and state = $4 for key share)
     select id from made union all select id from known limit 1`,
    [address.line1, address.line2, address.city, address.state, address.zip, ctx.clock.now()],
  );
  return row?.id ?? addressFor(ctx, address, role);
}
