import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

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

/** A new browser in front of one address, as wide as asked. */
export async function visit(address: string, width: number): Promise<Visit> {
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
    if (!url.startsWith(address) && !url.startsWith('data:')) complaints.push(`outside: ${url}`);
  });
  return { page, complaints, close: () => browser.close() };
}
