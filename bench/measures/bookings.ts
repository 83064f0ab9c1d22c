import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { addDays, realNow, serviceDayOf } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { accessTokenFor } from '../../src/resources/bookings/access-token.ts';
import { type Application, startApplication } from '../../src/start.ts';
import { type Clone, cloneInquiries } from '../clone-inquiries.ts';
import { type Load, load } from '../load.ts';
import { openReplay, record } from '../replay.ts';
import { judged, type Row, rateRow } from '../rows.ts';
import type { Scene } from '../scene.ts';

const json = { 'content-type': 'application/json' };
/** So many requests for each second that a round should last. */
const BOOKINGS_A_SECOND = 400;
const READS_A_SECOND = 1_600;
const SLOWEST_P99_MS = 200;
const SAME_SQL = 'the same SQL, bare pg';

/** Bookings made, read, changed and checked out, held against the same SQL from bare `pg`. */
export async function measureBookings(scene: Scene): Promise<Row[]> {
  const database = new pg.Client({ connectionString: scene.databaseUrl });
  await database.connect();
  // So many bookings on a day as no company has: room for them all, and each round begins with an empty day.
  await database.query('update vans set slots = 1000000, specialty_limit = 1000000');
  const own = await startOwn(scene);
  try {
    const template = await makeTemplate(own.address ?? '');
    const creation = await measureCreation(scene, own);
    const spread = await measureCheckout(scene, own, database, template, 'spread');
    const hot = await measureCheckout(scene, own, database, template, 'hot');
    const others = await measureOthers(scene, own, database, template);
    const byDay = {
      name: 'checkout, all on one day',
      size: scene.size,
      floor: 'spread over days',
      target: { atLeast: 0.5 },
    };
    return [
      creation,
      spread.row,
      hot.row,
      rateRow(byDay, hot.ours, spread.ours),
      ...others,
      ...[creation, spread.row, hot.row, ...others].map((row) => limitRow(scene, row)),
    ];
  } finally {
    await own.stop();
    await database.end();
  }
}

/** The application in this process, for its statements to be heard. */
function startOwn({ environment }: Scene): Promise<Application> {
  const config = loadConfig({ ...environment, PORT: '0', PANEL: 'off', LOG_LEVEL: 'error' });
  return startApplication(config, 'web', createLogger(config));
}

function bookingBody(day: string, who: number): string {
  return JSON.stringify({
    service: 'mini_move',
    pickupDate: day,
    pickupZip: '10001',
    deliveryZip: '10013',
    pickupWindow: 'morning',
    miniMove: { package: 'petite', itemCount: 12 },
    contact: {
      firstName: 'Ben',
      lastName: 'Chmark',
      email: `ben${who}@example.com`,
      phone: '(212) 555-0100',
    },
    pickupAddress: { line1: `${who} Main Street`, city: 'New York', state: 'NY', zip: '10001' },
    deliveryAddress: { line1: '2 Church Street', city: 'New York', state: 'NY', zip: '10013' },
  });
}

const today = () => serviceDayOf(realNow());
let people = 0;

/** One more person's request for one of the next months' days. */
function nextRequest() {
  people += 1;
  return {
    path: '/api/v1/bookings',
    headers: { 'idempotency-key': randomUUID() },
    body: bookingBody(addDays(today(), 20 + (people % 140)), people),
  };
}

async function measureCreation(scene: Scene, own: Application): Promise<Row> {
  const statements = await record(() => {
    const { path, headers, body } = nextRequest();
    return send((own.address ?? '') + path, headers, { method: 'POST', body });
  });
  const replay = await openReplay(scene.databaseUrl, statements, scene.connections);
  scene.say(`making bookings: ${replay.statements} statements`);
  const amount = BOOKINGS_A_SECOND * scene.seconds;
  const [ours, floor] = await inTurn(
    scene,
    () => load({ ...scene, url: scene.app.url, method: 'POST', headers: json, amount, next: nextRequest }),
    () => replayed(amount, scene.connections, () => replay.run(new Map())),
  );
  await replay.close();
  return rateRow({ name: 'booking made', size: scene.size, floor: SAME_SQL }, ours, floor);
}

const NONE: Clone = { id: '', day: '' };

interface Template {
  readonly id: string;
  readonly totalCents: number;
}

async function makeTemplate(address: string): Promise<Template> {
  const { path, headers, body } = nextRequest();
  const made = (await send(address + path, headers, { method: 'POST', body })) as {
    id: string;
    price: { totalCents: number };
  };
  return { id: made.id, totalCents: made.price.totalCents };
}

