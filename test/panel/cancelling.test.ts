import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/api.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { makeBooking, openPayment, readBooking } from '../support/bookings.ts';
import { type Panel, signedIn, type Who } from '../support/panel.ts';
import { awaitRefunds, paidBooking, refundsIn } from '../support/refunds.ts';

/** Cancelling a booking in the panel and deciding its refund: what is said before, and what happens. */

let app: TestApplication;
const panels = {} as Record<Who, Panel>;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  for (const who of ['admin', 'manager', 'staff', 'viewer'] as const) panels[who] = await signedIn(app, who);
});
afterAll(() => app.stop());

const cancel = (who: Who, id: string, body: Record<string, unknown>) =>
  panels[who].record('bookings', id, 'cancel', { reason: 'They called', ...body });
const consequences = (answer: Answer): string[] => answer.body.record.verb.consequences;

describe('cancelling', () => {
  it('says first what becomes of the money and of the day, and does nothing by it', async () => {
    const made = await paidBooking(app);
    const { number } = await readBooking(app, made);
    expect(consequences(await cancel('staff', made.id, { preview: true }))).toEqual([
      `Cancels ${number} for good; its customer can no longer pay or change it.`,
      'Paid $995.00, refunded $0.00, left $995.00.',
      'Refunds $995.00 to the card by policy (100%).',
      'The refund waits for an admin other than you.',
      'Frees the van on Wed 12 May 2027.',
    ]);
    expect(consequences(await cancel('staff', made.id, { preview: true, refundCents: 20_000 }))).toContain(
      'Refunds $200.00 to the card; by policy (100%) it would be $995.00.',
    );
    await app.moveClock({ now: '2027-05-10T13:00:00Z' });
    const generous = await cancel('staff', made.id, { preview: true, refundCents: 99_500 });
    await app.moveClock({ now: '2027-04-05T14:00:00Z' });
    expect(consequences(generous)).toEqual(
      expect.arrayContaining([
        'Refunds $995.00 to the card; by policy (50%) it would be $497.50.',
        'That is more than the policy gives: an admin has to agree.',
      ]),
    );
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed' });
    expect(await refundsIn(app, made)).toEqual([]);
  });

  it('says so of a booking that nobody paid yet', async () => {
    const made = await makeBooking(app);
    await openPayment(app, made);
    expect(consequences(await cancel('staff', made.id, { preview: true }))).toEqual(
      expect.arrayContaining([
        'Nothing was paid, so nothing goes back.',
        'Ends the payment that is under way; money that still comes goes back whole.',
      ]),
    );
    const answer = await cancel('staff', made.id, {});
    expect(answer.body.notice).toMatchObject({
      type: 'success',
      message: expect.stringMatching(/cancelled\.$/),
    });
  });

  it('asks for a reason and for no more than is left, at the fields', async () => {
    const made = await paidBooking(app);
    const nothing = await panels.staff.record('bookings', made.id, 'cancel', {});
    expect(nothing.body.record.errors).toHaveProperty('reason');
    const tooMuch = await cancel('staff', made.id, { refundCents: 99_501 });
    expect(tooMuch.body.record.errors.refundCents.message).toBe('At most $995.00 is left to refund.');
    expect(await readBooking(app, made)).toMatchObject({ status: 'confirmed' });
  });

  it('is finished by another admin, who sees what was asked for; whoever asked cannot', async () => {
    const made = await paidBooking(app);
    const { body } = await cancel('admin', made.id, {});
    expect(body.notice.message).toMatch(/cancelled\. The refund of \$995\.00 waits for an admin\.$/);
    const [refund] = await refundsIn(app, made);
    const id = refund?.id ?? '';
    const own = await panels.admin.record('refunds', id, 'approve');
    expect(consequences(own)).toContain('You asked for it yourself: another admin has to decide.');
    expect((await panels.admin.record('refunds', id, 'approve', {})).body.record.baseError.type).toBe(
      'ForbiddenError',
    );
    expect(consequences(await panels.manager.record('refunds', id, 'approve'))).toEqual([
      'Sends $995.00 back to the card. That cannot be undone.',
      'Asked for because: Cancelled by the office: They called',
    ]);
    await panels.manager.record('refunds', id, 'approve', {});
    await awaitRefunds(app, made, 'succeeded');
    const shown = await panels.staff.record('bookings', made.id, 'show');
    expect(JSON.stringify(shown.body)).toContain('Left with us');
  });

  it('keeps the money when the refund is rejected, with a reason', async () => {
    const made = await paidBooking(app);
    await cancel('staff', made.id, {});
    const [refund] = await refundsIn(app, made);
    const empty = await panels.admin.record('refunds', refund?.id ?? '', 'reject', {});
    expect(empty.body.record.errors).toHaveProperty('reason');
    await panels.admin.record('refunds', refund?.id ?? '', 'reject', { reason: 'Agreed otherwise' });
    expect(await refundsIn(app, made)).toMatchObject([{ status: 'rejected' }]);
    expect(await readBooking(app, made)).toMatchObject({ refundedCents: 0, price: { amountDueCents: 0 } });
  });
});
