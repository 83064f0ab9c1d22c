import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { gather, ofEach } from './support/crowd.ts';
import type { OwnPostgres } from './support/own-postgres.ts';
import { problemsAfter } from './support/problems.ts';
import { type Scene, setScene, startBoth, untilReady } from './support/scene.ts';

const ROUNDS = 3;

/** The one answer that customers may be given while it is away. */
const AWAY = 'unavailable';

describe('PostgreSQL killed under load', () => {
  it('its first process: the launcher starts it again', async () => {
    expect(await killUnderLoad((postgres) => kill(postgres.pid()))).toEqual([]);
  });

  it('one of its backends: it recovers by itself', async () => {
    const strike = async (postgres: OwnPostgres, scene: Scene) =>
      kill(scene.chance.pick(await backends(postgres)));
    expect(await killUnderLoad(strike)).toEqual([]);
  });
});

/** Strikes again and again while customers come. Gives all that is not as it must be when it is over. */
async function killUnderLoad(strike: (postgres: OwnPostgres, scene: Scene) => unknown): Promise<string[]> {
  const scene = await setScene({ ownDatabase: true });
  const { web, worker } = await startBoth(scene);
  const { postgres } = scene;
  if (!postgres) throw new Error('the scene has no PostgreSQL of its own');
  const crowd = gather(scene, ofEach(scene, 15), 8);
  for (let round = 0; round < ROUNDS; round += 1) {
    await pause(scene.chance.between(100, 700));
    await strike(postgres, scene);
    await pause(1_000);
    for (const each of [web, worker]) expect(each.isAlive(), each.output()).toBe(true);
    await untilReady(scene.api);
  }
  await crowd.done;

  const problems = await problemsAfter(scene, crowd.visits);
  expect(crowd.answers.cuts).toBe(0);
  for (const each of [web, worker]) expect(each.isAlive(), each.output()).toBe(true);
  return [...problems, ...crowd.answers.failures([AWAY])];
}

function kill(pid: number | null): void {
  if (pid === null) throw new Error('there is no process to kill');
  process.kill(pid, 'SIGKILL');
}

/** The processes that work for the application. */
async function backends(postgres: OwnPostgres): Promise<number[]> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'totetaxi' order by pid`,
    );
    return rows.map(({ pid }) => pid);
  } finally {
    await client.end();
  }
}
