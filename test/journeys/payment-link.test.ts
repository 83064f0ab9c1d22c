import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkPage } from '../../src/api/pay/page.ts';
import type { Context } from '../../src/context.ts';
import { checkInvariants } from '../../src/jobs/checks/invariants.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { openPaymentLink } from '../../src/resources/bookings/open-payment-link.ts';
import { paymentLinkToken } from '../../src/resources/bookings/payment-link.ts';
import { type SentLink, sendPaymentLink } from '../../src/resources/bookings/send-payment-link.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  askStandIn,
  awaitStatus,
  checkOut,
  type Made,
  makeBooking,
  openPayment,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { TEST_NOW } from '../support/context.ts';

let app: TestApplication;
let office: Context;
beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
  const [{ id }] = (await select<{ id: string }>(
    app.ctx,
    `select id from staff_users where role = 'staff'`,
  )) as [{ id: string }];
  office = { ...app.ctx, actor: { type: 'staff', id, role: 'staff', name: 'Sam Staff' } };
});
beforeEach(() => app.moveClock({ now: TEST_NOW }));
afterAll(async () => {
  expect(await checkInvariants(app.ctx)).toEqual([]);
  await app.stop();
});

const pathOf = ({ url }: SentLink) => new URL(url).pathname;
const look = async (path: string) => {
  const { status, headers, body } = await app.api.get(path);
  return { status, headers, text: String(body.text) };
};
const payBy = async (path: string, card: string) => {
  const answer = await fetch(app.api.address + path, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ card }),
  });
  return { status: answer.status, location: answer.headers.get('location') ?? '' };
};
const linkFor = (made: Made) => sendPaymentLink(office, made.id);
const paymentsOf = (made: Made) =>
  select<{ status: string; amount_cents: number }>(
    app.ctx,
    'select status, amount_cents from payments where booking_id = $1 order by attempt',
    [made.id],
  );

