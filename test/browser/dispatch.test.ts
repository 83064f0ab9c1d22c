import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { select } from '../../src/resources/_kit/sql.ts';
import { eventually, type Made, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { chromiumPath, plainDay, signIn, type Visit, visit } from '../support/browser.ts';
import { contextOver } from '../support/context.ts';
import { awaitTasks, drive, type TaskRow } from '../support/road.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** The dispatch board as staff have it before them. */

describe.skipIf(chromiumPath === null)('the dispatch board in a browser', () => {
  const day = plainDay(7);
  let app: SharedPanel & { readonly ctx: Context };
  let close: () => Promise<void>;
  let current: Visit;
  let page: Page;
  let pickup: TaskRow;
  beforeAll(async () => {
    const started = await sharedPanel();
    const over = contextOver(started.databaseUrl);
    app = { ...started, ctx: over.ctx };
    close = async () => {
      await current?.close();
      await over.close();
    };
    const booking: Made = await makeBooking(app, { pickupDate: day });
    await pay(app, await openPayment(app, booking));
    [pickup] = await awaitTasks(app as never, booking);
    current = await visit(app.api.address, 1440);
    page = current.page;
    await signIn(page, 'staff');
    await page.goto(`/admin/pages/dispatch?day=${day}`);
    await page.getByText('Live', { exact: true }).waitFor();
  });
  afterAll(() => close());

  const lane = (name: string) => page.getByRole('region', { name, exact: true });
  const chooser = (leg: string) =>
    page.getByRole('combobox', { name: new RegExp(`Driver of TT-\\d+, ${leg}`) });

  it('gives a stop to a driver by keyboard, and takes it back; the focus goes along', async () => {
    await expectDriversKnown();
    const waiting = lane('Without a driver');
    await waiting.getByText('Pickup').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await chooser('Pickup').focus();
    const name = await chooser('Pickup').locator('option').nth(1).textContent();
    await page.keyboard.press('ArrowDown');
    expect((await driverOf(pickup)).driver_id).toBeNull();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(`${name} has this task.`).waitFor();
    await lane(name ?? '')
      .getByText('Pickup')
      .waitFor();
    expect((await driverOf(pickup)).driver_id).not.toBeNull();
    expect(await page.evaluate('document.activeElement?.closest(".stop")?.id')).toBe(`stop-${pickup.id}`);
    await chooser('Pickup').selectOption('');
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await page.getByText('It waits for a driver.').waitFor();
    await waiting.getByText('Pickup').waitFor();
  });

  it('follows what a driver does, while somebody is at another card', async () => {
    await chooser('Dropoff').focus();
    const chosen = await chooser('Dropoff').locator('option').nth(2).textContent();
    await chooser('Dropoff').selectOption({ index: 2 });
    await drive(app, pickup, 'assign');
    await drive(app, pickup, 'start');
    const card = page.locator(`#stop-${pickup.id}`);
    await card.getByText('On the way').waitFor();
    expect(await page.evaluate('document.activeElement?.ariaLabel')).toMatch(/Dropoff$/);
    expect(await chooser('Dropoff').locator('option:checked').textContent()).toBe(chosen);
    await page.getByRole('button', { name: /^On the way/ }).click();
    await chooser('Dropoff').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('state')).toBe('in_progress');
  });

  it('shows the photo when it is asked for', async () => {
    await drive(app, pickup, 'complete', { photo: true });
    await page.goto(`/admin/resources/deliveryTasks/records/${pickup.id}/show`);
    await page.getByRole('button', { name: 'Show Pickup: photo 1' }).click();
    const picture = page.getByRole('img', { name: 'Pickup: photo 1' });
    await picture.waitFor();
    const image = 'document.querySelector(".pictures img")';
    expect(await page.evaluate(`${image}.decode().then(() => ${image}.naturalWidth)`)).toBe(800);
    expect(current.complaints).toEqual([]);
  });

  async function expectDriversKnown(): Promise<void> {
    await eventually(async () =>
      expect((await select(app.ctx, 'select from drivers where is_active')).length).toBeGreaterThan(1),
    );
    await page.reload();
  }

  async function driverOf({ id }: TaskRow): Promise<{ driver_id: string | null }> {
    const [row] = await select<{ driver_id: string | null }>(
      app.ctx,
      'select driver_id from delivery_tasks where id = $1',
      [id],
    );
    return row ?? { driver_id: null };
  }
});
