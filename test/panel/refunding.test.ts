import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { approveRefund } from '../../src/resources/payments/approve-refund.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { askStandIn, eventually, readBooking } from '../support/bookings.ts';
import { type Panel, signedIn, type Who } from '../support/panel.ts';
import {
  actingAs,
  atStripe,
  awaitRefunds,
  expectBalanced,
  type Paid,
  paidBooking,
  refundsIn,
} from '../support/refunds.ts';

/** Giving money of a payment back from the panel: asked for, decided by another admin, taken back; and events again. */

let app: TestApplication;
const panels = {} as Record<Who, Panel>;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  for (const who of ['admin', 'manager', 'staff', 'viewer'] as const) panels[who] = await signedIn(app, who);
});
afterAll(() => app.stop());

async function paymentOf(made: Pick<Paid, 'id'>): Promise<string> {
  const [payment] = await select<{ id: string }>(app.ctx, 'select id from payments where booking_id = $1', [
    made.id,
  ]);
  return payment?.id ?? '';
}

async function ask(who: Who, made: Paid, body: Record<string, unknown>) {
  const asked = { amountCents: 10_000, reason: 'A scratched chair', ...body };
  return panels[who].record('payments', await paymentOf(made), 'requestRefund', asked);
}

describe('a refund of a payment', () => {
  it('is previewed, asked for by staff, approved by an admin and paid out', async () => {
    const made = await paidBooking(app);
    const { body } = await ask('staff', made, { preview: true });
    expect(body.record.verb.consequences).toEqual([
      'Asks for $100.00 of $995.00 to go back to the card.',
      '$895.00 is left to refund then.',
      'An admin other than you approves it first; until then you can take it back.',
    ]);
    expect(await refundsIn(app, made)).toEqual([]);

    expect((await ask('staff', made, {})).body.notice).toMatchObject({ type: 'success' });
    const [asked] = await refundsIn(app, made);
    expect(asked).toMatchObject({ status: 'requested', amount_cents: 10_000, reason: 'A scratched chair' });
    const dashboard = (await panels.admin.get('/admin/api/dashboard')).body;
    expect(JSON.stringify(dashboard)).toContain('A scratched chair');

    await panels.admin.record('refunds', asked?.id ?? '', 'approve', {});
    await awaitRefunds(app, made, 'succeeded');
    expect(await readBooking(app, made)).toMatchObject({ refundedCents: 10_000, status: 'confirmed' });
    await expectBalanced(app, made);
  });

  it('is refused beyond what is left, at its field, in the preview and in the doing', async () => {
    const made = await paidBooking(app);
    await ask('staff', made, { amountCents: 99_000 });
    for (const preview of [true, undefined]) {
      const { body } = await ask('staff', made, { amountCents: 501, preview });
      expect(body.record.errors.amountCents.message).toBe('At most $5.00 is left to refund.');
    }
    for (const amountCents of [0, -5, 1.5, 'x', null]) {
      const { body } = await ask('staff', made, { amountCents });
      expect(body.record.errors).toHaveProperty('amountCents');
    }
    expect((await ask('staff', made, { reason: ' ' })).body.record.errors).toHaveProperty('reason');
    expect(await refundsIn(app, made)).toHaveLength(1);
  });

  it('asked for ten times at once never passes what was paid', async () => {
    const made = await paidBooking(app);
    await Promise.all(Array.from({ length: 10 }, () => ask('staff', made, { amountCents: 30_000 })));
    expect(await refundsIn(app, made)).toHaveLength(3);
  });

  it('is taken back by whoever asked, by nobody else, and not once it was decided', async () => {
    const made = await paidBooking(app);
    await ask('staff', made, {});
    const [{ id } = { id: '' }] = await refundsIn(app, made);
    const other = await panels.admin.record('refunds', id, 'withdraw', {});
    expect(other.body.record.baseError.type).toBe('ForbiddenError');
    expect((await panels.staff.record('refunds', id, 'withdraw', {})).body.notice.type).toBe('success');
    expect(await refundsIn(app, made)).toMatchObject([{ status: 'withdrawn' }]);
    await panels.staff.record('refunds', id, 'withdraw', {});
    await panels.admin.record('refunds', id, 'approve', {});
    expect(await refundsIn(app, made)).toMatchObject([{ status: 'withdrawn' }]);
  });

  it('is neither approved nor rejected by whoever asked, though the request is made by hand', async () => {
    const made = await paidBooking(app);
    await ask('admin', made, {});
    const [{ id } = { id: '' }] = await refundsIn(app, made);
    expect((await panels.admin.record('refunds', id, 'approve')).body.record.verb.consequences).toContain(
      'You asked for it yourself: another admin has to decide.',
    );
    for (const [verb, body] of [
      ['approve', {}],
      ['reject', { reason: 'Not mine' }],
    ] as const) {
      const { body: answer } = await panels.admin.record('refunds', id, verb, body);
      expect([verb, answer.notice.type]).toEqual([verb, 'error']);
    }
    expect(await refundsIn(app, made)).toMatchObject([{ status: 'requested' }]);
    expect(await atStripe(app, made.paymentIntentId)).toEqual([]);
    expect((await panels.manager.record('refunds', id, 'approve', {})).body.notice.type).toBe('success');
    await awaitRefunds(app, made, 'succeeded');
  });

  it('is approved once of fifty times at once, and paid out once', async () => {
    const made = await paidBooking(app);
    await ask('staff', made, {});
    const [{ id } = { id: '' }] = await refundsIn(app, made);
    const admin = await actingAs(app, 'admin');
    const decided = await Promise.allSettled(Array.from({ length: 50 }, () => approveRefund(admin, id)));
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await awaitRefunds(app, made, 'succeeded');
    const requests: { method: string; path: string; idempotencyKey: string }[] = await askStandIn(
      app,
      'GET',
      '/_requests',
    );
    const calls = requests.filter(({ method, path }) => method === 'POST' && path === '/v1/refunds');
    expect(calls.filter(({ idempotencyKey }) => idempotencyKey === `refund-${id}`)).toHaveLength(1);
    expect(await atStripe(app, made.paymentIntentId)).toHaveLength(1);
    const approvals = await select(
      app.ctx,
      `select from audit_logs where subject_id = $1 and action in ('refund.approved', 'refund.sent')`,
      [id],
    );
    expect(approvals).toHaveLength(2);
  });
});