describe('a payment link', () => {
  it('says what is booked and what is due, holds the day until it ends, and is paid', async () => {
    const made = await makeBooking(app);
    const link = await linkFor(made);
    expect(link.expiresAt.toISOString()).toMatch(/^2027-04-06T14:00/);
    const path = pathOf(link);

    const page = await look(path);

    expect(page.status).toBe(200);
    for (const words of ['TT-0', 'Mini move', 'Wed 12 May 2027', 'New York 10001', 'Amount due', '$995.00'])
      expect(page.text).toContain(words);
    expect(await readBooking(app, made)).toMatchObject({
      status: 'pending_payment',
      payment: { holdExpiresAt: expect.stringMatching(/^2027-04-06T14:00/) },
    });
    expect(await payBy(path, 'pm_card_visa')).toEqual({ status: 303, location: path });
    expect((await look(path)).text).toContain('paid and confirmed');
    await awaitStatus(app, made, 'confirmed');
    expect(await paymentsOf(made)).toEqual([{ status: 'succeeded', amount_cents: 99_500 }]);
  });

  it('is a page that keeps its token to itself and runs nothing foreign', async () => {
    const { headers, text } = await look(pathOf(await linkFor(await makeBooking(app))));
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toContain('unsafe');
    const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(text).toContain(`<style nonce="${nonce}">`);
    expect(text).not.toContain('js.stripe.com');
    expect(text).toMatch(/<label for="card">/);
  });

  it('is opened again and again with the same intent, and by many at once', async () => {
    const made = await makeBooking(app);
    const path = pathOf(await linkFor(made));
    const pages = await Promise.all(Array.from({ length: 6 }, () => look(path)));
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    await look(pathOf(await linkFor(made)));
    expect(await paymentsOf(made)).toEqual([{ status: 'pending', amount_cents: 99_500 }]);
  });

  it('takes over the hold and the intent of a checkout', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await app.moveClock({ advance: 'PT5M' });
    await look(pathOf(await linkFor(made)));
    const again = (await checkOut(app, made)).body.payment;
    expect(again.paymentIntentId).toBe(payment.paymentIntentId);
    expect(again.holdExpiresAt).toMatch(/^2027-04-06T14:05/);
  });

  it('tells a decline in words, and the bank may ask first', async () => {
    const made = await makeBooking(app);
    const path = pathOf(await linkFor(made));
    await payBy(path, 'pm_card_chargeDeclinedInsufficientFunds');
    expect((await look(path)).text).toContain('The card has insufficient funds.');
    const asked = await payBy(path, 'pm_card_authenticationRequired');
    expect(asked.location).toContain('/3ds/');
    expect((await payBy(path, 'pm_card_nonsense')).status).toBe(404);
  });

  it('gives three more attempts each time it is sent', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    for (let decline = 0; decline < 3; decline += 1) await pay(app, payment, 'pm_card_chargeDeclined');
    await awaitStatus(app, made, 'expired');
    expect((await checkOut(app, made)).body.code).toBe('attempts_exhausted');
    const path = pathOf(await linkFor(made));
    expect(await readBooking(app, made)).toMatchObject({ payment: { attemptsLeft: 3 } });
    await payBy(path, 'pm_card_visa');
    await awaitStatus(app, made, 'confirmed');
    expect(
      await select(
        app.ctx,
        `select actor_name, changes from audit_logs where booking_id = $1 and action = 'booking.paymentLinkSent'`,
        [made.id],
      ),
    ).toEqual([{ actor_name: 'Sam Staff', changes: { paymentAttemptsAllowed: [3, 6] } }]);
  });

  it('cancels an intent whose sum is no longer right, and opens one for what is due', async () => {
    const made = await makeBooking(app);
    const payment = await openPayment(app, made);
    await execute(
      app.ctx,
      `insert into credits (booking_id, kind, amount_cents, reason, created_at) values ($1, 'goodwill', 9500, 'Sorry', $2)`,
      [made.id, app.ctx.clock.now()],
    );
    const link = await linkFor(made);
    expect(link.dueCents).toBe(90_000);
    const old = await askStandIn(app, 'GET', `/v1/payment_intents/${payment.paymentIntentId}`);
    expect(old.status).toBe('canceled');
    expect((await look(pathOf(link))).text).toContain('$900.00');
    expect(await paymentsOf(made)).toEqual([
      { status: 'cancelled', amount_cents: 99_500 },
      { status: 'pending', amount_cents: 90_000 },
    ]);
  });

  it('ends with its day or at the cut-off, and the hold with it', async () => {
    const made = await makeBooking(app, { pickupDate: '2027-04-06' });
    const link = await linkFor(made);
    expect(link.expiresAt.toISOString()).toBe('2027-04-05T22:00:00.000Z');
    const path = pathOf(link);
    await look(path);
    await app.moveClock({ now: '2027-04-05T22:00:01Z' });
    await awaitStatus(app, made, 'expired');
    expect((await look(path)).text).toContain('This payment link has lapsed.');
    await expect(linkFor(made)).rejects.toMatchObject({ code: 'date_unavailable' });
  });

  it('lives until the pickup begins where staff passed the cut-off', async () => {
    const made = await makeBooking(app, { pickupDate: '2027-04-06', pickupWindow: 'morning' });
    await execute(app.ctx, `update bookings set cut_off_override_reason = 'A regular' where id = $1`, [
      made.id,
    ]);
    await app.moveClock({ now: '2027-04-05T23:00:00Z' });
    const link = await linkFor(made);
    expect(link.expiresAt.toISOString()).toBe('2027-04-06T12:00:00.000Z');
    expect((await look(pathOf(link))).text).toContain('Amount due');
    await app.moveClock({ now: '2027-04-06T12:00:01Z' });
    await awaitStatus(app, made, 'expired');
    await expect(linkFor(made)).rejects.toMatchObject({
      facts: { detail: 'The pickup window has begun: it is too late for a payment link.' },
    });
  });

  it('confirms a booking of nothing when it is opened', async () => {
    const made = await makeBooking(app);
    const all = [made.id, made.totalCents, app.ctx.clock.now()];
    await execute(
      app.ctx,
      `insert into credits (booking_id, kind, amount_cents, reason, created_at) values ($1, 'goodwill', $2, 'Ours', $3)`,
      all,
    );
    expect((await look(pathOf(await linkFor(made)))).text).toContain('paid and confirmed');
    expect((await readBooking(app, made)).status).toBe('confirmed');
  });

  it('is refused for what is paid or incomplete, and to viewers and customers', async () => {
    const made = await makeBooking(app);
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');
    await expect(linkFor(made)).rejects.toMatchObject({ code: 'already_paid' });
    const bare = await makeBooking(app, { contact: undefined, miniMove: { package: 'petite' } });
    await expect(linkFor(bare)).rejects.toMatchObject({
      code: 'incomplete',
      facts: { detail: 'Add this before it can be paid: the contact, the number of items.' },
    });
    const viewer: Context = { ...app.ctx, actor: { type: 'staff', id: '', role: 'viewer', name: 'V' } };
    const customer: Context = { ...app.ctx, actor: { type: 'customer', bookingId: bare.id, address: null } };
    for (const ctx of [viewer, customer])
      await expect(sendPaymentLink(ctx, bare.id)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('says that it is not valid when it is forged, revoked or nonsense', async () => {
    const made = await makeBooking(app);
    const path = pathOf(await linkFor(made));
    await execute(app.ctx, 'update bookings set access_token_version = 2 where id = $1', [made.id]);
    for (const wrong of [path, `${path}x`, '/pay/nonsense', '/pay/%E0%A4%A', `/pay/${'a'.repeat(5_000)}`]) {
      const { status, text } = await look(wrong);
      expect([wrong, status >= 400 && status < 500]).toEqual([wrong, true]);
      expect(text).not.toContain(made.id);
    }
    const kept = await Booking.findByPk(made.id);
    expect(kept?.status).toBe('inquiry');
  });

  it('meets a payment that comes at the same moment without a second charge', async () => {
    for (let round = 0; round < 6; round += 1) {
      const made = await makeBooking(app);
      const payment = await openPayment(app, made);
      const path = pathOf(await linkFor(made));
      await Promise.allSettled([pay(app, payment), linkFor(made), look(path), payBy(path, 'pm_card_visa')]);
      await awaitStatus(app, made, 'confirmed');
      const taken = (await paymentsOf(made)).filter(({ status }) => status === 'succeeded');
      expect(taken).toEqual([{ status: 'succeeded', amount_cents: 99_500 }]);
      expect(await paymentsOf(made)).toHaveLength(1);
    }
  });

  it('never charges a real card for a test booking', async () => {
    const made = await makeBooking(app);
    await execute(app.ctx, 'update bookings set is_test = true where id = $1', [made.id]);
    const { stripe } = app.ctx.config;
    const config = { ...app.ctx.config, stripe: stripe && { ...stripe, secretKey: 'sk_live_x' } };
    const booking = await Booking.findByPk(made.id, { rejectOnEmpty: true });
    const token = paymentLinkToken(config, booking, (await linkFor(made)).expiresAt);
    const opened = await openPaymentLink({ ...app.ctx, config }, token);
    expect(opened).toMatchObject({ state: 'refused', words: expect.stringContaining('test booking') });
    expect(await paymentsOf(made)).toEqual([]);
  });

  it('shows Stripe’s own form in production', async () => {
    const made = await makeBooking(app);
    const token = pathOf(await linkFor(made)).replace('/pay/', '');
    const opened = await openPaymentLink(app.ctx, token);
    const page = linkPage({ nonce: 'n', publishableKey: 'pk_live_</script>', isStandIn: false }, opened);
    expect(page).toContain('<script src="https://js.stripe.com/v3/"></script>');
    expect(page).toContain('pk_live_\\u003c/script>');
    expect(page).not.toContain('Test card');
  });
});
