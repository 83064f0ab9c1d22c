import type { TestApplication } from '../support/application.ts';
import { eventually, type Made } from '../support/bookings.ts';
import { attemptsOf, policyRefund } from './rules.ts';

/** What the model knows of one booking: what it was last told, and what it did to it. */
export interface KnownBooking {
  readonly made: Made;
  /** As last read, at rest. */
  shown: any;
  /** Payments handed out, the first one first. */
  readonly payments: any[];
  /** Cards that were declined. */
  declines: number;
  /** A card was charged. */
  isCharged: boolean;
  chargedCents: number;
  isCancelled: boolean;
  /** Keys whose checkout was answered 200, with the sum that was expected. */
  readonly kept: Map<string, { readonly expectedTotalCents: number; readonly paymentId: string | null }>;
  /** Keys that were in a race that was not answered 200: what they hold is not known. */
  readonly doubtful: Set<string>;
}

/** Waits until nothing more happens to the booking by itself: the charge is known, the declines are, no hold is over. */
export async function atRest(app: TestApplication, known: KnownBooking): Promise<any> {
  return eventually(async () => {
    const answer = await app.api.get(known.made.path, known.made.headers);
    if (answer.status !== 200) throw new Error(`no booking: ${answer.status} ${JSON.stringify(answer.body)}`);
    const shown = answer.body;
    const { status, payment } = shown;
    const tell = (what: string): never => {
      throw new Error(`${what}: ${JSON.stringify({ status, payment, declines: known.declines })}`);
    };
    if (known.isCharged && !['confirmed', 'cancelled'].includes(status))
      tell('a charged booking is not confirmed');
    // Once a card was charged nobody asks any more how many were declined before.
    const isCounted = payment.attemptsLeft === attemptsOf(known.declines);
    if (!known.isCharged && !isCounted) tell('the attempts left are not those of the declines');
    if (known.isCancelled && status !== 'cancelled') tell('a cancelled booking is not cancelled');
    if (status === 'cancelled') await refuseHalfCancelled(app, known, shown);
    const isHeld = status === 'pending_payment';
    if (isHeld !== (payment.holdExpiresAt !== null)) tell('held without a hold, or not held with one');
    if (shown.status === 'confirmed' && shown.deliveries.length !== 2)
      tell('confirmed without its two tasks');
    const isOver = isHeld && new Date(payment.holdExpiresAt) <= app.ctx.clock.now();
    if (isOver) tell('a hold that is over lasts');
    if (isHeld && payment.attemptsLeft === 0) tell('held although no attempt is left');
    return shown;
  });
}

/** A cancelled booking at rest: every step is done, it owes nothing, and what went back is what may. */
async function refuseHalfCancelled(app: TestApplication, known: KnownBooking, shown: any): Promise<void> {
  const { status, body } = await app.api.get(`${known.made.path}/cancellation`, known.made.headers);
  const isDone = status === 200 && body.steps.every((step: any) => step.status === 'done');
  const charged = known.isCharged ? known.chargedCents : 0;
  // Money that came before it was cancelled goes back by the policy, what came after whole.
  const mayGoBack = [policyRefund(charged, body.refundBasisPoints), charged];
  const isBalanced = shown.price.amountDueCents === 0 && mayGoBack.includes(shown.refundedCents);
  if (isDone && isBalanced && body.refundCents === shown.refundedCents) return;
  throw new Error(`half cancelled: ${JSON.stringify({ plan: body, charged, shown })}`);
}
