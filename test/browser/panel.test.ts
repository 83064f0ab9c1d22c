import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeBooking } from '../support/bookings.ts';
import { chromiumPath, plainDay, signIn, type Visit, visit } from '../support/browser.ts';
import { DEMO_PASSWORD, type Panel, signedIn } from '../support/panel.ts';
import { type SharedPanel, sharedPanel } from '../support/shared-panel.ts';

/** The panel as staff have it before them: the built application in Chromium. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(chromiumPath === null)('in a browser', () => {
  let app: SharedPanel;
  let booking: { id: string };
  let entry: string;
  let current: Visit;
  beforeAll(async () => {
    app = await sharedPanel();
    const anyDay = plainDay(0);
    booking = await makeBooking(app, {
      pickupDate: anyDay,
      contact: { firstName: 'Maya', lastName: 'Brooks', email: 'maya@example.com', phone: '(917) 555-0142' },
    });
    await makeBooking(app, {
      pickupDate: anyDay,
      contact: {
        firstName: 'Ann',
        lastName: '</script><script>x',
        email: 'ann@example.com',
        phone: '2125550143',
      },
    });
  });
  beforeAll(async () => {
    const staff = await signedIn(app, 'staff');
    const { body } = await staff.record('bookings', booking.id, 'show');
    entry = body.record.screen.blocks.at(-1).entries.at(-1).id;
  });
  afterEach(async () => {
    await current.close();
    expect(current.complaints).toEqual([]);
  });

  it('staff find a booking by phone, edit a note, meet a conflict, export and sign out', async () => {
    current = await visit(app.api.address, 1440);
    const { page } = current;
    await signIn(page, 'staff');
    await page.goto('/admin');
    await page.getByLabel('Find a booking').fill('917-555-0142');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Maya Brooks/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('link', { name: /^TT-/ }).click();
    await page.getByRole('heading', { level: 1, name: /^TT-/ }).waitFor();
    expect(await page.locator('.summary').textContent()).toContain('(917) 555-0142');

    await page.getByRole('link', { name: 'Edit notes and contact' }).click();
    await page.getByLabel('Office notes').fill('Call before nine');
    await otherWrites('Gate code is with the doorman');
    await page.getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('alert', { name: 'Changed meanwhile' });
    await conflict.waitFor();
    expect(await conflict.textContent()).toContain('Gate code is with the doorman');
    expect(await conflict.textContent()).toContain('Call before nine');
    expect(await conflict.textContent()).toContain('Max Manager');
    await page.getByLabel(/^Use yours/).check();
    await page.getByRole('button', { name: 'Save with these choices' }).click();
    await page.getByText('Booking saved.').waitFor();
    await page.locator('main', { hasText: 'Call before nine' }).waitFor();

    await page.getByRole('link', { name: '← Bookings' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^bookings-\d{4}-\d\d-\d\d\.csv$/);
    expect(readFileSync(await file.path(), 'utf8')).toContain('Maya Brooks');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('the same door and desk by keyboard alone', async () => {
    current = await visit(app.api.address, 1024);
    const { page } = current;
    await page.goto('/admin');
    await page.locator('#email:focus').waitFor();
    await page.keyboard.type('staff@totetaxi.test');
    await page.keyboard.press('Tab');
    await page.keyboard.type(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin$/);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('brooks');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Maya Brooks/ }).waitFor();
    await tabTo(page, /^TT-/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^TT-/ }).waitFor();
    await tabTo(page, /^Sign out$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/login');
  });

  it('the timeline is sifted and the booking looked at as it was, by keyboard', async () => {
    await otherWrites('Shown in the </script> timeline');
    current = await visit(app.api.address, 1024);
    const { page } = current;
    await signIn(page, 'staff');
    await page.goto(`/admin/resources/bookings/records/${booking.id}/show`);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('Inquiry made').waitFor();
    await tabTo(page, /^Notes \d+$/);
    await page.keyboard.press('Enter');
    expect(await timeline.getByRole('button', { name: /^Notes/ }).getAttribute('aria-pressed')).toBe('true');
    expect(await timeline.getByText('Inquiry made').count()).toBe(0);
    expect(await timeline.textContent()).toContain('Shown in the </script> timeline');
    await timeline.getByRole('button', { name: /^All/ }).focus();
    await page.keyboard.press('Space');
    await timeline.getByRole('link', { name: /^As it was: Inquiry made/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^TT-\d+ as it was$/ }).waitFor();
    await page.getByText('Now: Shown in the </script> timeline').waitFor();
    await page.getByRole('link', { name: 'Newer entry →' }).click();
    await page.getByText('After Notes changed by Max Manager').waitFor();
    await page.getByRole('link', { name: /^← TT-/ }).click();
    await timeline.waitFor();
  });

  it('a booking is taken on the phone, and its payment link is paid', async () => {
    current = await visit(app.api.address, 1440);
    const { page } = current;
    await signIn(page, 'staff');
    await page.goto('/admin/resources/bookings');
    await page.getByRole('link', { name: 'New booking' }).click();
    await page.locator('#field-service').selectOption('airport_transfer');
    await page.locator('#field-direction').selectOption('to_airport');
    expect(await page.locator('#field-deliveryLine1, #field-package').count()).toBe(0);
    await page.locator('#field-service').selectOption('specialty_item');
    await page.getByLabel(/^Peloton/).fill('1');
    for (const [field, typed] of Object.entries({
      pickupDate: plainDay(0),
      firstName: 'Ann',
      lastName: 'Caller',
      email: 'ann@example.com',
      phone: '212 555 0144',
      pickupZip: '10001',
      pickupLine1: '1 Main Street',
      pickupCity: 'New York',
      deliveryLine1: '2 Church Street',
      deliveryCity: 'New York',
    }))
      await page.locator(`#field-${field}`).fill(typed);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Delivery ZIP' }).waitFor();
    await page.locator('#field-deliveryZip').fill('10013');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText(/^Total: \$/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator('#field-lastName').inputValue()).toBe('Caller');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Make the booking' }).click();
    await page.getByRole('heading', { level: 1, name: /^TT-/ }).waitFor();

    await page.getByRole('link', { name: 'Payment link' }).click();
    await page.getByRole('button', { name: 'Payment link' }).click();
    const { pathname } = new URL(await page.locator('#kept').inputValue());
    await page.goto(pathname);
    await page.getByRole('heading', { name: 'Pay for your booking' }).waitFor();
    expect(await shortcomings(page, '/pay')).toEqual([]);
    await page.getByRole('button', { name: /^Pay \$/ }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  }, 60_000);

  it('every kind of page fits its window and holds what WCAG 2 AA asks that a program can see', async () => {
    current = await visit(app.api.address, 1440);
    const { page } = current;
    await page.goto('/admin/login');
    const found = await shortcomings(page, '/admin/login');
    await signIn(page, 'admin');
    await page.goto('/admin');
    for (const [path, title] of pages()) {
      await follow(page, path);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await page.locator('.loading').waitFor({ state: 'detached' });
      found.push(...(await shortcomings(page, path)));
    }
    expect(found).toEqual([]);
    await page.evaluate(
      `document.querySelector('main').innerHTML += '<p style="width: 2000px"><img src="data:,"></p>'`,
    );
    expect(await shortcomings(page, 'planted')).toEqual([
      expect.stringContaining('planted image-alt'),
      ...windows.map((width) => `planted is wider than ${width}`),
    ]);
  }, 90_000);

  /** One of each kind, with its heading. */
  function pages(): [string, string | RegExp][] {
    const record = `/admin/resources/bookings/records/${booking.id}`;
    return [
      ['/admin', / \d{4}$/],
      ['/admin/resources/bookings', 'Bookings'],
      [`${record}/show`, /^TT-\d+$/],
      [`${record}/asItWas?entry=${entry}`, /as it was$/],
      [`${record}/change`, /^Change booking: /],
      ['/admin/resources/bookings/actions/new', 'New booking'],
      ['/admin/resources/refunds', 'Refunds'],
      ['/admin/resources/surchargeRules', 'Surcharge rules'],
      ['/admin/resources/surchargeRules/actions/new', 'New surcharge rule'],
      ['/admin/resources/staffUsers/actions/new', 'New person'],
      ['/admin/pages/calendar', /^Vans in /],
      ['/admin/pages/settings', 'Settings'],
      ['/admin/pages/profile', 'Your profile'],
    ];
  }

  async function otherWrites(notes: string): Promise<void> {
    const manager: Panel = await signedIn(app, 'manager');
    const { body } = await manager.record('bookings', booking.id, 'show');
    const { version } = body.record.params;
    const answer = await manager.record('bookings', booking.id, 'amend', { notes, version });
    expect(answer.body.notice.type).toBe('success');
  }
});

/** Goes on as a link of the panel does, without loading it anew. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
}

/** Presses Tab until something of that name has the focus, as a person would. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const focused = await page.evaluate('document.activeElement?.innerText ?? ""');
    if (name.test(String(focused).trim())) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${String(name)}`);
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Usual screens, and one at 200 % zoom. */
const windows = [1440, 1024, 640];

/** Whether anything on the page but the inside of a table that scrolls reaches beyond the window. */
const isTooWide = `[...document.querySelectorAll('main, main *')].some((element) =>
  !element.parentElement.closest('.scroll') && element.getBoundingClientRect().right > window.innerWidth)`;

async function shortcomings(page: Page, path: string): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })`,
  )) as AxeResults;
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${path} ${id}: ${html.slice(0, 120)}`),
  );
  for (const width of windows) {
    await page.setViewportSize({ width, height: 800 });
    if (await page.evaluate(isTooWide)) found.push(`${path} is wider than ${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 800 });
  return found;
}
