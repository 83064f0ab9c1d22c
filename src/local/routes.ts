import express, { type Router } from 'express';
import { z } from 'zod';
import { addMilliseconds, durationMilliseconds, type MovableClock, parseInstant } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { violationsFromZod } from '../pricing/violations.ts';
import { followClock, shiftClock } from '../resources/plumbing/shift-clock.ts';

/** `GET /local` and the movable clock of a developer's machine (`api.md`). Mounted in local mode only. */

interface LocalParts {
  readonly ctx: Context;
  readonly clock: MovableClock;
  readonly standIns: Readonly<Record<string, string | null>>;
  /** Called when the clock was moved: schedules that became due run at once. */
  readonly clockMoved: () => Promise<void>;
}

const clockSchema = z.union([
  z.strictObject({ now: readable(parseInstant, 'Use an instant like 2027-05-12T14:00:00Z.') }),
  z.strictObject({ advance: readable(durationMilliseconds, 'Use a duration like PT31M.') }),
]);

export function localRoutes({ ctx, clock, standIns, clockMoved }: LocalParts): Router {
  const router = express.Router();
  const move = async (instant: Date | null): Promise<object> => {
    await shiftClock(ctx, instant);
    await followClock(ctx, clock);
    await clockMoved();
    return { now: clock.now().toISOString(), moved: clock.offsetMs !== 0 };
  };
  router.get('/local', (_request, response) => {
    response.json(standIns);
  });
  router.get('/local/clock', (_request, response) => {
    response.json({ now: clock.now().toISOString(), moved: clock.offsetMs !== 0 });
  });
  router.post('/local/clock', async (request, response) => {
    const read = clockSchema.safeParse(request.body, { reportInput: true });
    if (!read.success) throw new Refusal('invalid', { violations: violationsFromZod(read.error) });
    const instant = 'now' in read.data ? read.data.now : addMilliseconds(clock.now(), read.data.advance);
    response.json(await move(instant));
  });
  router.delete('/local/clock', async (_request, response) => {
    response.json(await move(null));
  });
  return router;
}

function readable<T>(read: (text: string) => T, message: string) {
  return z.string().transform((text, ctx): T => {
    try {
      return read(text);
    } catch {
      ctx.issues.push({ code: 'custom', message, input: text, params: { code: 'invalid_format' } });
      return z.NEVER;
    }
  });
}
