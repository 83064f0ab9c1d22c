import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { exportSql } from '../../src/admin/export.ts';
import { readListQuery } from '../../src/admin/kit/list-query.ts';
import { registerResources } from '../../src/admin/kit/registry.ts';
import { bookings } from '../../src/resources/bookings/booking.resource.ts';
import { resources } from '../../src/resources/index.ts';
import { openBenchContext } from '../context.ts';
import { judged, type Row, whole } from '../rows.ts';
import type { Scene } from '../scene.ts';
import { residentMb, timed } from '../watch.ts';
import { signIn } from './panel.ts';

const LARGEST_GROWTH_MB = 64;
/** Of fewer the fixed part of a request shows. */
const MANY = 1_000_000;

/** The CSV of all bookings, held against COPY of the same query taken from the running server, and what it does to memory. */
export async function measureExport(scene: Scene): Promise<Row[]> {
  const { app, size, rounds, say } = scene;
  const headers = { 'sec-fetch-site': 'same-origin', cookie: await signIn(app.url) };
  const url = `${app.url}/admin/export/bookings.csv`;
  const client = new pg.Client({ connectionString: scene.databaseUrl });
  await client.connect();
  say('exporting');
  const query = await statement(scene.databaseUrl);
  const ours: number[] = [];
  const floor: number[] = [];
  let bytes = 0;
  await download(url, headers);
  const before = residentMb(app.pid);
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, residentMb(app.pid));
  }, 50);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(
      await timed(async () => {
        bytes = await download(url, headers);
      }),
    );
    floor.push(await timed(() => pipeline(client.query(copyTo(query)), nowhere())));
  }
  clearInterval(watch);
  await client.end();
  const ratios = ours.map((each, index) => each / (floor[index] ?? Number.NaN)).sort((a, b) => a - b);
  const ratio = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
  const seconds = (took: readonly number[]) => `${(Math.min(...took) / 1_000).toFixed(1)} s`;
  const grown = Math.max(0, highest - before);
  return [
    {
      ...judged(
        {
          name: 'export of all bookings',
          size,
          floor: 'COPY of the same query',
          ...(size >= MANY && { target: { atMost: 1.5 } }),
        },
        ratio,
      ),
      ours: `${seconds(ours)}, ${whole(bytes / 1e6)} MB`,
      floors: seconds(floor),
    },
    {
      ...judged(
        { name: 'export: growth of memory', size, floor: `${LARGEST_GROWTH_MB} MB`, target: { atMost: 1 } },
        grown / LARGEST_GROWTH_MB,
      ),
      ours: `${whole(grown)} MB`,
      floors: '',
    },
  ];
}

async function download(url: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(url, { headers });
  if (!answer.ok || !answer.body) throw new Error(`no export: ${answer.status}`);
  let bytes = 0;
  for await (const chunk of answer.body) bytes += (chunk as Uint8Array).byteLength;
  return bytes;
}

/** What the panel runs for a member of staff. */
async function statement(databaseUrl: string): Promise<string> {
  const { ctx, close } = openBenchContext(databaseUrl);
  registerResources(resources);
  const actor = { type: 'staff', id: '', role: 'staff', name: '' } as const;
  const sql = await exportSql({ ...ctx, actor }, bookings, readListQuery({}));
  await close();
  return sql;
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
