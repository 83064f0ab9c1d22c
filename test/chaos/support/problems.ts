import type { Context } from '../../../src/context.ts';
import { checkInvariants } from '../../../src/jobs/checks/invariants.ts';
import { select } from '../../../src/resources/_kit/sql.ts';
import { inBooks } from './books.ts';
import type { Visit } from './customer.ts';
import { letTimePass } from './let-time-pass.ts';
import type { Scene } from './scene.ts';
import { intentsAtStripe, refundsAtStripe, type StripeIntent, type StripeRefund } from './stripe.ts';

/**
 * Lets time pass, then holds our books against Stripe's and against what every customer was told. Gives all that is not
 * as it must be, in words; nothing is well only when that is empty.
 */
export async function problemsAfter(scene: Scene, visits: readonly Visit[]): Promise<string[]> {
  const left = await letTimePass(scene);
  return [...left, ...(await problemsNow(scene, visits))];
}

/** The same without waiting: for books in which nothing is under way. */
export async function problemsNow(scene: Scene, visits: readonly Visit[]): Promise<string[]> {
  const intents = await intentsAtStripe(scene);
  const refunds = await refundsAtStripe(scene);
  return inBooks(scene, async (ctx) => {
    const books = await readBooks(ctx);
    const findings = await checkInvariants(ctx);
    return [
      ...findings.map(({ name, bookingId }) => `${name} does not hold for booking ${bookingId}`),
      ...books.bookings.flatMap((booking) => bookingProblems(booking, books, intents)),
      ...intents.flatMap((intent) => intentProblems(intent, books)),
      ...refundProblems(books, refunds),
      ...reviewProblems(books),
      ...visits.flatMap((each) => promiseProblems(each, books, intents)),
      ...totalProblems(visits, books, intents),
    ];
  });
}

interface Books {
  readonly bookings: readonly Booking[];
  readonly payments: readonly Payment[];
  readonly reviews: readonly { readonly kind: string; readonly payment_id: string | null }[];
  readonly refunds: readonly Refund[];
  readonly ledgerCents: number;
}

interface Refund {
  readonly id: string;
  readonly payment_id: string;
  readonly booking_id: string;
  readonly status: string;
  readonly amount_cents: number;
  readonly stripe_id: string | null;
}

interface Booking {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total_cents: number;
  readonly captured_cents: number;
  readonly refunded_cents: number;
  readonly confirmations: number;
}

interface Payment {
  readonly id: string;
  readonly booking_id: string;
  readonly status: string;
  readonly intent_id: string | null;
}

async function readBooks(ctx: Context): Promise<Books> {
  const [sum] = await select<{ cents: number }>(
    ctx,
    `select coalesce(sum(amount_cents), 0)::int as cents from payment_audits where kind = 'captured'`,
  );
  return {
    bookings: await select<Booking>(
      ctx,
      `select id, number, status, total_cents, captured_cents, refunded_cents,
         (select count(*)::int from audit_logs a where a.booking_id = b.id and a.action = 'booking.confirmed') as confirmations
       from bookings b`,
    ),
    payments: await select<Payment>(
      ctx,
      'select id, booking_id, status, stripe_payment_intent_id as intent_id from payments',
    ),
    refunds: await select<Refund>(
      ctx,
      `select id, payment_id, booking_id, status, amount_cents, stripe_refund_id as stripe_id from refunds`,
    ),
    reviews: await select(ctx, 'select kind, payment_id from needs_reviews'),
    ledgerCents: sum?.cents ?? 0,
  };
}

/** Stripe has at most one success for it, and it is confirmed if, and only if, there is one. */
function bookingProblems(booking: Booking, books: Books, intents: readonly StripeIntent[]): string[] {
  const succeeded = intents.filter(
    (each) => each.status === 'succeeded' && each.metadata.booking_id === booking.id,
  );
  const payments = books.payments.filter((each) => each.booking_id === booking.id);
  const say = (words: string): string => `booking ${booking.number} (${booking.id}) ${words}`;
  const received = succeeded.reduce((sum, { amount_received: cents }) => sum + cents, 0);
  const isConfirmed = booking.status === 'confirmed';
  const problems: [boolean, string][] = [
    [succeeded.length > 1, `was paid ${succeeded.length} times`],
    [booking.captured_cents !== received, `has ${booking.captured_cents} of the ${received} cents at Stripe`],
    [
      payments.filter(({ status }) => status === 'succeeded').length !== succeeded.length,
      'has other payments than Stripe',
    ],
    [isConfirmed && received !== booking.total_cents, `is confirmed for ${received} cents`],
    [isConfirmed && booking.confirmations !== 1, `was confirmed ${booking.confirmations} times`],
    [
      isConfirmed && booking.refunded_cents !== 0,
      `is confirmed, but ${booking.refunded_cents} cents went back`,
    ],
    [!isConfirmed && succeeded.some((each) => !wentBack(each, books)), `is ${booking.status} but paid`],
    [!final.includes(booking.status), `is ${booking.status} when all is over`],
  ];
  return problems.flatMap(([isSo, words]) => (isSo ? [say(words)] : []));
}

