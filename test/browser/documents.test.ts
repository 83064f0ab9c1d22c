import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitStatus, eventually, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { chromiumPath, plainDay, signIn, soon, type Visit, visit } from '../support/browser.ts';
import { mailsTo } from '../support/mail.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** A certificate's way through the panel: sent with a bar, cancelled, sent again, read beside the form, approved or rejected. */

const MB = 1_000_000;

describe.skipIf(chromiumPath === null)('documents on 1024 pixels', () => {
  let app: SharedPanel;
  let seen: Visit;
  beforeAll(async () => {
    app = await sharedPanel();
    const { s3 } = (await app.api.get('/local')).body;
    seen = await visit(app.api.address, 1024, [new URL(String(s3)).origin, 'chrome-extension:', 'chrome:']);
  });
  afterAll(async () => {
    await seen.close();
    expect(seen.complaints).toEqual([]);
  });

  it('are uploaded with a bar, reviewed beside the form, approved and rejected with a reason', async () => {
    const { page } = seen;
    const contact = { firstName: 'Jo', lastName: 'Doe', email: 'carla@example.com', phone: '2125550100' };
    const made = await makeBooking(app, { coi: true, pickupDate: plainDay(6), contact });
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');
    await signIn(page, 'staff');

    await page.goto(`/admin/resources/bookings/records/${made.id}/show`);
    const asFast = await slowly(page, 2 * MB);
    await page.locator('input[type="file"]').setInputFiles([
      { name: 'Good.pdf', mimeType: 'application/pdf', buffer: await pdfOf('A good certificate', MB) },
      { name: 'Poor.pdf', mimeType: 'application/pdf', buffer: await pdfOf('A poor certificate', 8 * MB) },
    ]);
    const item = (name: string) => page.locator('.uploads li', { hasText: name });
    await page.getByLabel('Sending Poor.pdf').waitFor();
    await eventually(async () => expect(await percentOf(page, 'Poor.pdf')).toBeGreaterThan(0));
    expect(await percentOf(page, 'Poor.pdf')).toBeLessThan(100);
    await item('Poor.pdf').getByRole('button', { name: 'Cancel' }).click();
    await item('Poor.pdf').getByText('Cancelled.').waitFor();
    await item('Good.pdf').getByText('Stored').waitFor();
    await asFast();
    await item('Poor.pdf').getByRole('button', { name: 'Try again' }).click();
    await item('Poor.pdf').getByText('Stored').waitFor();
    await page.getByRole('button', { name: 'Show them in the list' }).click();
    await page.locator('main a[href*="/documents/records/"]', { hasText: 'Poor.pdf' }).waitFor();

    await openReview(page, 'Good.pdf', 'Approve');
    for (const [field, words] of Object.entries({
      insurer: 'Harbor Mutual',
      policyNumber: 'HM-2291',
      certificateHolder: '215 W 88th St Owners Corp.',
      effectiveDate: soon(-30),
      expiryDate: soon(300),
      coverageCents: '1000000',
    }))
      await page.locator(`#field-${field}`).fill(words);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Harbor Mutual covers $1,000,000.00 for 215 W 88th St Owners Corp.').waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Certificate approved; the customer is told.').waitFor();

    await openReview(page, 'Poor.pdf', 'Reject');
    await page.locator('#field-reason').fill('The holder must be the owners.');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('The customer is told by mail: “The holder must be the owners.”').waitFor();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByText('Certificate rejected; the customer is told.').waitFor();
    await eventually(async () => {
      const mails = await mailsTo(app, contact.email);
      const rejection = mails.find(({ subject }) => subject.includes('needs a change'));
      expect(rejection?.text).toContain('The holder must be the owners.');
    });
    expect(
      await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
    ).toBe(true);
  }, 90_000);
});

/** A PDF of one page, with so many bytes beside its words. */
async function pdfOf(words: string, bytes: number): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'LETTER' });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  pdf.fontSize(24).text(words);
  pdf.file(randomBytes(bytes), { name: 'scan.bin' });
  const ended = once(pdf, 'end');
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Holds uploads down to so many bytes a second; gives what ends it. */
async function slowly(page: Page, bytesPerSecond: number): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const hold = (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await hold(bytesPerSecond);
  return async () => {
    await hold(-1);
    await session.detach();
  };
}

async function percentOf(page: Page, name: string): Promise<number> {
  return Number(await page.getByLabel(`Sending ${name}`).getAttribute('value'));
}

/**
 * From the queue to the form of a certificate that waits, where the browser's own viewer shows the file beside it:
 * it came from the store, and the page's policy let it in.
 */
async function openReview(page: Page, name: string, verb: string): Promise<void> {
  await page.goto('/admin/resources/cois?filters.view=waiting');
  const row = page.locator('main tr').filter({ hasText: name });
  await row.locator('a[href*="/cois/records/"]').first().click();
  await page.locator('main').getByRole('link', { name: verb, exact: true }).waitFor();
  const isFile = (answer: Response) => answer.headers()['content-type'] === 'application/pdf';
  const [file] = await Promise.all([
    page.waitForResponse(isFile),
    page.locator('main').getByRole('link', { name: verb, exact: true }).click(),
  ]);
  expect(file.status()).toBe(200);
  await page.locator(`.beside iframe[title="${name}"]`).waitFor();
}
