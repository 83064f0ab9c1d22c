import pg from 'pg';
import { loadConfig } from '../../src/config.ts';
import { storedKey } from '../../src/resources/documents/document.model.ts';
import { planPurge, purgeableSql, purgeBind } from '../../src/resources/documents/plan-purge.ts';
import { type FilesContext, putFile } from '../../src/resources/documents/s3/client.ts';
import { openBenchContext } from '../context.ts';
import { load } from '../load.ts';
import { judged, type Row, whole } from '../rows.ts';
import type { Scene } from '../scene.ts';
import { residentMb, timed } from '../watch.ts';
import { signIn } from './panel.ts';

/** As many as there are bookings, at most these, of together 1 GB. */
const MOST = 10_000;
const BYTES = 100_000;
const OF_A_BOOKING = 10;
const SENT_AT_ONCE = 16;
const LOOKS = 30;
const SLOWEST_MS = 150;
const LARGEST_GROWTH_MB = 64;

/**
 * Documents of old bookings, half of them kept long enough: searches of the panel, what a clean-up would take and the clean-up
 * itself, against the same SQL by bare `pg`, and what it does to memory. Rows say what such files weigh; the files in the
 * store have a hundredth of it, since nobody reads them here.
 */
export async function measureDocuments(scene: Scene): Promise<Row[]> {
  const { app, size, say } = scene;
  const client = new pg.Client({ connectionString: scene.databaseUrl });
  await client.connect();
  const amount = Math.min(MOST, size);
  say(`storing ${whole(amount)} documents`);
  const headers = {
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    cookie: await signIn(app.url, 'admin'),
  };
  // Of nothing: whoever is the first to need the file store loads its client, and that is no growth by documents.
  await askCleanUp(app.url, headers, {});
  const began = performance.now();
  const { rows: made } = await client.query<{ id: string; booking_id: string; customer_id: string | null }>(
    documentsSql,
    [amount, OF_A_BOOKING, BYTES],
  );
  await client.query('analyze documents');
  await store(app.url, made);
  say(`stored in ${whole(performance.now() - began)} ms`);
  const rows = await searches(scene, client, headers, made[Math.floor(made.length / 2)]);
  const cleaning = await cleanUp(scene, client, headers);
  await client.end();
  return [...rows, ...cleaning];
}

/** Of bookings that are over for so long that what is kept a year goes, and what is kept seven stays. */
const documentsSql = `
  insert into documents (booking_id, customer_id, category, file_name, content_type, byte_size, status, stored_at, uploader,
    created_at, updated_at)
  select b.id, b.customer_id, case when n % 2 = 0 then 'other' else 'invoice' end, 'file-' || b.number || '-' || n || '.pdf',
    'application/pdf', $3, 'stored', at, 'customer', at, at
  from (select id, customer_id, number, (pickup_date + time '12:00') at time zone 'America/New_York' as at from bookings
    where status in ('completed', 'cancelled') and pickup_date < current_date - 400 order by pickup_date, id
    limit ceil($1::int / $2::float8)) b, generate_series(1, $2::int) n
  limit $1 returning id, booking_id, customer_id`;

async function store(url: string, made: readonly { readonly id: string }[]): Promise<void> {
  const { s3 } = (await (await fetch(`${url}/local`)).json()) as { s3: string };
  const { files } = loadConfig({
    APP_MODE: 'local',
    AWS_ACCESS_KEY_ID: 'local-s3-key',
    AWS_SECRET_ACCESS_KEY: 'local-s3-secret',
    S3_BUCKET: 'totetaxi-files',
    S3_REGION: 'us-east-1',
    S3_ENDPOINT: s3,
    S3_FORCE_PATH_STYLE: 'true',
  });
  const ctx: FilesContext = { config: { files } };
  const body = Buffer.alloc(BYTES / 100, '%PDF-1.4\n');
  const left = [...made];
  const send = async () => {
    for (let next = left.pop(); next; next = left.pop())
      await putFile(ctx, { key: storedKey(next), contentType: 'application/pdf', body });
  };
  await Promise.all(Array.from({ length: SENT_AT_ONCE }, send));
}

