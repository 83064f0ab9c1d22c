import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookingPageUrl } from '../../src/resources/bookings/booking-page-link.ts';
import { LARGEST_FILE_BYTES } from '../../src/resources/documents/document.states.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { makeBooking, openPayment, pay } from '../support/bookings.ts';
import { chromiumPath, visit } from '../support/browser.ts';
import { samples } from '../support/files.ts';
import { awaitTask, awaitTasks, drive } from '../support/road.ts';

/** The booking's own page in a browser: what happens is seen without looking again. */

describe.skipIf(chromiumPath === null)('the page of a booking', () => {
  let app: TestApplication;
  beforeAll(async () => {
    app = await startTestApplication();
  });
  afterAll(() => app.stop());

  it('follows it live: paid, and on the way', async () => {
    const made = await makeBooking(app);
    const visitor = await visit(app.api.address, 390);
    const { page, complaints } = visitor;
    try {
      const url = new URL(bookingPageUrl(app.ctx.config, { id: made.id, accessTokenVersion: 1 }));
      await page.goto(url.pathname);
      await page.getByText('This booking is not confirmed yet.').waitFor();
      await pay(app, await openPayment(app, made));
      await page.getByText('This booking is confirmed.').waitFor();
      const [pickup] = await awaitTasks(app, made);
      await drive(app, pickup, 'assign');
      await awaitTask(app, pickup, 'assigned');
      await drive(app, pickup, 'start', { etaSeconds: 900 });
      await page.getByText('Your things are on the way.').waitFor();
      await page.getByText(/^on the way with \w+, expected /).waitFor();
      expect(
        await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      ).toBe(true);
      const socketsAside = complaints.filter((each) => !each.startsWith('outside: ws:'));
      expect(socketsAside).toEqual([]);
    } finally {
      await visitor.close();
    }
  });

  it('takes the certificate, says what is wrong with another file, and shows the new state', async () => {
    const made = await makeBooking(app, { coi: true });
    // From the disk: through the browser's door 15 MB are slow.
    const directory = mkdtempSync(join(tmpdir(), 'totetaxi-large-'));
    const large = join(directory, 'large.pdf');
    writeFileSync(large, '');
    truncateSync(large, LARGEST_FILE_BYTES + 1);
    const visitor = await visit(app.api.address, 360);
    const { page, complaints } = visitor;
    try {
      const url = new URL(bookingPageUrl(app.ctx.config, { id: made.id, accessTokenVersion: 1 }));
      await page.goto(url.pathname);
      const file = page.getByLabel('PDF, JPEG or PNG, at most 15 MB');
      const send = page.getByRole('button', { name: 'Send the certificate' });
      await send.click();
      await page.getByText('Please choose the file first.').waitFor();
      await file.setInputFiles({ name: 'certificate.docx', mimeType: 'text/plain', buffer: samples.pdf });
      await page.getByText('This is no PDF, JPEG or PNG.').waitFor();
      await file.setInputFiles(large);
      await page.getByText('This file is larger than 15 MB.').waitFor();
      await file.setInputFiles({
        name: 'certificate.pdf',
        mimeType: 'application/pdf',
        buffer: samples.html,
      });
      await send.click();
      await page.getByText('The file is not what its name says.').waitFor();
      await file.setInputFiles({ name: 'certificate.pdf', mimeType: 'application/pdf', buffer: samples.pdf });
      await send.click();
      await page.getByText('We have your certificate and are checking it.').waitFor();
      expect(
        await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      ).toBe(true);
      const known = (each: string) =>
        each.startsWith('outside: ws:') || each.startsWith(`outside: ${app.s3}`);
      // The browser tells of the answer that refuses the file.
      expect(complaints.filter((each) => !known(each) && !/status of 422/.test(each))).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
      await visitor.close();
    }
  });
});
