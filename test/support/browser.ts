import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
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

let browser: Promise<Browser> | null = null;
/** Contexts that nobody sits in front of, by address: signed out, but with the panel's scripts still in their cache. */
const vacant = new Map<string, BrowserContext[]>();
afterAll(async () => {
  await (await browser)?.close();
});

/** A browser that knows nobody in front of one address, as wide as asked. */
export async function visit(address: string, width: number): Promise<Visit> {
  browser ??= chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
  const context = vacant.get(address)?.pop() ?? (await (await browser).newContext({ baseURL: address }));
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 800 });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith('data:')) complaints.push(`outside: ${url}`);
  });
  return {
    page,
    complaints,
    async close() {
      for (const each of context.pages()) await each.close();
      await context.clearCookies();
      vacant.set(address, [...(vacant.get(address) ?? []), context]);
    },
  };
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