async function searches(
  { app, size, say }: Scene,
  client: pg.Client,
  headers: Record<string, string>,
  known: { booking_id: string; customer_id: string | null } | undefined,
): Promise<Row[]> {
  if (!known) throw new Error('there is no old booking');
  const [day] = (
    await client.query<{ day: string }>(
      `select to_char(pickup_date, 'YYYY-MM-DD') as day from bookings where id = $1`,
      [known.booking_id],
    )
  ).rows;
  const list = `${app.url}/admin/api/resources/documents/actions/list`;
  const asked: readonly (readonly [name: string, query: string, where: string, value: unknown])[] = [
    ['booking', `filters.bookingId=${known.booking_id}`, 'booking_id = $1', known.booking_id],
    ['customer', `filters.customerId=${known.customer_id}`, 'customer_id = $1', known.customer_id],
    [
      'date',
      `filters.createdAt~~from=${day?.day}&filters.createdAt~~to=${day?.day}`,
      `created_at >= $1::date and created_at < $1::date + 1`,
      day?.day,
    ],
    ['name', 'filters.q=TT-0000', `file_name ilike '%' || $1 || '%'`, 'TT-0000'],
  ];
  const found: Row[] = [];
  for (const [by, query, where, value] of asked) {
    const name = `documents: search by ${by}`;
    say(name);
    const sql = `select * from documents where ${where} order by created_at desc, id limit 20`;
    const { p50, p99, rate } = await load({
      url: `${list}?${query}`,
      headers,
      connections: 1,
      seconds: 1,
      amount: LOOKS,
    });
    const floor = await timed(async () => {
      for (let look = 0; look < LOOKS; look += 1) await client.query(sql, [value]);
    });
    const facts = judged({ name, size, floor: `${SLOWEST_MS} ms`, target: { atMost: 1 } }, p50 / SLOWEST_MS);
    const floors = `${(floor / LOOKS).toFixed(1)} ms by bare pg`;
    found.push({ ...facts, ours: `${whole(rate)}/s`, floors, p50, p99 });
  }
  return found;
}

async function cleanUp(
  { app, size, rounds, say, databaseUrl }: Scene,
  client: pg.Client,
  headers: Record<string, string>,
): Promise<Row[]> {
  const ask = (body: object) => askCleanUp(app.url, headers, body);
  const { ctx, close } = openBenchContext(databaseUrl);
  const ids = (await planPurge(ctx)).map(({ id }) => id);
  const bind = await purgeBind(ctx);
  await close();
  say(`planning to take ${whole(ids.length)}`);
  await ask({ preview: true });
  const before = residentMb(app.pid);
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, residentMb(app.pid));
  }, 50);
  const [plans, planFloors]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    plans.push(await timed(() => ask({ preview: true })));
    planFloors.push(await timed(() => client.query(purgeableSql, bind)));
  }
  say('cleaning up');
  const floor = await timed(async () => {
    await client.query('begin');
    for (const id of ids)
      await client.query(
        `update documents set status = 'gone', gone_at = now(), gone_because = 'kept_long_enough' where id = $1`,
        [id],
      );
    await client.query('rollback');
  });
  const purge = await timed(() => ask({}));
  clearInterval(watch);
  const left = await client.query(`select from documents where id = any($1::uuid[]) and status <> 'gone'`, [
    ids,
  ]);
  if (left.rowCount !== 0) throw new Error(`${left.rowCount} documents were not taken`);
  const grown = Math.max(0, highest - before);
  const ms = (took: number) => `${whole(took)} ms`;
  const [plan, planFloor] = [Math.min(...plans), Math.min(...planFloors)];
  return [
    {
      ...judged(
        { name: 'documents: what a clean-up takes', size, floor: 'the same SQL, bare pg' },
        plan / planFloor,
      ),
      ours: ms(plan),
      floors: ms(planFloor),
    },
    {
      ...judged(
        { name: `documents: clean-up of ${whole(ids.length)}`, size, floor: 'its UPDATEs, bare pg' },
        purge / floor,
      ),
      ours: ms(purge),
      floors: ms(floor),
    },
    {
      ...judged(
        {
          name: 'documents: growth of memory',
          size,
          floor: `${LARGEST_GROWTH_MB} MB`,
          target: { atMost: 1 },
        },
        grown / LARGEST_GROWTH_MB,
      ),
      ours: `${whole(grown)} MB`,
      floors: '',
    },
  ];
}

async function askCleanUp(url: string, headers: Record<string, string>, body: object): Promise<void> {
  const answer = await fetch(`${url}/admin/api/resources/documentPurges/actions/new`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const { notice } = (await answer.json()) as { notice?: { type: string; message: string } };
  if (!answer.ok || notice?.type === 'error')
    throw new Error(`no clean-up: ${notice?.message ?? answer.status}`);
}
