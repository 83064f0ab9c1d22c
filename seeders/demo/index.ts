import {
  addDays,
  addMilliseconds,
  earlier,
  instantOf,
  type ServiceDay,
  serviceDayOf,
} from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { moveTo } from '../../src/resources/_kit/move-to.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import type { Booking } from '../../src/resources/bookings/booking.model.ts';
import { cancelBooking } from '../../src/resources/bookings/cancel-booking.ts';
import { checkOutBooking } from '../../src/resources/bookings/check-out-booking.ts';
import { expireBooking } from '../../src/resources/bookings/expire-booking.ts';
import { lockBooking } from '../../src/resources/bookings/find-booking.ts';
import { inquireBooking } from '../../src/resources/bookings/inquire-booking.ts';
import { settlePayment } from '../../src/resources/payments/settle-payment.ts';
import { claimIdempotencyKey } from '../../src/resources/plumbing/idempotency.ts';
import { personOf, placesOf } from './people.ts';

/** How a demo booking ends, and on which day from today it is. */
type Story = readonly [
  end: 'inquiry' | 'held' | 'expired' | 'paid' | 'under way' | 'done' | 'cancelled',
  day: number,
];

const stories: readonly Story[] = [
  ...days('done', [-21, -20, -17, -15, -14, -12, -9, -8, -6, -5, -3, -2, -1]),
  ...days('under way', [0, 0]),
  ...days('paid', [0, 0, 1, 1, 1, 2, 2, 3, 4, 6, 8, 11, 15, 19]),
  ...days('expired', [5, 9, 12]),
  ...days('cancelled', [7, 10]),
  ...days('held', [5, 13]),
  ...days('inquiry', [6, 8, 14, 20, 27, 35]),
];

/**
 * A company in full swing around today, in local mode only: bookings in every state, made by the same use cases as real
 * ones and paid at the Stripe stand-in, each at its own moment. Does nothing where there are bookings already.
 */
export async function seedDemo(ctx: Context): Promise<void> {
  const { mode, stripe } = ctx.config;
  if (mode !== 'local' || stripe?.apiBase == null) return;
  if (!(await isFirst(ctx))) return;
  for (const [number, story] of stories.entries()) await tell(ctx, number, story);
}

/** Of processes that start at once, one seeds. */
async function isFirst(ctx: Context): Promise<boolean> {
  const claim = { scope: 'seed demo', key: 'demo', requestHash: ctx.requestId };
  return inTransaction(ctx, async (tx) => {
    const [known] = await select<{ busy: boolean }>(
      tx,
      `select exists (select from bookings) or exists (select from idempotency_keys where scope = $1) as busy`,
      [claim.scope],
    );
    if (known?.busy) return false;
    await claimIdempotencyKey(tx, claim);
    return true;
  });
}

async function tell(ctx: Context, number: number, [end, offset]: Story): Promise<void> {
  const now = ctx.clock.now();
  const day = addDays(serviceDayOf(now), offset);
  const asked = end === 'held' ? addMilliseconds(now, -5 * 60_000) : bookedAt(now, day, number);
  const at = (instant: Date): Context => ({
    ...ctx,
    clock: { now: () => instant },
    actor: { type: 'customer', bookingId: null, address: null },
  });
  const booking = await inquireBooking(at(asked), { request: requestOf(number, day) });
  if (end === 'inquiry') return;
  if (end === 'cancelled') return cancel(at(addMilliseconds(asked, 3_600_000)), booking);
  const { payment, clientSecret } = await checkOutBooking(at(asked), {
    bookingId: booking.id,
    expectedTotalCents: booking.totalCents,
  });
  if (end === 'held') return;
  if (end === 'expired') return expire(at(addMilliseconds(asked, 31 * 60_000)), booking);
  const paid = addMilliseconds(asked, 120_000);
  if (payment?.stripePaymentIntentId) {
    await pay(ctx, payment.stripePaymentIntentId, clientSecret);
    await settlePayment(at(paid), { paymentIntentId: payment.stripePaymentIntentId });
  }
  if (end === 'paid') return;
  await move(at(instantOf(day, 9)), booking, 'in_progress');
  if (end === 'done') await move(at(instantOf(day, 14)), booking, 'completed');
}

