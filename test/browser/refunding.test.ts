import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awaitStatus, eventually, makeBooking, openPayment, pay } from '../support/bookings.ts';
import { chromiumPath, plainDay, signIn, type Visit, visit } from '../support/browser.ts';
import type { Who } from '../support/panel.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** Money that goes back, as two people see it: one asks, the other decides, both read what came of it. */

describe.skipIf(chromiumPath === null)('a refund', () => {
  let app: SharedPanel;
  let visits: Visit[];
  beforeAll(async () => {
    app = await sharedPanel();
  });
  beforeEach(() => {
    visits = [];
  });
  afterEach(async () => {
    for (const each of visits) await each.close();
    expect(visits.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  async function comes(who: Who) {
    const seen = await visit(app.api.address, 1440);
    visits.push(seen);
    await signIn(seen.page, who);
    return seen.page;
  }

  /** Its own among those of others: it is known by its reason. */
  async function openRefund(page: Page): Promise<void> {
    const row = page.locator('main tr, main li').filter({ hasText: 'A scratched chair' });
    await row.locator('a[href*="/refunds/records/"]').first().click();
  }

  it('is asked for by one admin, who cannot approve it, and approved by another', async () => {
    const made = await makeBooking(app, { pickupDate: plainDay(5) });
    await pay(app, await openPayment(app, made));
    await awaitStatus(app, made, 'confirmed');

    const asking = await comes('admin');
    await asking.goto(`/admin/resources/bookings/records/${made.id}/show`);
    await asking.locator('main a[href*="/payments/records/"]').first().click();
    await asking.locator('main').getByRole('link', { name: 'Refund', exact: true }).click();
    await asking.locator('#field-amountCents').fill('120');
    await asking.locator('#field-reason').fill('A scratched chair');
    await asking.getByRole('button', { name: 'Save' }).click();
    await asking.getByText('Asks for $120.00 of $995.00 to go back to the card.').waitFor();
    await asking.getByRole('button', { name: 'Refund', exact: true }).click();
    await asking.getByText('Refund of $120.00 asked for; it waits for an admin.').waitFor();

    await asking.goto('/admin/resources/refunds?filters.view=waiting');
    await asking.getByText('A scratched chair').first().waitFor();
    await openRefund(asking);
    await asking.locator('main').getByRole('link', { name: 'Approve', exact: true }).click();
    await asking.getByText('You asked for it yourself: another admin has to decide.').waitFor();

    const deciding = await comes('manager');
    await deciding.goto('/admin');
    await deciding.getByText('A scratched chair').first().waitFor();
    await openRefund(deciding);
    await deciding.locator('main').getByRole('link', { name: 'Approve', exact: true }).click();
    await deciding.getByRole('button', { name: 'Approve', exact: true }).click();
    await deciding.getByText('Refund of $120.00 approved').first().waitFor();

    await eventually(async () => {
      await deciding.goto(`/admin/resources/bookings/records/${made.id}/show`);
      await deciding.getByText('Paid · $120.00 back, $875.00 left').waitFor({ timeout: 2_000 });
    });
    await deciding.goto('/admin/resources/bookings');
    await deciding.getByText('$120.00 back, $875.00 left').first().waitFor();
    for (const width of [1440, 1024]) {
      await deciding.setViewportSize({ width, height: 800 });
      expect(
        await deciding.evaluate(
          'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
        ),
      ).toBe(true);
    }
    await deciding.goto('/admin/resources/payments');
    await deciding.getByText('$875.00').first().waitFor();
    await deciding.goto('/admin/resources/webhookEvents?filters.source=stripe');
    await deciding.locator('main a[href*="/webhookEvents/records/"]').first().click();
    await deciding.getByText('"object": "').first().waitFor();
  }, 90_000);
});
