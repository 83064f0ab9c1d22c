import { addDays, realNow, serviceDayOf } from '../../src/clock.ts';
import { type Child, startScript } from '../children.ts';
import { type Load, load } from '../load.ts';
import { type Row, rateRow, type Target } from '../rows.ts';
import type { Scene } from '../scene.ts';

const json = { 'content-type': 'application/json' };

/** What customers look at before they book, held against servers that do nothing but answer the same. */
export async function measurePublic(scene: Scene): Promise<Row[]> {
  const [http, express] = await Promise.all([
    startScript('floors/http.ts'),
    startScript('floors/express.ts'),
  ]);
  try {
    const { app, size } = scene;
    const today = serviceDayOf(realNow());
    const quote = JSON.stringify({
      service: 'mini_move',
      pickupDate: addDays(today, 30),
      pickupZip: '10001',
      deliveryZip: '11937',
      pickupWindow: 'morning',
      coi: true,
      miniMove: { package: 'petite', itemCount: 12, packing: true, unpacking: false },
    });
    const days = `/api/v1/availability?from=${addDays(today, 1)}&to=${addDays(today, 61)}&service=mini_move&package=petite`;
    const quoted = await loads(scene, [http, express], {
      ours: `${app.url}/api/v1/quotes`,
      floor: '/echo',
      body: quote,
    });
    const looked = async (name: string, path: string): Promise<Row> => {
      const [ours = [], floor = []] = await loads(scene, [http], { ours: app.url + path, floor: '/bytes' });
      return row(scene, name, 'node:http, same bytes', { atLeast: 0.6 }, ours, floor);
    };
    return [
      row(scene, 'quotes', 'node:http and the schema', { atLeast: 0.6 }, quoted[0], quoted[1]),
      row(scene, 'quotes', 'Express as documented', { atLeast: 1.8 }, quoted[0], quoted[2]),
      await looked('catalogue', '/api/v1/catalog'),
      await looked('availability, 61 days', days),
    ].map((each) => ({ ...each, size }));
  } finally {
    await http.stop();
    await express.stop();
  }
}

function row(
  { size }: Scene,
  name: string,
  floor: string,
  target: Target,
  ours: readonly Load[] = [],
  floors: readonly Load[] = [],
): Row {
  return rateRow({ name, size, floor, target }, ours, floors);
}

/** Ours and each floor in turn, so many rounds; a first one is thrown away. */
async function loads(
  { connections, seconds, rounds, say }: Scene,
  floors: readonly Child[],
  plan: { readonly ours: string; readonly floor: string; readonly body?: string },
): Promise<Load[][]> {
  say(plan.ours);
  const { body } = plan;
  const asked = { connections, ...(body !== undefined && { method: 'POST' as const, headers: json, body }) };
  const answer = await fetch(plan.ours, body === undefined ? {} : { method: 'POST', headers: json, body });
  const bytes = await answer.text();
  for (const floor of floors) {
    // Express as documented knows no `/head`: it writes its own.
    await fetch(`${floor.url}/bytes`, { method: 'POST', headers: json, body: bytes });
    await fetch(`${floor.url}/head`, { method: 'POST', headers: json, body: JSON.stringify(headOf(answer)) });
  }
  const urls = [plan.ours, ...floors.map(({ url }) => url + plan.floor)];
  const found: Load[][] = urls.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, url] of urls.entries()) {
      const one = await load({ ...asked, url, seconds: round < 0 ? 1 : seconds });
      if (round >= 0) found[index]?.push(one);
    }
  }
  return found;
}

/** What the application writes into a head; the rest `node:http` adds by itself, as it does there. */
function headOf({ headers }: Response): object {
  const own = new Set(['connection', 'content-length', 'date', 'keep-alive']);
  return Object.fromEntries([...headers].filter(([name]) => !own.has(name)));
}