/** Three to nine days before, in the morning; never after now. */
function bookedAt(now: Date, day: ServiceDay, number: number): Date {
  const early = instantOf(addDays(day, -3 - (number % 7)), 10);
  const passed = addMilliseconds(now, -(45 + number) * 60_000);
  return earlier(early, passed);
}

function requestOf(number: number, day: ServiceDay): object {
  const { pickup, delivery } = placesOf(number);
  const basics = {
    pickupDate: day,
    pickupZip: pickup.zip,
    deliveryZip: delivery.zip,
    pickupAddress: pickup,
    deliveryAddress: delivery,
    contact: personOf(number),
    ...(number % 5 === 0 && { instructions: 'Please ring the doorman, he has the keys.' }),
  };
  const moves = [
    {
      service: 'mini_move',
      pickupWindow: 'morning',
      miniMove: { package: 'petite', itemCount: 9, packing: number % 4 === 0 },
    },
    {
      service: 'standard_delivery',
      pickupWindow: 'flexible',
      standardDelivery: { itemCount: 4, description: 'Suitcases and a box', heaviestItemLbs: 40 },
    },
    {
      service: 'specialty_item',
      pickupWindow: 'morning',
      specialtyItems: [{ item: 'peloton', quantity: 1 }],
    },
    {
      service: 'mini_move',
      pickupWindow: 'specific_hour',
      pickupHour: 9,
      coi: true,
      miniMove: { package: 'standard', itemCount: 22 },
    },
    {
      service: 'airport_transfer',
      pickupWindow: 'morning',
      airportTransfer: {
        airport: 'JFK',
        terminal: '4',
        direction: 'to_airport',
        bags: 3,
        flightDate: day,
        flightTime: '18:30',
      },
    },
    {
      service: 'standard_delivery',
      pickupWindow: 'morning',
      standardDelivery: { itemCount: 2, description: 'Two chairs', heaviestItemLbs: 35 },
      specialtyItems: [{ item: 'surfboard', quantity: 1 }],
    },
    {
      service: 'mini_move',
      pickupWindow: 'flexible',
      miniMove: { package: 'full', itemCount: 40, unpacking: true },
    },
  ];
  const { deliveryZip, deliveryAddress, ...fromHere } = basics;
  const chosen = moves[number % moves.length];
  return chosen?.service === 'airport_transfer' ? { ...fromHere, ...chosen } : { ...basics, ...chosen };
}

/** As the customer's browser pays. */
async function pay(ctx: Context, intentId: string, clientSecret: string | null): Promise<void> {
  const { stripe } = ctx.config;
  const answer = await fetch(`${stripe?.apiBase}/v1/payment_intents/${intentId}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: stripe?.publishableKey ?? '',
      client_secret: clientSecret ?? '',
      payment_method: 'pm_card_visa',
    }),
  });
  if (!answer.ok) throw new Error(`the stand-in took no card: ${await answer.text()}`);
}

async function expire(ctx: Context, { id }: Booking): Promise<void> {
  await expireBooking(ctx, id);
}

async function cancel(ctx: Context, { id }: Booking): Promise<void> {
  await cancelBooking(ctx, { bookingId: id, reason: 'Changed plans' });
}

function move(ctx: Context, { id }: Booking, status: Booking['status']): Promise<void> {
  return inTransaction(ctx, async (tx) => moveTo(tx, await lockBooking(tx, id), status));
}

function days(end: Story[0], offsets: readonly number[]): Story[] {
  return offsets.map((offset) => [end, offset]);
}
