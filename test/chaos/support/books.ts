import { type MovableClock, movableClock } from '../../../src/clock.ts';
import type { Context } from '../../../src/context.ts';
import { followClock } from '../../../src/resources/plumbing/shift-clock.ts';
import { contextOver } from '../../support/context.ts';
import type { Scene } from './scene.ts';

/** Opens the scene's database at its business time for as long as `look` looks. */
export async function inBooks<T>(scene: Scene, look: (ctx: Context) => Promise<T>): Promise<T> {
  const { ctx, close } = contextOver(scene.databaseUrl);
  const clock: MovableClock = movableClock();
  try {
    await followClock(ctx, clock);
    return await look({ ...ctx, clock });
  } finally {
    await close();
  }
}