describe('a webhook event', () => {
  const eventsOf = (made: Paid) =>
    select<{ id: string; status: string }>(
      app.ctx,
      `select id, status from webhook_events where type = 'payment_intent.succeeded'
         and body -> 'data' -> 'object' ->> 'id' = $1`,
      [made.paymentIntentId],
    );
  const replay = (who: Who, id: string) => panels[who].record('webhookEvents', id, 'replay', {});

  it('that was worked changes nothing when it is replayed, however often', async () => {
    const made = await paidBooking(app);
    await eventually(async () => expect(await eventsOf(made)).toMatchObject([{ status: 'done' }]));
    const [{ id } = { id: '' }] = await eventsOf(made);
    await Promise.all(Array.from({ length: 5 }, () => replay('admin', id)));
    await eventually(async () => expect(await eventsOf(made)).toMatchObject([{ status: 'done' }]));
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed' });
    await expectBalanced(app, made);
  });

  it('that failed is worked when it is replayed', async () => {
    const made = await paidBooking(app);
    const [{ id } = { id: '' }] = await eventually(async () => {
      const found = await eventsOf(made);
      expect(found).toMatchObject([{ status: 'done' }]);
      return found;
    });
    await execute(app.ctx, `update webhook_events set status = 'failed', last_error = 'gone' where id = $1`, [
      id,
    ]);
    expect((await replay('admin', id)).body.notice.type).toBe('success');
    await eventually(async () => expect(await eventsOf(made)).toMatchObject([{ status: 'done' }]));
  });

  it('that failed is worked with all others that failed, once each, however many ask', async () => {
    const mades = [await paidBooking(app), await paidBooking(app), await paidBooking(app)];
    const ids = await Promise.all(
      mades.map(async (made) => {
        const [event] = await eventually(async () => {
          const found = await eventsOf(made);
          expect(found).toMatchObject([{ status: 'done' }]);
          return found;
        });
        return event?.id ?? '';
      }),
    );
    const [first = '', second = '', worked = ''] = ids;
    await execute(
      app.ctx,
      `update webhook_events set status = 'failed', last_error = 'gone' where id in ($1, $2)`,
      [first, second],
    );
    const all = (who: Who, body?: object) => panels[who].record('webhookEvents', first, 'replayFailed', body);
    expect((await all('admin')).body.record.verb.consequences[0]).toBe(
      'Works 2 events that failed again, oldest first.',
    );
    for (const who of ['staff', 'viewer'] as const)
      expect((await all(who, {})).body.record?.baseError?.type).toBe('ForbiddenError');
    expect(await eventsOf(mades[0] as Paid)).toMatchObject([{ status: 'failed' }]);

    await Promise.all(Array.from({ length: 5 }, () => all('admin', {})));
    for (const made of mades)
      await eventually(async () => expect(await eventsOf(made)).toMatchObject([{ status: 'done' }]));
    const replayed = await select<{ subject_id: string }>(
      app.ctx,
      `select subject_id from audit_logs where action = 'webhookEvent.replayed' and subject_id in ($1, $2, $3)`,
      [first, second, worked],
    );
    expect(replayed.map(({ subject_id }) => subject_id).sort()).toEqual([first, second].sort());
    for (const made of mades) await expectBalanced(app, made);
  });
});
