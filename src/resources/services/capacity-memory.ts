import { addDays, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** A van on a day: what it carries then, and what is taken of it. */
export interface VanDay {
  readonly vanId: string;
  readonly name: string;
  readonly open: boolean;
  readonly slots: number;
  readonly specialtyLimit: number;
  readonly slotsTaken: number;
  readonly specialtyTaken: number;
  readonly bookings: number;
  readonly wholeTaken: boolean;
}

interface Memory {
  readonly days: Map<ServiceDay, readonly VanDay[]>;
  /** Readings under way, each with the days that changed since it began: those it must not keep. */
  readonly readings: Set<{ readonly changed: Set<ServiceDay>; allChanged: boolean }>;
  /** Steps with every change. */
  revision: number;
}

const memories = new WeakMap<Context['db'], Memory>();

/**
 * The vans on each day of a range, both ends inclusive, from memory while nothing has changed, else in one query
 * (`rules.md` §3).
 */
export async function vanDaysBetween(
  ctx: Context,
  from: ServiceDay,
  to: ServiceDay,
): Promise<ReadonlyMap<ServiceDay, readonly VanDay[]>> {
  const { days } = memoryOf(ctx.db);
  for (let day = from; ; day = addDays(day, 1)) {
    if (!days.has(day)) return readVanDays(ctx, from, to);
    if (day >= to) return days;
  }
}

async function readVanDays(ctx: Context, from: ServiceDay, to: ServiceDay) {
  const memory = memoryOf(ctx.db);
  const reading = { changed: new Set<ServiceDay>(), allChanged: false };
  memory.readings.add(reading);
  try {
    const rows = await select<VanDay & { readonly day: ServiceDay }>(
      ctx,
      `select day, van_id as "vanId", name, open, slots, specialty_limit as "specialtyLimit", slots_taken as "slotsTaken",
         specialty_taken as "specialtyTaken", bookings, whole_taken as "wholeTaken"
       from van_days($1, $2) order by day, name`,
      [from, to],
    );
    const found = new Map<ServiceDay, VanDay[]>();
    for (let day = from; day <= to; day = addDays(day, 1)) found.set(day, []);
    for (const row of rows) found.get(row.day)?.push(row);
    for (const [day, vans] of found)
      if (!reading.allChanged && !reading.changed.has(day)) memory.days.set(day, vans);
    return found;
  } finally {
    memory.readings.delete(reading);
  }
}

/** Makes the next answer about a day, or about every day, be read anew. */
export function forgetCapacity(db: Context['db'], day: ServiceDay | null): void {
  const memory = memoryOf(db);
  memory.revision += 1;
  for (const reading of memory.readings) {
    if (day === null) reading.allChanged = true;
    else reading.changed.add(day);
  }
  if (day === null) memory.days.clear();
  else memory.days.delete(day);
}

/** The same, once the transaction that changed it has committed: this process answers with it at once. */
export function forgetCapacityAfter(ctx: Context, day: ServiceDay): void {
  if (ctx.tx) ctx.tx.afterCommit(() => forgetCapacity(ctx.db, day));
  else forgetCapacity(ctx.db, day);
}

/** Steps with every change that this process knows of. */
export function capacityRevision(db: Context['db']): number {
  return memoryOf(db).revision;
}

function memoryOf(db: Context['db']): Memory {
  const known = memories.get(db);
  if (known) return known;
  const made: Memory = { days: new Map(), readings: new Set(), revision: 0 };
  memories.set(db, made);
  return made;
}
