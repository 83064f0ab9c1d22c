import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { checkOut, type Made, makeBooking, pay } from './bookings.ts';
import { freshDatabase } from './postgres.ts';
import { type AppProcess, startProcess } from './process.ts';
import { quietPort } from './quiet-port.ts';
import { enlargeVans } from './vans.ts';

/** The crash points of the source (`crashPoint(ctx, …)`), by the scenario in which they are hit. */
export const crashPoints = {
  checkout: [
    'checkout.reserved',
    'checkout.intent_created',
    'checkout.intent_stored',
    'settle.fetched',
    'settle.before_commit',
    'settle.committed',
    'expiry.intent_cancelled',
    'webhook.stored',
    'webhook.worked',
    'relay.added',
    'reconcile.before_mark',
  ],
  cancel: [
    'cancel.committed',
    'refund.sent',
    'refund.created',
    'refund.fetched',
    'refund.before_commit',
    'refund.committed',
  ],
  dispute: ['dispute.fetched', 'dispute.before_commit', 'dispute.committed'],
  road: [
    'deliveries.planned',
    'delivery.told',
    'mail.sent',
    'task.before_commit',
    'task.committed',
    'delivery.withdrawn',
  ],
  erasure: ['delivery.stripped'],
};

export const BOOKINGS = 4;
export const NOW = '2027-04-05T14:00:00Z';

export interface Scene {
  readonly databaseUrl: string;
  start(more?: Record<string, string>): Promise<AppProcess>;
}

/** A database and a data directory of their own, on which the application is started, killed and started again. */
export async function setScene(): Promise<Scene> {
  const database = await freshDatabase();
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-crash-'));
  const PORT = String(await quietPort());
  onTestFinished(async () => {
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    databaseUrl: database.url,
    async start(more = {}) {
      const app = await startProcess({ DATABASE_URL: database.url, DATA_DIR: directory, PORT, ...more });
      onTestFinished(() => app.kill('SIGKILL'));
      await enlargeVans(database.url);
      return app;
    },
  };
}

/** At `NOW`, so many inquiries. */
export async function makeBookings(app: AppProcess, count = BOOKINGS): Promise<Made[]> {
  await app.api.post('/local/clock', { now: NOW });
  return Promise.all(Array.from({ length: count }, () => makeBooking(app)));
}

/** Books, checks out and pays as customers do, whatever becomes of the server meanwhile. */
export async function live(
  app: AppProcess,
  made: readonly Made[],
  isPaying: (index: number) => boolean = () => true,
): Promise<void> {
  await Promise.allSettled(
    made.map(async (each, index) => {
      const { body } = await checkOut(app, each, { key: `checkout-${each.id}` });
      if (isPaying(index)) await pay(app, body.payment);
    }),
  );
}

/** The schedules run: reconciling, and the end of the holds that nobody paid. */
export async function letTimePass(app: AppProcess): Promise<void> {
  await app.api.post('/local/clock', { advance: 'PT11M' });
  await pause(500);
  await app.api.post('/local/clock', { advance: 'PT61M' });
}
