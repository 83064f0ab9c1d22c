import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { setPaper } from '../../src/resources/payments/papers/set-paper.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import { readBooking } from '../support/bookings.ts';
import { type Panel, signedIn, type Who } from '../support/panel.ts';
import { awaitRefunds, cancel, type Paid, paidBooking } from '../support/refunds.ts';

/** Receipts and refund notes: right to the cent, in any script, for whom the rules name. */

let app: TestApplication;
let made: Paid;
let number: string;
let payment: string;
const panels = {} as Record<Who, Panel>;
beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  for (const who of ['staff', 'viewer'] as const) panels[who] = await signedIn(app, who);
  made = await paidBooking(app, {
    contact: {
      firstName: 'Zoë',
      lastName: 'Łukasiewicz-Ångström Ελένη Жук',
      email: 'zoe@example.com',
      phone: '2125550100',
    },
  });
  number = (await readBooking(app, made)).number;
  const [row] = await select<{ id: string }>(app.ctx, 'select id from payments where booking_id = $1', [
    made.id,
  ]);
  payment = row?.id ?? '';
});
afterAll(() => app.stop());

async function fetchPaper(who: Who, kind: string, id: string) {
  const answer = await fetch(`${app.api.address}/admin/papers/${kind}/${id}.pdf`, {
    headers: { cookie: panels[who].cookie, 'sec-fetch-site': 'same-origin' },
    redirect: 'manual',
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes };
}

async function textOf(bytes: Uint8Array): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(bytes), { mergePages: true });
  return text.replace(/\s+/g, ' ');
}

describe('a receipt', () => {
  it('says who bought what, line by line, and what was paid', async () => {
    const { status, headers, bytes } = await fetchPaper('staff', 'receipts', payment);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="receipt-${number}-1.pdf"`);
    const text = await textOf(bytes);
    for (const said of [
      'Receipt',
      number,
      'Zoë Łukasiewicz-Ångström Ελένη Жук',
      'Mini move',
      'Wed 12 May 2027',
    ])
      expect(text).toContain(said);
    expect(text).toContain('Total of the booking $995.00');
    expect(text).toContain('Paid by this payment $995.00');
    expect(text).not.toMatch(/zoe@example|555|pi_|ch_|99500/);
  });

  it('is for everybody who sees payments, has nothing that reaches the customer, and is written down', async () => {
    expect((await fetchPaper('viewer', 'receipts', payment)).status).toBe(200);
    const [written] = await select<{ count: number }>(
      app.ctx,
      `select count(*)::int as count from audit_logs where subject_id = $1 and action = 'payment.paperWritten'`,
      [payment],
    );
    expect(written?.count).toBeGreaterThan(0);
  });

  it.each(['00000000-0000-4000-8000-000000000000', 'x', '..%2f..%2fetc'])(
    'of %s is not there',
    async (id) => {
      expect((await fetchPaper('staff', 'receipts', id)).status).toBe(404);
    },
  );

  it('of a payment that failed is not there, and nobody is let in without signing in', async () => {
    await execute(
      app.ctx,
      `insert into payments (booking_id, attempt, purpose, amount_cents, status, stripe_payment_intent_id, created_at, updated_at)
       values ($1, 9, 'booking', 100, 'failed', 'pi_failed', now(), now())`,
      [made.id],
    );
    const [failed] = await select<{ id: string }>(app.ctx, `select id from payments where status = 'failed'`);
    expect((await fetchPaper('staff', 'receipts', failed?.id ?? '')).status).toBe(404);
    const answer = await fetch(`${app.api.address}/admin/papers/receipts/${payment}.pdf`, {
      redirect: 'manual',
    });
    expect([302, 303, 401]).toContain(answer.status);
  });
});

it('a refund note says what went back, and the receipt says so too', async () => {
  const other = await paidBooking(app);
  await cancel(app, other);
  const [refund] = await awaitRefunds(app, other, 'succeeded');
  const { status, headers, bytes } = await fetchPaper('staff', 'refund-notes', refund?.id ?? '');
  const { number: of } = await readBooking(app, other);
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toBe(`attachment; filename="refund-note-${of}-R1.pdf"`);
  const text = await textOf(bytes);
  for (const said of ['Refund note', `${of}-R1`, `Receipt ${of}-1`, 'Refunded $995.00'])
    expect(text).toContain(said);
  const receipt = await fetchPaper('staff', 'receipts', refund?.payment_id ?? '');
  expect(await textOf(receipt.bytes)).toContain('Refunded since −$995.00');
});

it('a paper with more lines than a page, and words longer than one, goes on overleaf', async () => {
  const lines = Array.from({ length: 90 }, (_, index) => ({
    label: `Line ${index} ${'x'.repeat(90)}`,
    amountCents: index,
  }));
  const bytes = await setPaper({
    title: 'Receipt',
    number: 'TT-000001-1',
    facts: [['Customer', 'Y'.repeat(300)]],
    lines,
    totals: [{ label: 'Total', amountCents: 4_005 }],
    foot: 'End.',
    madeAt: new Date('2027-04-05T14:00:00Z'),
  });
  const document = await getDocumentProxy(new Uint8Array(bytes));
  expect(document.numPages).toBeGreaterThan(1);
  const text = await textOf(new Uint8Array(bytes));
  expect(text).toContain('Line 89');
  expect(text).toContain('Total $40.05');
});
