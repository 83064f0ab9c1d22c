import pg from 'pg';

/** Room for whatever a test books on one day. What vans refuse has tests of its own (`journeys/capacity.test.ts`). */
export async function enlargeVans(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('update vans set slots = 500, specialty_limit = 500');
  } finally {
    await client.end();
  }
}
