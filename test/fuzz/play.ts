import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { instantOf } from '../../src/clock.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { type Answer, idempotencyKey } from '../support/api.ts';
import type { TestApplication } from '../support/application.ts';
import { bookingRequest, eventually, pay } from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';
import { judgeSums } from './judge.ts';
import { atRest, type KnownBooking } from './known-booking.ts';
import {
  cancelRefusal,
  checkoutRefusal,
  isEditable,
  policyRate,
  policyRefund,
  pricedPart,
  racingCheckout,
  racingPatch,
  refusedDays,
} from './rules.ts';
import type { Step } from './steps.ts';

/**
 * Plays a sequence from `TEST_NOW` on and throws where an answer is not what the rules say of the booking's state, where
 * a booking changes that nobody touched, or where the books do not add up at the end.
 */
export async function play(app: TestApplication, steps: readonly Step[]): Promise<void> {
  await app.moveClock({ now: TEST_NOW });
  const player = new Player(app);
  for (const step of steps) {
    await player.take(step);
    await player.lookAround(step);
  }
  await player.close();
}

type StepOf<Name extends Step['do']> = Extract<Step, { do: Name }>;

class Player {
  readonly #app: TestApplication;
  readonly #bookings: KnownBooking[] = [];

  constructor(app: TestApplication) {
    this.#app = app;
  }

