import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, bearer, idempotencyKey } from '../../support/api.ts';
import { bookingRequest, pay } from '../../support/bookings.ts';
import type { Answers } from './answers.ts';
import type { Scene } from './scene.ts';

/** What a customer means to do, whatever becomes of the server meanwhile. */
export const intentions = ['pays', 'is declined first', 'changes the day', 'cancels', 'leaves'] as const;
export type Intention = (typeof intentions)[number];

/** What a customer was told by us and by Stripe. It must be so in the end. */
export interface Visit {
  readonly intention: Intention;
  readonly bookingId: string;
  readonly number: string;
  /** The payments of the checkouts that were answered 200. */
  readonly payments: readonly { readonly id: string; readonly paymentIntentId: string }[];
  /** The intent that Stripe called succeeded. */
  readonly paidIntentId: string | null;
}

const PATIENCE_MS = 180_000;
/** Refusals that say: try again. */
const passing: readonly string[] = ['conflict', 'idempotency_key_in_use'];

/** Books, checks out and does what was meant, asking again with the same key until there is an answer. */
export async function visit(scene: Scene, intention: Intention, answers: Answers): Promise<Visit> {
  const { api } = scene;
  const bookingKey = idempotencyKey();
  const booked = await insist(answers, 'booking', 201, () =>
    api.post('/api/v1/bookings', bookingRequest(), bookingKey),
  );
  const path = `/api/v1/bookings/${booked.id}`;
  const headers = bearer(booked.accessToken);
  const checkOut = (expectedTotalCents: number): Promise<Record<string, any>> => {
    const key = idempotencyKey();
    return insist(answers, 'checkout', 200, () =>
      api.post(`${path}/checkout`, { expectedTotalCents }, { ...headers, ...key }),
    );
  };

  const checkouts = [await checkOut(booked.price.totalCents)];
  if (intention === 'changes the day') {
    const changed = await insist(answers, 'change', 200, () =>
      api.patch(path, { pickupDate: '2027-05-19' }, headers),
    );
    checkouts.push(await checkOut(changed.price.totalCents));
  }
  const { payment } = checkouts.at(-1) ?? {};
  if (intention === 'is declined first') await confirm(scene, answers, payment, 'pm_card_chargeDeclined');
  const isPaid = intention !== 'leaves' && (await confirm(scene, answers, payment, 'pm_card_visa'));
  if (intention === 'cancels') {
    const key = idempotencyKey();
    await insist(answers, 'cancellation', 200, () => api.post(`${path}/cancel`, {}, { ...headers, ...key }));
  }
  return {
    intention,
    bookingId: booked.id,
    number: booked.number,
    payments: checkouts.map((each) => each.payment),
    paidIntentId: isPaid ? payment.paymentIntentId : null,
  };
}

/** Asks until the answer is final. Throws when that is another one than was hoped for. */
async function insist(
  answers: Answers,
  what: string,
  hoped: number,
  ask: () => Promise<Answer>,
): Promise<Record<string, any>> {
  return untilAnswered(answers, what, async () => {
    const { status, body } = await ask();
    answers.note(what, status, body.code ?? '');
    if (status === hoped) return body;
    if (status >= 500 || passing.includes(body.code)) return null;
    throw new Error(`${what} was refused: ${JSON.stringify(body)}`);
  });
}

/** Confirms an intent in the browser. Says whether Stripe has called it succeeded. */
async function confirm(
  scene: Scene,
  answers: Answers,
  payment: Record<string, any>,
  card: string,
): Promise<boolean> {
  return untilAnswered(answers, 'paying', async () => {
    const { status, error } = await pay(scene, payment, card);
    // Intents have a status of their own; what a failed call was about comes with its error.
    const state: string = error?.payment_intent?.status ?? status ?? '';
    if (error?.type === 'api_error') return null;
    if (state === 'succeeded') return true;
    if (error) return false;
    throw new Error(`the payment is ${state}`);
  });
}

/** Tries again, after a breath, what gave `null` or was cut off. */
async function untilAnswered<T>(answers: Answers, what: string, ask: () => Promise<T | null>): Promise<T> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; ) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      if (!isCut(error)) throw error;
      answers.noteCut();
    }
    await pause(100);
  }
  throw new Error(`${what} had no answer for ${PATIENCE_MS / 1_000} s`);
}

/** `fetch` says a cut connection with a TypeError; a body that ends too early likewise. */
function isCut(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message);
}
