import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeBooking, readBooking } from '../support/bookings.ts';
import { chromiumPath, plainDay, signIn, type Visit, visit } from '../support/browser.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** The words of a mail as staff write them: the built application, its thread included, in Chromium. */

describe.skipIf(chromiumPath === null)('a template in a browser', () => {
  let app: SharedPanel;
  let current: Visit;
  let number: string;
  beforeAll(async () => {
    app = await sharedPanel();
    const made = await makeBooking(app, {
      pickupDate: plainDay(8),
      contact: { firstName: 'Ida', lastName: 'Writer', email: 'ida@example.com', phone: '(917) 555-0161' },
    });
    ({ number } = await readBooking(app, made));
  });
  afterEach(async () => {
    await current.close();
    expect(current.complaints).toEqual([]);
  });

  it('is written with the mail beside it, tested, saved, looked at and restored', async () => {
    current = await visit(app.api.address, 1440);
    const { page } = current;
    await signIn(page, 'staff');
    await page.goto('/admin');
    await page.getByRole('link', { name: 'E-mail templates' }).click();
    await page.getByRole('link', { name: 'Booking confirmed' }).click();
    await page.getByRole('link', { name: 'Edit' }).click();
    const mail = page.frameLocator('iframe[title="The mail in HTML"]');
    await mail.getByText('Hi Maya,').waitFor();
    expect(await page.locator('iframe').getAttribute('sandbox')).toBe('');

    await page.getByLabel('Booking', { exact: true }).fill(number);
    await mail.getByText('Hi Ida,').waitFor();
    await page.getByLabel('HTML').fill('<h1>Ready, ');
    await page.getByRole('button', { name: 'Insert firstName' }).click();
    await page.getByLabel('HTML').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('</h1');
    await page.getByText('This cannot be sent as it stands').waitFor();
    await page.locator('#field-html-error', { hasText: /not a tag/ }).waitFor();
    await page.keyboard.type('>');
    await mail.getByRole('heading', { name: 'Ready, Ida' }).waitFor();
    await page.getByRole('button', { name: 'Phone 360' }).click();
    expect((await page.locator('iframe').boundingBox())?.width).toBe(362);

    await page.getByRole('button', { name: 'Send a test to me' }).click();
    await page.getByText('The test went to staff@totetaxi.test.').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Template saved.').waitFor();
    await page.getByLabel('Subject').fill('Another subject');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Look at version 1' }).click();
    await page.getByText('These are the words of version 1').waitFor();
    expect(await page.getByLabel('Subject').inputValue()).toMatch(/is confirmed for/);
    await page.getByRole('button', { name: 'Back to your words' }).click();
    expect(await page.getByLabel('Subject').inputValue()).toBe('Another subject');
    await page.getByRole('row', { name: /^1 / }).getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('button', { name: 'Go ahead' }).click();
    await page.getByText('Version 1 is in place again.').waitFor();
    await page.getByRole('cell', { name: 'Version 1 restored' }).waitFor();
  }, 60_000);
});
