import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { addDays, parseServiceDay } from '../../src/clock.ts';
import { openCustomerSession } from '../../src/resources/accounts/customer-session.ts';
import { issueSignInLink } from '../../src/resources/accounts/sign-in-link.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { idempotencyKey } from '../support/api.ts';
import type { TestApplication } from '../support/application.ts';
import { awaitStatus, checkOut, type Made, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import type { FuzzRequest } from './request.ts';
import { bytesOf } from './send.ts';

/** The bookings that requests speak of by name, each in a state of its own when the scene is set. */
export const actors = ['inquiry', 'bare', 'held', 'paid', 'lapsed', 'declined', 'cancelled'] as const;
export type ActorName = (typeof actors)[number];

export interface Scene {
  /** The request with the names replaced by what they stand for. */
  fill(request: FuzzRequest): FuzzRequest;
}

const FIRST_DAY = parseServiceDay('2027-04-12');
const DAYS = 120;
let scenes = 0;

/** Makes new bookings, at `TEST_NOW`; each scene has a day of its own, since a day has only so much room. */
export async function setScene(app: TestApplication): Promise<Scene> {
  await app.moveClock({ now: TEST_NOW });
  const pickupDate = addDays(FIRST_DAY, scenes % DAYS);
  scenes += 1;
  const book = (changes = {}): Promise<Made> => makeBooking(app, { pickupDate, ...changes });

  const lapsed = await book();
  await checkOut(app, lapsed);
  await app.moveClock({ advance: 'PT31M' });
  await awaitStatus(app, lapsed, 'expired');
  await app.moveClock({ now: TEST_NOW });
  const held = await book();
  await checkOut(app, held);
  const paid = await book();
  await pay(app, await openPayment(app, paid));
  await awaitStatus(app, paid, 'confirmed');
  const declined = await book();
  const payment = await openPayment(app, declined);
  for (let count = 0; count < 3; count += 1) await pay(app, payment, 'pm_card_chargeDeclined');
  await awaitStatus(app, declined, 'expired');
  const cancelled = await book();
  await app.api.post(`${cancelled.path}/cancel`, {}, { ...cancelled.headers, ...idempotencyKey() });
  const inquiry = await book();
  const bare = await book({ contact: undefined, pickupAddress: undefined, deliveryAddress: undefined });

  const made: Record<ActorName, Made> = { inquiry, bare, held, paid, lapsed, declined, cancelled };
  const secret = app.ctx.config.stripe?.webhookSecret ?? '';
  const session = await signedIn(app, inquiry);
  return { fill: (request) => fill(request, made, { secret, session }) };
}

/** A session of whoever the booking is of. */
async function signedIn({ ctx }: TestApplication, made: Made): Promise<string> {
  const { customerId, contactEmail } = await Booking.findByPk(made.id, { rejectOnEmpty: true });
  const link = await issueSignInLink(ctx, { customerId: customerId ?? '', email: contactEmail ?? '' });
  return (await openCustomerSession(ctx, link?.url.split('/').pop() ?? '')).accessToken;
}

interface Secrets {
  /** Of Stripe's webhook. */
  readonly secret: string;
  readonly session: string;
}

function fill(
  request: FuzzRequest,
  made: Record<ActorName, Made>,
  { secret, session }: Secrets,
): FuzzRequest {
  const named = (text: string): string =>
    text.replace(/"?\{(\w+)\.(id|token|total)\}"?/g, (whole, name: string, field: string) => {
      const actor = made[name as ActorName];
      if (!actor) return whole;
      if (field === 'total') return String(actor.totalCents);
      return whole.replace(/\{.*\}/, field === 'id' ? actor.id : actor.token);
    });
  const body = request.body === undefined ? undefined : named(request.body);
  const headers = Object.entries(request.headers).map(([name, value]) => {
    const filled = named(value)
      .replaceAll('{session}', session)
      .replaceAll('{fresh}', () => randomUUID())
      .replaceAll('{signature}', () => signature(bytesOf(body ?? '', request.bytes), secret));
    return [name, filled];
  });
  return {
    ...request,
    path: named(request.path),
    headers: Object.fromEntries(headers),
    ...(body !== undefined && { body }),
  };
}

function signature(payload: Buffer, secret: string): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: payload.toString(), secret });
}