async function measureCheckout(
  scene: Scene,
  own: Application,
  database: pg.Client,
  template: Template,
  days: 'spread' | 'hot',
): Promise<{ row: Row; ours: Load[] }> {
  const amount = BOOKINGS_A_SECOND * scene.seconds;
  const [first = NONE] = await cloneInquiries(database, template, 1, days);
  const statements = await record(() => checkOut(own.address ?? '', first.id, template));
  const replay = await openReplay(scene.databaseUrl, statements, scene.connections);
  scene.say(`checking out, ${days}: ${replay.statements} statements`);
  const [ours, floor] = await inTurn(
    scene,
    async () => {
      const clones = await cloneInquiries(database, template, amount + scene.connections, days);
      return load({
        ...scene,
        url: scene.app.url,
        method: 'POST',
        headers: json,
        amount,
        next: () => checkoutRequest((clones.pop() ?? NONE).id, template),
      });
    },
    async () => {
      const clones = await cloneInquiries(database, template, amount, days);
      return replayed(amount, scene.connections, () => {
        const { id, day } = clones.pop() ?? NONE;
        return replay.run(
          new Map([
            [first.id, id],
            [first.day, day],
          ]),
        );
      });
    },
  );
  await replay.close();
  const name = days === 'spread' ? 'checkout' : 'checkout, all on one day';
  const target = days === 'spread' ? { atLeast: 0.5 } : {};
  return {
    ours,
    row: rateRow({ name, size: scene.size, floor: SAME_SQL, target }, ours, floor),
  };
}

async function measureOthers(
  scene: Scene,
  own: Application,
  database: pg.Client,
  template: Template,
): Promise<Row[]> {
  const asked = { ...scene, url: scene.app.url, headers: json };
  const operations = {
    'booking read': { suffix: '', method: 'GET', aSecond: READS_A_SECOND },
    'booking validated': { suffix: '/validate', method: 'POST', aSecond: READS_A_SECOND },
    'booking changed, new price': {
      suffix: '',
      method: 'PATCH',
      aSecond: BOOKINGS_A_SECOND,
      body: JSON.stringify({
        miniMove: { package: 'standard', itemCount: 20 },
        instructions: 'Third floor',
      }),
    },
  } as const;
  const rows: Row[] = [];
  for (const [name, { suffix, aSecond, ...operation }] of Object.entries(operations)) {
    const amount = aSecond * scene.seconds;
    const [first = NONE] = await cloneInquiries(database, template, 1, 'spread');
    const statements = await record(() => {
      const { path, headers } = addressOf(first.id, suffix);
      return send((own.address ?? '') + path, headers, operation);
    });
    const replay = await openReplay(scene.databaseUrl, statements, scene.connections);
    scene.say(`${name}: ${replay.statements} statements`);
    const inTheirTurn = async () => {
      const clones = await cloneInquiries(database, template, BOOKINGS_A_SECOND * scene.seconds, 'spread');
      let turn = 0;
      return () => (clones[turn++ % clones.length] ?? NONE).id;
    };
    const [ours, floor] = await inTurn(
      scene,
      async () => {
        const nextId = await inTheirTurn();
        return load({ ...asked, ...operation, amount, next: () => addressOf(nextId(), suffix) });
      },
      async () => {
        const nextId = await inTheirTurn();
        return replayed(amount, scene.connections, () => replay.run(new Map([[first.id, nextId()]])));
      },
    );
    await replay.close();
    rows.push(rateRow({ name, size: scene.size, floor: SAME_SQL }, ours, floor));
  }
  return rows;
}

/** One in a hundred may take so long and no longer. */
function limitRow({ size }: Scene, { name, ours, p50 = 0, p99 = 0 }: Row): Row {
  const facts = judged(
    { name: `${name}, p99`, size, floor: `${SLOWEST_P99_MS} ms`, target: { atMost: 1 } },
    p99 / SLOWEST_P99_MS,
  );
  return { ...facts, isCompared: false, ours: `${ours}`, floors: '', p50, p99 };
}

/** Ours, then the floor, so many rounds; a first short one is thrown away. */
async function inTurn(
  { rounds }: Scene,
  ours: () => Promise<Load>,
  floor: () => Promise<Load>,
): Promise<[Load[], Load[]]> {
  const found: [Load[], Load[]] = [[], []];
  for (let round = -1; round < rounds; round += 1) {
    const pair = [await ours(), await floor()] as const;
    if (round < 0) continue;
    found[0].push(pair[0]);
    found[1].push(pair[1]);
  }
  return found;
}

async function replayed(amount: number, connections: number, run: () => Promise<void>): Promise<Load> {
  const took: number[] = [];
  let left = amount;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        const at = performance.now();
        await run();
        took.push(performance.now() - at);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0;
  return { rate: amount / seconds, p50: at(0.5), p99: at(0.99) };
}

const { sessionSecret } = loadConfig({ APP_MODE: 'local' });

function addressOf(id: string, suffix: string) {
  const token = accessTokenFor({ sessionSecret }, { id, accessTokenVersion: 1 });
  return { path: `/api/v1/bookings/${id}${suffix}`, headers: { authorization: `Bearer ${token}` } };
}

function checkoutRequest(id: string, { totalCents }: Template) {
  const { path, headers } = addressOf(id, '/checkout');
  return {
    path,
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: JSON.stringify({ expectedTotalCents: totalCents }),
  };
}

function checkOut(address: string, id: string, template: Template): Promise<unknown> {
  const { path, headers, body } = checkoutRequest(id, template);
  return send(address + path, headers, { method: 'POST', body });
}

async function send(
  url: string,
  headers: Record<string, string>,
  operation: { readonly method: string; readonly body?: string },
): Promise<unknown> {
  const answer = await fetch(url, { ...operation, headers: { ...json, ...headers } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
