import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import Stripe from 'stripe';
import { judged, type Row } from '../rows.ts';
import type { Scene } from '../scene.ts';

const EVENTS = 100;
const EVERY_MS = 50;

/** From a webhook's arrival to its job being done, at 20 a second, beside what a bare NOTIFY takes to be heard. */
export async function measureJobs(scene: Scene): Promise<Row[]> {
  const { app, environment, size, say } = scene;
  say('events to jobs');
  const client = new pg.Client({ connectionString: scene.databaseUrl });
  await client.connect();
  const mark = `evt_bench_${size}_`;
  for (let number = 0; number < EVENTS; number += 1) {
    await deliver(app.url, environment.STRIPE_WEBHOOK_SECRET ?? '', `${mark}${number}`);
    await pause(EVERY_MS);
  }
  const took = await untilDone(client, mark);
  const heard = await notifications(scene.databaseUrl, client);
  await client.end();
  const [p50, p99] = [at(took, 0.5), at(took, 0.99)];
  return [
    {
      ...judged(
        { name: 'event to job done', size, floor: 'NOTIFY to LISTEN, bare pg' },
        p50 / at(heard, 0.5),
      ),
      ours: `${p50.toFixed(1)} ms`,
      floors: `${at(heard, 0.5).toFixed(1)} ms`,
      p50,
      p99,
    },
  ];
}

async function deliver(url: string, secret: string, id: string): Promise<void> {
  const payload = JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.created',
    data: { object: { id: 'pi_bench_unknown', object: 'payment_intent' } },
  });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const answer = await fetch(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: payload,
  });
  if (!answer.ok) throw new Error(`event refused: ${answer.status}`);
}

async function untilDone(client: pg.Client, mark: string): Promise<number[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { rows } = await client.query<{ took: number }>(
      `select extract(epoch from worked_at - received_at)::float8 * 1000 as took from webhook_events
       where external_id like $1 and worked_at is not null`,
      [`${mark}%`],
    );
    if (rows.length === EVENTS) return rows.map(({ took }) => Math.max(1, took)).sort((a, b) => a - b);
    await pause(100);
  }
  throw new Error('the events were not worked');
}

async function notifications(databaseUrl: string, sender: pg.Client): Promise<number[]> {
  const listener = new pg.Client({ connectionString: databaseUrl });
  await listener.connect();
  await listener.query('listen bench');
  const took: number[] = [];
  for (let number = 0; number < EVENTS; number += 1) {
    const began = performance.now();
    const heard = new Promise<void>((done) => {
      listener.once('notification', () => done());
    });
    await sender.query(`notify bench`);
    await heard;
    took.push(performance.now() - began);
  }
  await listener.end();
  return took.sort((a, b) => a - b);
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