const final: readonly string[] = ['confirmed', 'expired', 'inquiry', 'cancelled'];

/** A success of a booking that was cancelled, or that it came too late for, goes back whole (`rules.md` §4, §5). */
function wentBack(intent: StripeIntent, { refunds }: Books): boolean {
  const given = refunds.filter(
    ({ payment_id: id, status }) => id === intent.metadata.payment_id && status === 'succeeded',
  );
  return given.length === 1 && given[0]?.amount_cents === intent.amount_received;
}

/** Every refund here is one at Stripe, of the same amount, and the other way round. */
function refundProblems({ refunds }: Books, atStripe: readonly StripeRefund[]): string[] {
  return [
    ...refunds
      .filter((row) => {
        const known = atStripe.find(({ id }) => id === row.stripe_id);
        return known?.status !== row.status || known.amount !== row.amount_cents;
      })
      .map((row) => `refund ${row.id} of booking ${row.booking_id} is ${row.status}, but not so at Stripe`),
    ...atStripe
      .filter(({ id }) => !refunds.some(({ stripe_id: known }) => known === id))
      .map(({ id }) => `no refund knows ${id}`),
  ];
}

/** Nothing at Stripe can still be paid, and nothing there is unknown to us. */
function intentProblems(intent: StripeIntent, { payments }: Books): string[] {
  const row = payments.find(({ intent_id: id }) => id === intent.id);
  if (!row) return [`no payment knows the intent ${intent.id}`];
  if (intent.status !== 'succeeded' && intent.status !== 'canceled') {
    return [`the intent ${intent.id} is ${intent.status} and can still be paid`];
  }
  const expected = intent.status === 'succeeded' ? 'succeeded' : 'cancelled';
  return row.status === expected
    ? []
    : [`payment ${row.id} is ${row.status}, its intent is ${intent.status}`];
}

/** Nothing of all this needs a person, but that so many cards were declined. */
function reviewProblems({ reviews }: Books): string[] {
  const others = reviews.filter(({ kind }) => kind !== 'card_testing');
  return others.map(({ kind, payment_id: id }) => `${kind} of payment ${id} is before a person`);
}

/** What a customer was told is so: the booking and its number, the payments of each checkout, the money taken. */
function promiseProblems(visit: Visit, books: Books, intents: readonly StripeIntent[]): string[] {
  const { bookingId, number } = visit;
  const booking = books.bookings.find((each) => each.id === bookingId && each.number === number);
  const lost = visit.payments.filter(
    ({ id, paymentIntentId }) =>
      !books.payments.some(
        (row) => row.id === id && row.intent_id === paymentIntentId && row.booking_id === bookingId,
      ),
  );
  const paid = intents.find(({ id }) => id === visit.paidIntentId);
  return [
    ...(booking ? [] : [`booking ${number} (${bookingId}) was answered and is not there`]),
    ...(visit.intention === 'cancels' && booking?.status !== 'cancelled'
      ? [`booking ${number} was called cancelled and is ${booking?.status}`]
      : []),
    ...lost.map(({ id }) => `payment ${id} of booking ${number} was answered and is not there`),
    ...(visit.paidIntentId === null || paid?.status === 'succeeded'
      ? []
      : [`${visit.paidIntentId} of booking ${number} was called paid and is not`]),
  ];
}

function totalProblems(
  visits: readonly Visit[],
  { bookings, ledgerCents }: Books,
  intents: readonly StripeIntent[],
): string[] {
  const numbers = new Set(bookings.map(({ number }) => number));
  const atStripe = intents.reduce((sum, { amount_received: cents }) => sum + cents, 0);
  return [
    ...(numbers.size === bookings.length ? [] : ['a booking number was given twice']),
    ...(bookings.length === visits.length
      ? []
      : [`${visits.length} customers have ${bookings.length} bookings`]),
    ...(ledgerCents === atStripe
      ? []
      : [`the ledger holds ${ledgerCents} cents, Stripe received ${atStripe}`]),
  ];
}
