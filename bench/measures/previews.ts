import { setTimeout as pause } from 'node:timers/promises';
import { at } from '../load.ts';
import { judged, type Row } from '../rows.ts';
import type { Scene } from '../scene.ts';
import { signIn } from './panel.ts';

const LOOKS = 400;
const EVERY_MS = 10;
/** What no template may hold another request up by (`product.md` §7). */
const LONGEST_WAIT_MS = 50;

/** Words that would never end, or eat all memory, each asked to be previewed in turn. */
const hostile = [
  { text: '{% for i in (1..9000) %}{% for j in (1..9000) %}x{% endfor %}{% endfor %}' },
  { html: '<p>{% for i in (1..1000000000) %}x{% endfor %}</p>' },
  {
    text: '{% assign s="xxxxxxxxxx" %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
  },
];

/** How long a request that asks for nothing takes while hostile words are previewed, against the same alone. */
export async function measurePreviews({ app, size, say }: Scene): Promise<Row[]> {
  say('hostile previews');
  const headers = {
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    cookie: await signIn(app.url, 'staff'),
  };
  const templates = `${app.url}/admin/api/resources/emailTemplates`;
  const list = (await (
    await fetch(`${templates}/actions/list?filters.type=reminder`, { headers })
  ).json()) as {
    records: readonly { readonly id: string }[];
  };
  const preview = `${templates}/records/${list.records[0]?.id}/preview`;
  const alone = await waits(app.url);
  let isOver = false;
  let refused = 0;
  const previewing = (async () => {
    while (!isOver) {
      const words = hostile[refused % hostile.length];
      const answer = await fetch(preview, { method: 'POST', headers, body: JSON.stringify(words) });
      const { record } = (await answer.json()) as { record?: { errors?: object } };
      if (Object.keys(record?.errors ?? {}).length === 0) throw new Error('hostile words were previewed');
      refused += 1;
    }
  })();
  const beside = await waits(app.url);
  isOver = true;
  await previewing;
  say(`refused ${refused}`);
  const [floor, ours] = [at(alone, 0.99), at(beside, 0.99)];
  return [
    {
      ...judged(
        {
          name: 'a request beside hostile previews, p99',
          size,
          floor: `${LONGEST_WAIT_MS} ms`,
          target: { atMost: 1 },
        },
        ours / LONGEST_WAIT_MS,
      ),
      ours: `${ours.toFixed(1)} ms`,
      floors: `${floor.toFixed(1)} ms alone`,
      p50: at(beside, 0.5),
      p99: ours,
    },
  ];
}

async function waits(url: string): Promise<number[]> {
  const took: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const began = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    took.push(performance.now() - began);
    await pause(EVERY_MS);
  }
  return took;
}
