import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { DEMO_PASSWORD } from './panel.ts';

/** Chromium as Debian and others install it, or `null`: its tests are skipped then, and the run says so. */
export const chromiumPath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? null;
if (chromiumPath === null) {
  process.stdout.write('Chromium is not installed: the tests in a browser are skipped.\n');
}

export interface Visit {
  readonly page: Page;
  /** What a quiet visit has none of: console messages, broken pages, requests to anywhere else. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A new browser in front of one address, as wide as asked; `others` are the origins that it may ask besides. */
export async function visit(address: string, width: number, others: readonly string[] = []): Promise<Visit> {
  const browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
  const context = await browser.newContext({ viewport: { width, height: 800 }, baseURL: address });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (![address, 'data:', ...others].some((known) => url.startsWith(known)))
      complaints.push(`outside: ${url}`);
  });
  return { page, complaints, close: () => browser.close() };
}

/** Through the door, as a person of that demo login. */
export async function signIn(page: Page, who: string): Promise<void> {
  await page.goto('/admin/login');
  await page.getByLabel('E-mail').fill(`${who}@totetaxi.test`);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/admin$/);
}

/** A day so many days from today, in the business zone or close to it. */
export function soon(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