  /** `racing`: something else happens at the same time, so that more answers are right. */
  async take(step: Step, racing = false): Promise<void> {
    if (step.do === 'create') return this.#create(step);
    if (step.do === 'wait') return this.#app.moveClock({ advance: step.duration });
    if (step.do === 'both') {
      await Promise.all(step.steps.map((each) => this.take(each, true)));
      return;
    }
    const known = this.#bookings[step.booking % this.#bookings.length];
    if (!known) return;
    switch (step.do) {
      case 'read':
        return void (await this.#ask(known, 'GET', ''));
      case 'validate':
        return void (await this.#isReady(known));
      case 'patch':
        return this.#patch(known, step, racing);
      case 'checkout':
        return this.#checkOut(known, step, racing);
      case 'pay':
        return this.#pay(known, step);
      case 'cancel':
        return this.#cancel(known, racing);
    }
  }

  /** Reads every booking at rest: those that the step was not about are as they were, unless time passed. */
  async lookAround(step: Step): Promise<void> {
    const touched = touchedBy(step).map((index) => this.#bookings[index % this.#bookings.length]);
    for (const known of this.#bookings) {
      const before = known.shown;
      known.shown = await atRest(this.#app, known);
      judgeSums(known.shown);
      judgeMoney(known.shown);
      if (!waits(step) && !touched.includes(known) && before !== null) expect(known.shown).toEqual(before);
    }
  }

  /** No invariant is broken, and no booking has two payments that could still be paid. */
  async close(): Promise<void> {
    await eventually(async () => expect(await checkInvariants(this.#app.ctx)).toEqual([]));
    const twice = await select(
      this.#app.ctx,
      `select booking_id from payments where status in ('created', 'pending', 'processing')
       group by booking_id having count(*) > 1`,
    );
    expect(twice).toEqual([]);
  }

  async #create({ day, changes }: StepOf<'create'>): Promise<void> {
    const { miniMove, contact, ...plain } = bookingRequest({ pickupDate: day });
    const body = {
      ...plain,
      ...(changes.service === undefined && { miniMove }),
      ...(changes.contact !== 'none' && { contact }),
      ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== 'none')),
    };
    const reason = await this.#reasonAgainst(day);
    const answer = await this.#app.api.post('/api/v1/bookings', body, idempotencyKey());
    if (reason !== null && refusedDays.includes(reason)) {
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'pickupDate', code: reason }] } });
      return;
    }
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201, body: { status: 'inquiry' } });
    const { id, accessToken, price } = answer.body;
    const made = {
      id,
      path: `/api/v1/bookings/${id}`,
      token: accessToken,
      totalCents: price.totalCents,
      headers: { authorization: `Bearer ${accessToken}` },
    };
    this.#bookings.push({
      made,
      shown: null,
      payments: [],
      declines: 0,
      isCharged: false,
      chargedCents: 0,
      isCancelled: false,
      kept: new Map(),
      doubtful: new Set(),
    });
  }

  async #patch(known: KnownBooking, { patch }: StepOf<'patch'>, racing: boolean): Promise<void> {
    const before = known.shown;
    const reason = typeof patch.pickupDate === 'string' ? await this.#reasonAgainst(patch.pickupDate) : null;
    const answer = await this.#ask(known, 'PATCH', '', patch);
    if (racing) return expectOneOf(answer, racingPatch);
    if (!isEditable(before)) return expectRefusal(answer, 409, 'not_editable');
    if (answer.status === 422) {
      const isOfTheDay = reason !== null && refusedDays.includes(reason);
      const isHarmless = Object.keys(patch).every((name) =>
        ['instructions', 'contact', 'pickupDate'].includes(name),
      );
      expect(isOfTheDay || !isHarmless, JSON.stringify(answer.body)).toBe(true);
      expect(await atRest(this.#app, known)).toEqual(before);
      return;
    }
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const isRepriced = JSON.stringify(pricedPart(answer.body)) !== JSON.stringify(pricedPart(before));
    expect(answer.body.status).toBe(isRepriced ? 'inquiry' : before.status);
    if (!isRepriced) expect(answer.body.payment).toEqual(before.payment);
    else expect(['none', 'cancelled']).toContain(answer.body.payment.status);
  }

  async #checkOut(known: KnownBooking, step: StepOf<'checkout'>, racing: boolean): Promise<void> {
    const before = known.shown;
    const key = step.key === 'new' ? randomUUID() : step.key;
    const expectedTotalCents = Math.max(0, before.price.totalCents + step.off);
    const kept = known.kept.get(key);
    const isReady = racing || (await this.#isReady(known));
    const answer = await this.#ask(known, 'POST', '/checkout', { expectedTotalCents }, idempotencyKey(key));
    if (answer.status === 200) this.#keep(known, key, expectedTotalCents, answer.body.payment);
    else if (racing) known.doubtful.add(key);
    if (racing) return expectOneOf(answer, racingCheckout);
    if (kept) {
      if (kept.expectedTotalCents !== expectedTotalCents)
        return expectRefusal(answer, 422, 'idempotency_key_reused');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('idempotent-replayed')).toBe('true');
      expect(answer.body.payment?.id ?? null).toBe(kept.paymentId);
      return;
    }
    if (known.doubtful.has(key) && answer.body.code === 'idempotency_key_reused') return;
    this.#judgeCheckout(before, answer, { expectedTotalCents, isReady });
  }

  #judgeCheckout(before: any, answer: Answer, asked: { expectedTotalCents: number; isReady: boolean }): void {
    const { status, body } = answer;
    const refusal = checkoutRefusal(before);
    if (refusal !== null) return expectRefusal(answer, 409, refusal);
    const isHeld = before.status === 'pending_payment';
    if (!isHeld && !asked.isReady) {
      expect(['incomplete', 'exceeds_van', 'date_unavailable'], JSON.stringify(body)).toContain(body.code);
      return;
    }
    const isLocked = isHeld || new Date(before.price.lockedUntil) >= this.#app.ctx.clock.now();
    if (body.code === 'price_changed') {
      expect(body.price.totalCents).not.toBe(asked.expectedTotalCents);
      if (isLocked) expect(body.price.totalCents).toBe(before.price.totalCents);
      return;
    }
    if (body.code === 'discount_not_valid') {
      expect(!isHeld && before.price.discount?.applied).toBe(true);
      return;
    }
    expect(status, JSON.stringify(body)).toBe(200);
    const { price } = body.booking;
    expect(price.totalCents).toBe(asked.expectedTotalCents);
    if (body.payment === null) {
      expect(body.booking).toMatchObject({ status: 'confirmed', price: { amountDueCents: 0 } });
      return;
    }
    expect(body.booking.status).toBe('pending_payment');
    expect(body.payment.amountCents).toBe(price.amountDueCents);
    expect(body.payment.clientSecret).toMatch(/_secret_/);
  }

  #keep(known: KnownBooking, key: string, expectedTotalCents: number, payment: any): void {
    known.kept.set(key, { expectedTotalCents, paymentId: payment?.id ?? null });
    if (payment && !known.payments.some(({ id }) => id === payment.id)) known.payments.push(payment);
  }

  /** At the Stripe stand-in, which says by itself what an intent still allows. */
  async #pay(known: KnownBooking, { card, intent }: StepOf<'pay'>): Promise<void> {
    const payment = intent === 'last' ? known.payments.at(-1) : known.payments[0];
    if (!payment) return;
    const answer = await pay(this.#app, payment, card);
    if (answer.status === 'succeeded') {
      known.isCharged = true;
      known.chargedCents = answer.amount_received;
    }
    if (answer.error?.code === 'card_declined') known.declines += 1;
  }

  async #cancel(known: KnownBooking, racing: boolean): Promise<void> {
    const before = known.shown;
    const plan = await this.#ask(known, 'GET', '/cancellation');
    const answer = await this.#ask(known, 'POST', '/cancel', {}, idempotencyKey());
    if (answer.status === 200) known.isCancelled = true;
    if (racing) return expectOneOf(answer, ['booking_cancelled', 'not_cancellable', 'conflict']);
    const refusal = cancelRefusal(before);
    if (refusal !== null) return expectRefusal(answer, 409, refusal);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const start = instantOf(before.pickupDate, before.pickupHour ?? 8);
    const rate = policyRate(start.getTime() - this.#app.ctx.clock.now().getTime());
    const refundCents = known.isCharged ? policyRefund(known.chargedCents, rate) : 0;
    const promised = { refundBasisPoints: rate, refundCents };
    expect(plan.body).toMatchObject({ booking: { status: before.status }, ...promised });
    expect(answer.body).toMatchObject({ booking: { status: 'cancelled' }, ...promised });
  }

  async #isReady(known: KnownBooking): Promise<boolean> {
    const { status, body } = await this.#ask(known, 'POST', '/validate');
    expect(status).toBe(200);
    expect(body.ready).toBe(body.errors.length === 0);
    return body.ready;
  }

  /** Why the calendar says that a day cannot be booked, or `null`. */
  async #reasonAgainst(day: string): Promise<string | null> {
    const { body } = await this.#app.api.get(`/api/v1/availability?from=${day}&to=${day}`);
    return body.days[0].reason ?? null;
  }

  /** Asks as the booking's customer; the answer is held against the document. */
  async #ask(
    { made }: KnownBooking,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.#app.api.send(method, made.path + path, body, { ...made.headers, ...headers });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
    judgeSums(answer.body);
    return answer;
  }
}

function waits(step: Step): boolean {
  return step.do === 'both' ? step.steps.some(waits) : step.do === 'wait';
}

function touchedBy(step: Step): number[] {
  if (step.do === 'both') return step.steps.flatMap(touchedBy);
  return 'booking' in step ? [step.booking] : [];
}

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
}

function expectOneOf(answer: Answer, codes: readonly string[]): void {
  if (answer.status !== 200) expect(codes, JSON.stringify(answer.body)).toContain(answer.body.code);
}

/** What is due is the price less the credits, until it is paid; then nothing is. */
function judgeMoney({ status, price, payment, refundedCents }: any): void {
  const held = payment.status === 'succeeded' ? payment.amountCents - refundedCents : 0;
  expect(price.amountDueCents).toBe(price.totalCents - price.creditsCents - held);
  if (status === 'confirmed') expect(price.amountDueCents).toBe(0);
}
