import pg from 'pg';
import { type Load, load } from '../load.ts';
import { judged, middle, type Row, whole } from '../rows.ts';
import type { Scene } from '../scene.ts';

const same = { 'sec-fetch-site': 'same-origin' };
/** What a list may take at a hundred thousand bookings. */
const SLOWEST_MS = 150;
const LOOKS = 30;

interface Seen {
  readonly scene: Scene;
  readonly headers: Record<string, string>;
  readonly pages: Readonly<Record<string, string>>;
}

/**
 * The panel's lists, searches and pages, one after the other as a person asks, in rounds. All sizes take turns at each page,
 * so that what is compared was asked in the same seconds.
 */
export async function measurePanel(scenes: readonly Scene[]): Promise<Row[]> {
  const seen: Seen[] = [];
  for (const scene of scenes) seen.push(await enter(scene));
  const found: Row[] = [];
  for (const name of Object.keys(seen[0]?.pages ?? {})) {
    scenes[0]?.say(name);
    const looks = seen.map((): Load[] => []);
    for (let round = -1; round < (scenes[0]?.rounds ?? 0); round += 1) {
      for (const [at, { scene, headers, pages }] of seen.entries()) {
        const url = scene.app.url + (pages[name] ?? '');
        if (round < 0) await look(url, headers);
        else looks[at]?.push(await load({ url, headers, connections: 1, seconds: 1, amount: LOOKS }));
      }
    }
    for (const [at, { scene }] of seen.entries()) {
      const { p50, p99, rate } = middle(looks[at] ?? []);
      const target = { atMost: 1 };
      const facts = { name, size: scene.size, floor: `${SLOWEST_MS} ms`, target };
      found.push({ ...judged(facts, p50 / SLOWEST_MS), ours: `${whole(rate)}/s`, floors: '', p50, p99 });
    }
  }
  return found;
}

/** Signs in, and finds what to look at. */
async function enter(scene: Scene): Promise<Seen> {
  const client = new pg.Client({ connectionString: scene.databaseUrl });
  await client.connect();
  const known = await findKnown(client, scene.size);
  await client.end();
  const list = '/admin/api/resources/bookings/actions/list';
  const q = (typed: string) => `${list}?filters.q=${encodeURIComponent(typed)}`;
  const pages = {
    'panel: first page of bookings': list,
    'panel: filtered by status': `${list}?filters.status=completed`,
    'panel: filtered by day': `${list}?filters.pickupDate~~from=2026-06-01&filters.pickupDate~~to=2026-06-07`,
    'panel: sorted by total': `${list}?sortBy=totalCents&direction=desc`,
    'panel: sorted by customer': `${list}?sortBy=customer`,
    'panel: search by phone': q(known.phone),
    'panel: search by part of an e-mail address': q(known.partOfEmail),
    'panel: search by a name that hundreds have': q(known.name),
    'panel: search by number': q(known.number),
    'panel: one booking': `/admin/api/resources/bookings/records/${known.id}/show`,
    'panel: the day': '/admin/api/dashboard',
  };
  return { scene, headers: { ...same, cookie: await signIn(scene.app.url) }, pages };
}

interface Known {
  readonly id: string;
  readonly number: string;
  readonly phone: string;
  readonly partOfEmail: string;
  readonly name: string;
}

/**
 * What to look at and for. At every size as much is found: a booking, three of a phone and of a person, and some hundreds of
 * a name, which is a first name at ten thousand and a last name at a million.
 */
async function findKnown(client: pg.Client, size: number): Promise<Known> {
  const { rows } = await client.query<Known>(
    `select id, number,
       (select contact_phone from bookings group by 1 having count(*) = 3 limit 1) as phone,
       (select substring(contact_email from '[a-z]+[0-9]+') from bookings group by contact_email having count(*) = 3
         order by length(contact_email) desc limit 1) as "partOfEmail",
       (select name from bookings, lateral (values (contact_first_name), (contact_last_name)) words (name)
         group by 1 order by abs(count(*) - 500), name limit 1) as name
     from bookings where status = 'completed' order by created_at offset $1 limit 1`,
    [Math.floor(size / 3)],
  );
  const [known] = rows;
  if (!known || Object.values(known).includes(null)) throw new Error('there is no past');
  return known;
}

/** The session's cookie of a demo login. */
export async function signIn(url: string, who = 'staff'): Promise<string> {
  const answer = await fetch(`${url}/admin/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: same,
    body: new URLSearchParams({ email: `${who}@totetaxi.test`, password: 'totetaxi-demo' }),
  });
  const [cookie = ''] = answer.headers.getSetCookie();
  if (answer.status !== 302 || cookie === '') throw new Error(`not signed in: ${answer.status}`);
  return cookie.split(';')[0] ?? '';
}

async function look(url: string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, { headers });
  const body = (await answer.json()) as { notice?: { type: string } };
  if (!answer.ok || body.notice?.type === 'error')
    throw new Error(`${url}: ${JSON.stringify(body).slice(0, 300)}`);
}
