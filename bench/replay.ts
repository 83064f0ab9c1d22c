import { randomUUID } from 'node:crypto';
import pg from 'pg';

/**
 * The floor of SQL: the very statements that one request of the application made, recorded, and sent again for other rows
 * by bare `pg` with named statements, one after the other on one connection.
 */
export interface Recorded {
  readonly text: string;
  readonly values: readonly unknown[];
}

type Query = (...words: unknown[]) => unknown;

/** Every statement that this process sends while `work` runs. */
export async function record(work: () => Promise<unknown>): Promise<Recorded[]> {
  const statements: Recorded[] = [];
  const client = pg.Client.prototype as unknown as { query: Query };
  const { query } = client;
  client.query = function recording(this: unknown, ...words: unknown[]) {
    const [first, second] = words;
    if (typeof first === 'string')
      statements.push({ text: first, values: Array.isArray(second) ? second : [] });
    else if (typeof first === 'object' && first !== null && 'text' in first) {
      const { text, values } = first as { text: string; values?: unknown[] };
      statements.push({ text, values: values ?? [] });
    }
    return query.apply(this, words);
  };
  try {
    await work();
  } finally {
    client.query = query;
  }
  return statements;
}

const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const INTENTS = /pi_bench_\w+/g;

export interface Replay {
  /** Once more, for new rows; `others` says which of the recorded ids and days become which. */
  run(others: ReadonlyMap<string, string>): Promise<void>;
  readonly statements: number;
  close(): Promise<void>;
}

/** Opens as many connections as there are clients. Ids of rows that exist are kept; all others are new each time. */
export async function openReplay(
  url: string,
  recorded: readonly Recorded[],
  connections: number,
): Promise<Replay> {
  // Kept from round to round, as the application keeps its own.
  const pool = new pg.Pool({ connectionString: url, max: connections, idleTimeoutMillis: 0 });
  const kept = await existing(pool, recorded);
  const prepared = recorded.map((statement, index) => ({
    name: `floor-${index}`,
    ...parametrised(statement),
  }));
  return {
    statements: prepared.length,
    async run(others) {
      const fresh = new Map(others);
      const renew = (text: string) =>
        others.get(text) ??
        text
          .replace(UUIDS, (id) => (kept.has(id) ? id : remember(fresh, id, randomUUID)))
          .replace(INTENTS, (id) => remember(fresh, id, () => `pi_floor_${randomUUID()}`));
      const client = await pool.connect();
      try {
        for (const { name, text, values } of prepared) {
          const bound = values.map((value) => (typeof value === 'string' ? renew(value) : value));
          await client.query(bound.length === 0 ? { text } : { name, text, values: bound });
        }
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

function remember(fresh: Map<string, string>, id: string, make: () => string): string {
  const known = fresh.get(id) ?? make();
  fresh.set(id, known);
  return known;
}

/** Ids that Sequelize wrote into the text become parameters, so that the text is the same for each row. */
function parametrised({ text, values }: Recorded): { text: string; values: unknown[] } {
  const all = [...values];
  const plain = text.replace(/'([0-9a-f]{8}-[0-9a-f-]{27})'/gi, (_, id: string) => `$${all.push(id)}`);
  return { text: plain, values: all };
}

async function existing(pool: pg.Pool, recorded: readonly Recorded[]): Promise<Set<string>> {
  const ids = JSON.stringify(recorded).match(UUIDS) ?? [];
  const { rows } = await pool.query<{ id: string }>(
    `select id::text from customers where id = any($1::uuid[]) union select id::text from addresses where id = any($1::uuid[])`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
