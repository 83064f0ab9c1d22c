import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { DEMO_PASSWORD, type Who } from './panel.ts';

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

/** One for all files of a worker; it ends with it. */
let browser: Promise<Browser> | null = null;
/** What nobody sits in front of, by address: signed out, but with the panel's scripts still in its cache. */
const vacant = new Map<string, BrowserContext[]>();

/**
 * A browser that knows nobody in front of one address, as wide as asked; `others` are the origins that it may ask besides.
 */
export async function visit(address: string, width: number, others: readonly string[] = []): Promise<Visit> {
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
    if (![address, 'data:', ...others].some((known) => url.startsWith(known)))
      complaints.push(`outside: ${url}`);
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

/** Signed in as a person of that demo login, before any page: the door itself is gone through by keyboard elsewhere. */
export async function signIn(page: Page, who: Who): Promise<void> {
  const answer = await page.context().request.post('/admin/login', {
    form: { email: `${who}@totetaxi.test`, password: DEMO_PASSWORD },
    headers: { 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  });
  if (answer.headers().location !== '/admin') throw new Error(`${who} was not let in: ${answer.status()}`);
}

/** A day so many days from today, in the business zone or close to it. */
export function soon(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

interface Surcharge {
  readonly weekdays?: readonly string[];
  readonly from?: string;
  readonly to?: string;
}

const { surchargeRules } = JSON.parse(
  readFileSync(new URL('../../seeders/reference/rate-card.json', import.meta.url), 'utf8'),
) as { surchargeRules: readonly Surcharge[] };

/** The n-th day from two weeks ahead on that costs nothing more: no weekend, no holiday, whatever day the tests run. */
export function plainDay(n: number): string {
  let ahead = 14;
  for (let found = -1; found < n; ahead += 1) if (isPlain(soon(ahead))) found += 1;
  return soon(ahead - 1);
}

function isPlain(day: string): boolean {
  const weekday = new Date(day)
    .toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
    .toLowerCase();
  return surchargeRules.every(({ weekdays, from, to }) =>
    weekdays ? !weekdays.includes(weekday) : day < (from ?? '') || day > (to ?? ''),
  );
}
