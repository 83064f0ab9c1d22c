import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, bearer, idempotencyKey } from './api.ts';
import type { TestApplication } from './application.ts';

/** A complete request for a mini move on a plain Wednesday: Petite, $995, from core to core. */
export function bookingRequest(changes: Record<string, unknown> = {}): Record<string, any> {
  return {
    service: 'mini_move',
    pickupDate: '2027-05-12',
    pickupZip: '10001',
    deliveryZip: '10013',
    pickupWindow: 'morning',
    miniMove: { package: 'petite', itemCount: 12 },
    contact: { firstName: 'Jo', lastName: 'Doe', email: 'jo@example.com', phone: '(212) 555-0100' },
    pickupAddress: { line1: '1 Main Street', city: 'New York', state: 'NY', zip: '10001' },
    deliveryAddress: { line1: '2 Church Street', city: 'New York', state: 'NY', zip: '10013' },
    ...changes,
  };
}

export interface Made {
  readonly id: string;
  readonly path: string;
  readonly token: string;
  readonly totalCents: number;
  readonly headers: Record<string, string>;
}

/** Makes an inquiry through the API. */
export async function makeBooking(
  { api }: Pick<TestApplication, 'api'>,
  changes: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Made> {
  const { status, body } = await api.post('/api/v1/bookings', bookingRequest(changes), {
    ...idempotencyKey(),
    ...headers,
  });
  if (status !== 201) throw new Error(`not booked: ${JSON.stringify(body)}`);
  return {
    id: body.id,
    path: `/api/v1/bookings/${body.id}`,
    token: body.accessToken,
    totalCents: body.price.totalCents,
    headers: bearer(body.accessToken),
  };
}

export async function readBooking(
  { api }: Pick<TestApplication, 'api'>,
  made: Made,
): Promise<Record<string, any>> {
  return (await api.get(made.path, made.headers)).body;
}

export function checkOut(
  { api }: Pick<TestApplication, 'api'>,
  made: Made,
  { expectedTotalCents = made.totalCents, key }: { expectedTotalCents?: number; key?: string } = {},
): Promise<Answer> {
  return api.post(
    `${made.path}/checkout`,
    { expectedTotalCents },
    { ...made.headers, ...idempotencyKey(key) },
  );
}

/** Checks out and gives the payment; throws when refused. */
export async function openPayment(
  app: Pick<TestApplication, 'api'>,
  made: Made,
): Promise<Record<string, any>> {
  const { status, body } = await checkOut(app, made);
  if (status !== 200) throw new Error(`not checked out: ${JSON.stringify(body)}`);
  return body.payment;
}

/** Confirms an intent as the customer's browser does. */
export async function pay(
  { stripe }: Pick<TestApplication, 'stripe'>,
  payment: Record<string, any>,
  paymentMethod = 'pm_card_visa',
  more: Record<string, string> = {},
): Promise<Record<string, any>> {
  const answer = await fetch(`${stripe}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: payment.publishableKey,
      client_secret: payment.clientSecret,
      payment_method: paymentMethod,
      ...more,
    }),
  });
  return (await answer.json()) as Record<string, any>;
}

/** An operation of the stand-in with the secret key. */
export async function askStandIn(
  { stripe }: Pick<TestApplication, 'stripe'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: Record<string, unknown>,
): Promise<any> {
  const isApi = path.startsWith('/v1/');
  const answer = await fetch(stripe + path, {
    method,
    headers: { authorization: 'Bearer sk_test_local' },
    ...(body && {
      body: isApi ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body),
    }),
  });
  return answer.json();
}

/** On a machine that stood still the time may be over after a look or two, which say nothing yet. */
const FEWEST_LOOKS = 20;

/** Looks until it is so; throws the last failure when it is not so in time. */
export async function eventually<T>(look: () => Promise<T>, patienceMs = 10_000): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let looks = 1; ; looks += 1) {
    try {
      return await look();
    } catch (error) {
      if (looks >= FEWEST_LOOKS && performance.now() > until) throw error;
      await pause(50);
    }
  }
}

/** Waits until the booking has a status. */
export async function awaitStatus(
  app: Pick<TestApplication, 'api'>,
  made: Made,
  status: string,
  patienceMs?: number,
): Promise<Record<string, any>> {
  return eventually(async () => {
    const booking = await readBooking(app, made);
    if (booking.status !== status) throw new Error(`the booking is ${booking.status} instead of ${status}`);
    return booking;
  }, patienceMs);
}
