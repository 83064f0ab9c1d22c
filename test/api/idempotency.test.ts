import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { idempotencyKey } from '../support/api.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, bookingRequest, checkOut, makeBooking } from '../support/bookings.ts';

let app: TestApplication;

beforeAll(async () => {
  app = await startTestApplication(moneyAlone);
});
afterAll(() => app.stop());

const book = (key: string, changes = {}) =>
  app.api.post('/api/v1/bookings', bookingRequest(changes), idempotencyKey(key));

describe('an idempotency key', () => {
  it('is required, of one to 255 printable characters', async () => {
    const none = await app.api.post('/api/v1/bookings', bookingRequest());
    expect(none).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } });
    const long = await book('k'.repeat(256));
    expect(long).toMatchObject({
      status: 422,
      body: { code: 'invalid', errors: [{ path: 'Idempotency-Key', code: 'invalid_format' }] },
    });
    expect((await book('k'.repeat(255))).status).toBe(201);
  });

  it('gives the same answer again, token included, however the body’s keys are ordered', async () => {
    const first = await book('again');
    const second = await app.api.post(
      '/api/v1/bookings',
      Object.fromEntries(Object.entries(bookingRequest()).toReversed()),
      idempotencyKey('again'),
    );
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect([first.headers.get('idempotent-replayed'), second.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
  });

  it('with another body is refused, and nothing is made', async () => {
    await book('other');
    const refused = await book('other', { coi: true });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused', errors: [{ path: 'Idempotency-Key' }] },
    });
  });

  it('sent fifty times at once makes one booking and one answer', async () => {
    const [before] = await select<{ count: number }>(app.ctx, 'select count(*)::int as count from bookings');
    const answers = await Promise.all(Array.from({ length: 50 }, () => book('fifty')));
    const [after] = await select<{ count: number }>(app.ctx, 'select count(*)::int as count from bookings');
    expect((after?.count ?? 0) - (before?.count ?? 0)).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('finds what was made before a crash took the answer', async () => {
    const first = await book('crash');
    await execute(app.ctx, `update idempotency_keys set answer = null, status = null where key = 'crash'`);
    const second = await book('crash');
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
  });

  it('keeps the answer of a new booking with it: without its answer it is not made', async () => {
    await execute(
      app.ctx,
      `alter table idempotency_keys add constraint full_disk check (key <> 'half' or answer is null) not valid`,
    );
    const contact = {
      firstName: 'Half',
      lastName: 'Done',
      email: 'half@example.com',
      phone: '(212) 555-0100',
    };
    expect((await book('half', { contact })).status).toBe(500);
    const halves = `select id from bookings where contact_email = 'half@example.com'`;
    expect(await select(app.ctx, halves)).toEqual([]);
    await execute(app.ctx, 'alter table idempotency_keys drop constraint full_disk');
    expect((await book('half', { contact })).status).toBe(201);
    expect(await select(app.ctx, halves)).toHaveLength(1);
  });

  it('of a refused request is free again', async () => {
    expect((await book('refused', { pickupDate: '2027-04-01' })).status).toBe(422);
    expect((await book('refused')).status).toBe(201);
  });

  it('belongs to its address: the same key checks out two bookings', async () => {
    const [one, two] = [await makeBooking(app), await makeBooking(app)];
    const first = await checkOut(app, one, { key: 'mine' });
    const second = await checkOut(app, two, { key: 'mine' });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body.payment.id).not.toBe(second.body.payment.id);
  });

  it('is looked up only for whoever may: without the token the kept answer is 404', async () => {
    const made = await makeBooking(app);
    await checkOut(app, made, { key: 'secret' });
    const stranger = await app.api.post(
      `${made.path}/checkout`,
      { expectedTotalCents: made.totalCents },
      idempotencyKey('secret'),
    );
    expect(stranger).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('of a checkout gives the same payment and its client secret, which is stored nowhere', async () => {
    const made = await makeBooking(app);
    const first = await checkOut(app, made, { key: 'pay' });
    const second = await checkOut(app, made, { key: 'pay' });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const stored = await select<{ text: string }>(
      app.ctx,
      'select answer::text as text from idempotency_keys',
    );
    expect(stored.length).toBeGreaterThan(0);
    for (const { text } of stored) {
      expect(text).not.toContain(made.token);
      expect(text ?? '').not.toMatch(/_secret_/);
    }
  });

  it('presents no token once that was revoked', async () => {
    const first = await book('revoked');
    await execute(app.ctx, 'update bookings set access_token_version = 2 where id = $1', [first.body.id]);
    const second = await book('revoked');
    expect(second.status).toBe(201);
    expect(second.body.accessToken).toBeUndefined();
    expect(
      (
        await app.api.get(`/api/v1/bookings/${first.body.id}`, {
          authorization: `Bearer ${first.body.accessToken}`,
        })
      ).status,
    ).toBe(404);
  });

  it('survives Stripe answering late, and its in-flight conflict: one intent in the end', async () => {
    const made = await makeBooking(app);
    await askStandIn(app, 'POST', '/_faults', { match: 'POST /v1/payment_intents', timeoutAfterWork: 1 });
    const answers = await Promise.all([
      checkOut(app, made, { key: 'late' }),
      checkOut(app, made, { key: 'late' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    const { data } = await askStandIn(app, 'GET', '/v1/payment_intents?limit=100');
    expect(data.filter((intent: any) => intent.metadata.booking_id === made.id)).toHaveLength(1);
  });

  it('is kept through an outage of Stripe: 503, then the same request succeeds', async () => {
    const made = await makeBooking(app);
    await askStandIn(app, 'POST', '/_faults', { match: 'POST /v1/payment_intents', error500: 3 });
    const refused = await checkOut(app, made, { key: 'outage' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'payment_provider_unavailable' } });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    const answer = await checkOut(app, made, { key: 'outage' });
    expect(answer).toMatchObject({ status: 200, body: { payment: { amountCents: made.totalCents } } });
  });
});
