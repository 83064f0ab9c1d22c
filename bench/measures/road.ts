import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { WebSocket } from 'ws';
import { addDays, realNow, serviceDayOf } from '../../src/clock.ts';
import { type Child, startApplication, startWorker } from '../children.ts';
import { at } from '../load.ts';
import { judged, type Row } from '../rows.ts';
import type { Scene } from '../scene.ts';

/** Paid first, so that nothing that is measured is the first of its kind. */
const WARM_UP = 30;
/** Stops are still told to Onfleet after the mails. */
const SETTLED_MS = 5_000;
const PAYMENTS = 100;
/** A payment is two events, each with its mail: the receipt and the confirmation. Ten a second are 20 events. */
const EVERY_MS = 100;
const mailTypes = ['payment_receipt', 'booking_confirmed'];
const SOCKETS = 500;
const CHANGES = 5;
const STARTS = 5;
const MAIL_WITHIN_MS = 2_000;
const SOCKET_WITHIN_MS = 1_000;

interface Booked {
  readonly id: string;
  readonly number: string;
  readonly token: string;
  readonly payment: { paymentIntentId: string; clientSecret: string; publishableKey: string };
}

type StandIns = Readonly<Record<'stripe' | 'onfleet' | 'mail', string>>;

/**
 * From what happens to who is told, by a web process, which has every stand-in, and a worker: 20 events a second, and then
 * 40, to their mails at SES, one change to 500 sockets, a driver who starts to the customer's socket. On a database of its own, so
 * that no other worker takes part.
 */
