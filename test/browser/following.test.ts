import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookingPageUrl } from '../../src/resources/bookings/booking-page-link.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { makeBooking, openPayment, pay } from '../support/bookings.ts';
import { chromiumPath, visit } from '../support/browser.ts';
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
});
