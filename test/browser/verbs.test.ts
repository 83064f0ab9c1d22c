import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awaitStatus, type Made, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { chromiumPath, plainDay, signIn, soon, type Visit, visit } from '../support/browser.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** Every verb of a booking, by its button, as staff meet it: what will happen, that it was done, and why it cannot be. */

describe.skipIf(chromiumPath === null)('the verbs of a booking', () => {
  let app: SharedPanel;
  let current: Visit;
  beforeAll(async () => {
    app = await sharedPanel();
  });
  beforeEach(async () => {
    current = await visit(app.api.address, 1280);
  });
  afterEach(async () => {
    await current.close();
    expect(current.complaints).toEqual([]);
  });

  it('of an inquiry: note, contact, change, duplicate, link', async () => {
    const { page } = current;
    await signIn(page, 'staff');
    const made = await makeBooking(app, { pickupDate: plainDay(1) });

    await open(page, made, 'Add note');
    await page.locator('#field-text').fill('Rings at noon');
    await page.getByRole('button', { name: 'Save' }).click();
    await told(page, 'Note added.');
    await page.locator('main', { hasText: 'Rings at noon' }).waitFor();

    await open(page, made, 'Edit notes and contact');
    await page.getByLabel('Office notes').fill('Third floor');
    await page.getByRole('button', { name: 'Save' }).click();
    await told(page, 'Booking saved.');

    await open(page, made, 'Change booking');
    await page.locator('#field-package').selectOption('standard');
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Change booking', 'Total: $1,725.00');
    await told(page, 'Booking saved: $1,725.00.');

    await open(page, made, 'Payment link');
    await confirm(page, 'Payment link');
    expect(await page.locator('#kept').inputValue()).toContain('/pay/');

    await open(page, made, 'Duplicate');
    await page.locator('#field-pickupDate').fill(plainDay(4));
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Duplicate', 'Makes a new inquiry');
    await told(page, / made like TT-/);
  }, 60_000);

  it('of an inquiry, by an admin: a price agreed, a test marked, archived and brought back', async () => {
    const { page } = current;
    await signIn(page, 'admin');
    const made = await makeBooking(app, { pickupDate: plainDay(2) });

    await open(page, made, 'Agree a price');
    await page.locator('#field-totalCents').fill('800');
    await page.locator('#field-reason').fill('A regular');
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Agree a price', 'from $995.00 to $800.00');
    await told(page, 'The price is $800.00 now.');

    await open(page, made, 'Test booking');
    await page.getByLabel('This is a test booking').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Test booking');
    await page.getByRole('heading', { level: 1, name: /^TT-/ }).waitFor();

    await open(page, made, 'Archive');
    await confirm(page, 'Archive', 'out of lists');
    await told(page, / archived\.$/);
    await page.goto(`/admin/resources/archivedBookings/records/${made.id}/show`);
    expect(await page.getByRole('link', { name: 'Restore', exact: true }).textContent()).toBe('Restore');
    await page.getByRole('link', { name: 'Restore', exact: true }).click();
    await confirm(page, 'Restore');
    await told(page, / restored\.$/);
  }, 60_000);

  it('of a confirmed booking: another day, another van, done, cancelled', async () => {
    const { page } = current;
    await signIn(page, 'staff');
    const made = await confirmed(plainDay(1));

    await open(page, made, 'Reschedule');
    await page.locator('#field-pickupDate').fill(plainDay(3));
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Reschedule', 'There is room in a van.');
    await told(page, / moved to /);

    await open(page, made, 'Move to another van');
    const van = page.locator('#field-vanId');
    await van.selectOption({ label: 'Van 2' });
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Move to another van');
    await page.getByRole('link', { name: 'Van 2' }).first().waitFor();

    await open(page, made, 'Cancel booking');
    await page.locator('#field-reason').fill('They moved away');
    await page.getByRole('button', { name: 'Continue' }).click();
    await confirm(page, 'Cancel booking', 'by policy (100%)');
    await page.getByText('Cancelled').first().waitFor();

    const other = await confirmed(plainDay(1));
    await open(page, other, 'Complete');
    await page.locator('#field-reason').fill('Driver called in');
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Complete');
    await page.getByText('Completed').first().waitFor();
    const main = page.locator('main', { hasText: 'Driver called in' });
    await main.waitFor();
    expect(await main.count()).toBe(1);
  }, 60_000);

  it('say like a colleague why they cannot be', async () => {
    const { page } = current;
    await signIn(page, 'staff');
    const made = await confirmed(plainDay(1));
    await open(page, made, 'Reschedule');
    await page.locator('#field-pickupDate').fill(soon(-3));
    await page.getByRole('button', { name: 'Save' }).click();
    await confirm(page, 'Reschedule', 'Not possible: this day has passed.');
    await page.getByRole('alert').getByText('This day has passed.').waitFor();
    const gone = await makeBooking(app, { pickupDate: plainDay(1) });
    await page.goto(`/admin/resources/bookings/records/${gone.id}/cancel`);
    await page.locator('#field-reason').fill('Nobody answers');
    const { status } = await app.api.post(
      `${gone.path}/cancel`,
      {},
      { ...gone.headers, 'idempotency-key': gone.id },
    );
    expect(status).toBe(200);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('This booking was cancelled').first().waitFor();
  }, 60_000);

  async function confirmed(pickupDate: string): Promise<Made> {
    const made = await makeBooking(app, { pickupDate });
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');
    return made;
  }
});

/** From the booking's page, where a verb leads back to it or not, by the button of that name. */
async function open(page: Page, made: Made, label: string): Promise<void> {
  const path = `/admin/resources/bookings/records/${made.id}/show`;
  if (new URL(page.url()).pathname !== path) await page.goto(path);
  await page.locator('main').getByRole('link', { name: label, exact: true }).click();
}

/** What will happen is said, and then done by the last word. */
async function confirm(page: Page, label: string, says = ''): Promise<void> {
  await page.getByRole('heading', { name: 'What will happen' }).waitFor();
  expect(await page.locator('.consequences').textContent()).toContain(says);
  await page.getByRole('button', { name: label, exact: true }).click();
}

async function told(page: Page, words: string | RegExp): Promise<void> {
  await page.getByText(words).first().waitFor();
}
