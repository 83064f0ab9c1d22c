import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  addDays,
  formatServiceDay,
  parseServiceDay,
  type ServiceDay,
  serviceDayOf,
} from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import { chromiumPath, signIn, type Visit, visit } from '../support/browser.ts';
import { contextOver } from '../support/context.ts';
import { type Riding, rideIn, vanOf } from '../support/rides.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** The calendar of vans as staff have it before them. */

describe.skipIf(chromiumPath === null)('the calendar in a browser', () => {
  let app: SharedPanel;
  let close: () => Promise<void>;
  let ctx: Context;
  let day: ServiceDay;
  let booking: Riding;
  let current: Visit;
  beforeAll(async () => {
    app = await sharedPanel();
    ({ ctx, close } = contextOver(app.databaseUrl));
    // Both its neighbours are in the month, and no other walk comes so far.
    const monthAhead = addDays(serviceDayOf(ctx.clock.now()), 60);
    day = parseServiceDay(`${monthAhead.slice(0, 8)}15`);
    booking = await rideIn(ctx, { van: 'Van 1', slots: 2, day, firstName: 'Maya' });
    await rideIn(ctx, { van: 'Van 2', slots: 5, day, firstName: 'Owen' });
  });
  afterAll(() => close());
  afterEach(async () => {
    await current.close();
    expect(current.complaints).toEqual([]);
  });

  it('is read, opened and closed by keyboard alone', async () => {
    const page = await openMonth();
    await cell(page, 'Van 1').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toMatch(/^Van 2, .*: 5 of 6 slots taken/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toContain(`Van 1, ${formatServiceDay(addDays(day, -1))}`);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('[role=grid] [tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Van 1 on ${formatServiceDay(day)}` }).waitFor();
    expect(new URL(page.url()).searchParams.get('day')).toBe(day);
    await page.locator('.calendar-day h2:focus').waitFor();
    expect(await page.locator('.calendar-day').textContent()).toContain('Maya Doe');
    await page.keyboard.press('Escape');
    await page.locator('.calendar-day').waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/^Van 1, /);
    const month = await page.getByRole('heading', { level: 1 }).textContent();
    await page.keyboard.press('PageDown');
    await page
      .getByRole('heading', { level: 1, name: /^Vans in/ })
      .filter({ hasNotText: month ?? '' })
      .waitFor();
  });

  it('a booking moves by choice and by dragging, and back again', async () => {
    const page = await openMonth();
    await cell(page, 'Van 1').click();
    const chooser = page.getByLabel(/Move to another van/);
    await chooser.waitFor();
    expect(await chooser.locator('option').allTextContents()).toEqual([
      'Choose…',
      'Van 2 (1 slot free, not enough)',
      'Van 3 (6 slots free)',
    ]);
    await chooser.selectOption({ index: 2 });
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByText(`${booking.number} rides in Van 3`).waitFor();
    expect(await vanOf(ctx, booking)).toBe('Van 3');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`${booking.number} rides in Van 1`).waitFor();
    await page.locator('.rides li').dragTo(cell(page, 'Van 3'));
    await page.getByText(`${booking.number} rides in Van 3`).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`${booking.number} rides in Van 1`).waitFor();
    expect(await vanOf(ctx, booking)).toBe('Van 1');
  });

  it('closing a day warns, lists who rides, and is done only when said so', async () => {
    const page = await openMonth();
    await cell(page, 'Van 1').click();
    await page.getByRole('button', { name: 'Edit the day' }).click();
    await page.getByLabel('Open', { exact: true }).uncheck();
    await page.getByRole('button', { name: 'Save the day' }).click();
    const dialog = page.getByRole('dialog', { name: 'What will happen' });
    await dialog.waitFor();
    expect(await dialog.textContent()).toContain(`${booking.number} (Maya Doe)`);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing was changed.').waitFor();
    await page.getByRole('button', { name: 'Save the day' }).click();
    await dialog.getByRole('button', { name: 'Go ahead' }).click();
    await page.getByText(`${formatServiceDay(day)} saved.`).waitFor();
    await cell(page, 'Van 1').getByText('Over-full').waitFor();
  });

  async function openMonth(): Promise<Page> {
    current = await visit(app.api.address, 1440);
    const { page } = current;
    await signIn(page, 'staff');
    await page.goto(`/admin/pages/calendar?month=${day.slice(0, 7)}`);
    await cell(page, 'Van 1').waitFor();
    return page;
  }

  const cell = (page: Page, van: string) =>
    page.getByRole('gridcell', { name: new RegExp(`^${van}, ${formatServiceDay(day)}:`) });
  const focused = (page: Page) => page.evaluate('document.activeElement?.ariaLabel ?? ""').then(String);
});