export async function measureRoad(scene: Scene): Promise<Row[]> {
  const { say, size } = scene;
  const name = `${new URL(scene.databaseUrl).pathname.slice(1)}_road`;
  const admin = new pg.Client({ connectionString: scene.databaseUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const databaseUrl = scene.databaseUrl.replace(/\/[^/]*$/, `/${name}`);
  const directory = mkdtempSync(join(tmpdir(), 'totetaxi-bench-road-'));
  const environment = {
    APP_MODE: 'local',
    DATABASE_URL: databaseUrl,
    DATA_DIR: directory,
    SEED: 'reference',
    PANEL: 'off',
    LOG_LEVEL: 'error',
  };
  const app = await startApplication(environment, { role: 'web' });
  const worker = startWorker(environment, app);
  try {
    const standIns = await ask<StandIns>(`${app.url}/local`);
    const booked: Booked[] = [];
    for (let who = 0; who < WARM_UP + 2 * PAYMENTS; who += 1) booked.push(await book(app, who));
    const first = booked.splice(0, WARM_UP);
    await paymentsToMails(standIns, first, EVERY_MS);
    await pause(SETTLED_MS);
    say('payments to mails');
    const mails = await paymentsToMails(standIns, booked.splice(0, PAYMENTS), EVERY_MS);
    await pause(SETTLED_MS);
    const twice = await paymentsToMails(standIns, booked, EVERY_MS / 2);
    await pause(SETTLED_MS);
    say(`one change to ${SOCKETS} sockets`);
    const changes = await changesToSockets(app);
    say('drivers to sockets');
    // Onfleet lists the oldest first, 64 a page.
    const starts = await startsToSockets(app, standIns, first.slice(0, STARTS));
    const row = (words: string, took: readonly number[], part: number, withinMs: number): Row => ({
      ...judged(
        { name: words, size, floor: `${withinMs / 1_000} s`, target: { atMost: 1 } },
        at(took, part) / withinMs,
      ),
      isRate: false,
      ours: `${at(took, part).toFixed(0)} ms`,
      floors: '',
      p50: at(took, 0.5),
      p99: at(took, 0.99),
    });
    return [
      row('event to mail at SES, 20/s, p95', mails, 0.95, MAIL_WITHIN_MS),
      { ...row('event to mail at SES, 40/s, p95', twice, 0.95, MAIL_WITHIN_MS), target: '', met: null },
      row(`change to the last of ${SOCKETS} sockets`, changes, 1, SOCKET_WITHIN_MS),
      row('driver starts to socket', starts, 1, SOCKET_WITHIN_MS),
    ];
  } finally {
    await worker.stop();
    await app.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Inquiry {
  readonly id: string;
  readonly number: string;
  readonly token: string;
  readonly totalCents: number;
}

interface Answered {
  readonly id: string;
  readonly number: string;
  readonly accessToken: string;
  readonly price: { readonly totalCents: number };
}

async function inquire(app: Child, who: number): Promise<Inquiry> {
  const { id, number, accessToken, price } = await ask<Answered>(`${app.url}/api/v1/bookings`, {
    headers: { 'idempotency-key': randomUUID() },
    body: {
      service: 'mini_move',
      pickupDate: addDays(serviceDayOf(realNow()), 20 + (who % 140)),
      pickupZip: '10001',
      deliveryZip: '10013',
      pickupWindow: 'flexible',
      miniMove: { package: 'petite', itemCount: 12 },
      contact: { firstName: 'Ben', lastName: 'Chmark', email: 'ben@example.com', phone: '(212) 555-0100' },
      pickupAddress: { line1: '1 Main Street', city: 'New York', state: 'NY', zip: '10001' },
      deliveryAddress: { line1: '2 Church Street', city: 'New York', state: 'NY', zip: '10013' },
    },
  });
  return { id, number, token: accessToken, totalCents: price.totalCents };
}

async function book(app: Child, who: number): Promise<Booked> {
  const made = await inquire(app, who);
  const { payment } = await ask<Pick<Booked, 'payment'>>(`${app.url}/api/v1/bookings/${made.id}/checkout`, {
    headers: { 'idempotency-key': randomUUID(), authorization: `Bearer ${made.token}` },
    body: { expectedTotalCents: made.totalCents },
  });
  return { ...made, payment };
}

interface Mail {
  readonly subject: string;
  readonly at: string;
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** Pays one booking after the other; gives the milliseconds from each payment to each of its mails. */
async function paymentsToMails(
  { stripe, mail }: StandIns,
  booked: readonly Booked[],
  everyMs: number,
): Promise<number[]> {
  const paidAt = new Map<string, number>();
  const paying: Promise<unknown>[] = [];
  for (const { number, payment } of booked) {
    paidAt.set(number, realNow().getTime());
    const form = new URLSearchParams({
      key: payment.publishableKey,
      client_secret: payment.clientSecret,
      payment_method: 'pm_card_visa',
    });
    paying.push(
      fetch(`${stripe}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
        method: 'POST',
        body: form,
      }),
    );
    await pause(everyMs);
  }
  await Promise.all(paying);
  // Seldom: to list all mails is work for the process that is measured. When each arrived it says itself.
  return eventually(async () => {
    const all = await ask<Mail[]>(`${mail}/messages`);
    const took = all
      .filter(({ tags }) => mailTypes.includes(tags.type?.[0] ?? ''))
      .flatMap(({ subject, at }) => {
        const began = paidAt.get(/TT-\d+/.exec(subject)?.[0] ?? '');
        return began === undefined ? [] : Date.parse(at) - began;
      });
    return took.length < mailTypes.length * booked.length ? null : took;
  }, 2_000);
}

async function changesToSockets(app: Child): Promise<number[]> {
  const inquiry = await inquire(app, 0);
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => follow(app, inquiry)));
  const took: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const heard = Promise.all(sockets.map((socket) => next(socket, 'booking.updated')));
    const began = performance.now();
    await ask(`${app.url}/api/v1/bookings/${inquiry.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${inquiry.token}` },
      body: { instructions: `Ring ${change} times` },
    });
    await heard;
    took.push(performance.now() - began);
  }
  for (const socket of sockets) socket.terminate();
  return took;
}

async function startsToSockets(
  app: Child,
  { onfleet }: StandIns,
  booked: readonly Booked[],
): Promise<number[]> {
  const took: number[] = [];
  for (const each of booked) {
    const drive = (verb: string, id: string) => ask(`${onfleet}/simulate/tasks/${id}/${verb}`, { body: {} });
    const socket = await follow(app, each);
    const pickup = await eventually(async () => {
      const { tasks } = await ask<{ tasks: { id: string; notes: string }[] }>(
        `${onfleet}/api/v2/tasks/all?from=0`,
        {
          method: 'GET',
          headers: { authorization: `Basic ${btoa('local-onfleet-key:')}` },
        },
      );
      return tasks.find(({ notes }) => notes.startsWith(`${each.number}, pickup`)) ?? null;
    });
    const assigned = next(socket, 'tracking.updated');
    await drive('assign', pickup.id);
    await assigned;
    const started = next(socket, 'tracking.updated');
    const began = performance.now();
    await drive('start', pickup.id);
    await started;
    took.push(performance.now() - began);
    await drive('complete', pickup.id);
    socket.terminate();
  }
  return took;
}

/** A socket that has had its snapshot. */
async function follow(app: Child, { id, token }: Pick<Inquiry, 'id' | 'token'>): Promise<WebSocket> {
  const { ticket } = await ask<{ ticket: string }>(`${app.url}/api/v1/bookings/${id}/live-ticket`, {
    headers: { authorization: `Bearer ${token}` },
    body: {},
  });
  const url = app.url.replace(/^http/, 'ws');
  const socket = new WebSocket(`${url}/api/v1/bookings/${id}/live?ticket=${ticket}`);
  await next(socket, 'snapshot');
  return socket;
}

function next(socket: WebSocket, type: string): Promise<void> {
  return new Promise((done, failed) => {
    const hear = (data: Buffer): void => {
      if (JSON.parse(data.toString('utf8')).type !== type) return;
      socket.off('message', hear);
      done();
    };
    socket.on('message', hear);
    socket.once('error', failed);
  });
}

async function ask<T = unknown>(
  url: string,
  call?: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: object;
  },
): Promise<T> {
  const answer = await fetch(url, {
    method: call?.method ?? (call ? 'POST' : 'GET'),
    ...(call && {
      headers: { 'content-type': 'application/json', ...call.headers },
      ...(call.body && { body: JSON.stringify(call.body) }),
    }),
  });
  // Onfleet's limit is for the whole organization: the application has most of it.
  if (answer.status === 429) return pause(1_000).then(() => ask<T>(url, call));
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Asks until there is an answer. */
async function eventually<T>(look: () => Promise<T | null>, everyMs = 100): Promise<T> {
  for (let waited = 0; waited < 60_000; waited += everyMs) {
    const found = await look();
    if (found !== null) return found;
    await pause(everyMs);
  }
  throw new Error('it did not come to that');
}
