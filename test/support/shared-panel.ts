import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { signIn, visit } from './browser.ts';
import { freshDatabase } from './postgres.ts';
import { type AppProcess, startPanelProcess } from './process.ts';

export interface SharedPanel extends Omit<AppProcess, 'kill' | 'exited'> {
  readonly databaseUrl: string;
}

let shared: Promise<SharedPanel> | null = null;

/**
 * The built application with its panel, one for all files of a worker, and a browser that has loaded its scripts; both end
 * with the run. Those who walk through it see each other's bookings: each keeps to days of its own, and finds what is its
 * own by id or name.
 */
export function sharedPanel(): Promise<SharedPanel> {
  shared ??= start().catch((error: unknown) => {
    // The next file tries anew.
    shared = null;
    throw error;
  });
  return shared;
}

async function start(): Promise<SharedPanel> {
  const directory = inject('runDirectory');
  const { url } = await freshDatabase();
  const app = await startPanelProcess({
    DATABASE_URL: url,
    DATA_DIR: mkdtempSync(join(directory, 'panel-')),
  });
  writeFileSync(join(directory, `${app.pid}.pid`), '');
  await loadOnce(app.api.address);
  return { ...app, databaseUrl: url };
}

async function loadOnce(address: string): Promise<void> {
  const seen = await visit(address, 1440);
  await signIn(seen.page, 'staff');
  await seen.page.goto('/admin');
  await seen.page.getByRole('heading', { level: 1 }).waitFor();
  await seen.close();
}
