import { addDays, daysBetween, type ServiceDay } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal, type Violation } from '../../errors.ts';
import type { Weekday } from '../../pricing/rate-card.ts';
import { weekdayOf } from '../../pricing/rules/surcharge.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { select } from '../_kit/sql.ts';
import { type DisplacedDay, displacedBookings } from './displaced-bookings.ts';
import { vanSchedulePolicy } from './van-schedule.policy.ts';

/** What becomes of chosen vans on the days of a range; what is `null` stays as it is. */
export interface VanDaysChange {
  readonly vanIds: readonly string[];
  readonly from: ServiceDay;
  /** Inclusive. */
  readonly to: ServiceDay;
  /** Only these days of the week. */
  readonly weekdays: readonly Weekday[] | null;
  readonly open: boolean | null;
  readonly slots: number | null;
  readonly specialtyLimit: number | null;
  readonly note: string | null;
}

/** Days of vans, one for each van and day, that one change may touch. */
const MOST_DAYS = 500;

/**
 * Opens, closes, resizes or annotates days of vans in one transaction, each with its audit row; those that would be as they
 * are stay untouched. Bookings on them stay, too: only new takings meet the change (`rules.md` §3). Gives the number of
 * days changed. Throws `forbidden`, `invalid` with every violation, `conflict` when somebody changed one of them meanwhile.
 */
export async function setVanDays(ctx: Context, change: VanDaysChange): Promise<number> {
  authorize(ctx, vanSchedulePolicy, 'edit');
  authorize(ctx, vanSchedulePolicy, 'new');
  const wanted = daysOf(change);
  return inTransaction(ctx, async (tx) => {
    const entries = await changedEntries(tx, change, wanted, true);
    const written = await writeEntries(tx, entries);
    for (const entry of entries) {
      const row = written.get(keyOf(entry));
      if (!row || row.version !== (entry.before ? entry.before.version + 1 : 0))
        throw new Refusal('conflict');
      await auditEntry(tx, row, entry);
    }
    return entries.length;
  });
}

/** What `setVanDays` would do: the days it would change, and the bookings that ride on them beyond what is left. */
export async function previewVanDays(
  ctx: Context,
  change: VanDaysChange,
): Promise<{ readonly days: number; readonly displaced: readonly DisplacedDay[] }> {
  authorize(ctx, vanSchedulePolicy, 'edit');
  const entries = await changedEntries(ctx, change, daysOf(change), false);
  return { days: entries.length, displaced: await displacedBookings(ctx, entries) };
}

interface Values {
  readonly open: boolean;
  readonly slots: number | null;
  readonly specialtyLimit: number | null;
  readonly note: string;
}

interface Stored extends Values {
  readonly id: string;
  readonly vanId: string;
  readonly day: ServiceDay;
  readonly version: number;
}

interface Entry extends Values {
  readonly vanId: string;
  readonly day: ServiceDay;
  readonly before: Stored | null;
}

const asAlways: Values = { open: true, slots: null, specialtyLimit: null, note: '' };
const fields = ['open', 'slots', 'specialtyLimit', 'note'] as const;

function daysOf({ from, to, weekdays, vanIds, open, slots, specialtyLimit, note }: VanDaysChange) {
  const violations: Violation[] = [];
  const refuse = (path: string, code: string, message: string) => violations.push({ path, code, message });
  const length = daysBetween(from, to) + 1;
  if (vanIds.length === 0) refuse('vanIds', 'required', 'Choose at least one van.');
  if (length < 1) refuse('to', 'not_allowed', 'The last day is before the first.');
  if (length * vanIds.length > MOST_DAYS)
    refuse('to', 'not_allowed', `That is more than ${MOST_DAYS} days of vans. Take a shorter time.`);
  if (open === null && slots === null && specialtyLimit === null && note === null)
    refuse('open', 'required', 'Say what should change.');
  if (violations.length > 0) throw new Refusal('invalid', { violations });
  const days = Array.from({ length }, (_, index) => addDays(from, index));
  return weekdays === null ? days : days.filter((day) => weekdays.includes(weekdayOf(day)));
}

/** The days that would not be as they are. Kept from others' hands until the end of the transaction, in one order. */
async function changedEntries(
  ctx: Context,
  change: VanDaysChange,
  days: readonly ServiceDay[],
  isLocking: boolean,
): Promise<Entry[]> {
  const stored = await select<Stored>(
    ctx,
    `select id, van_id as "vanId", day, open, slots, specialty_limit as "specialtyLimit", note, version
     from van_schedules where van_id = any($1::uuid[]) and day = any($2::date[])
     order by day, van_id ${isLocking ? 'for update' : ''}`,
    [change.vanIds, days],
  );
  const before = new Map(stored.map((row) => [keyOf(row), row]));
  return days.flatMap((day) =>
    [...new Set(change.vanIds)].flatMap((vanId) => {
      const row = before.get(keyOf({ vanId, day })) ?? null;
      const was = row ?? asAlways;
      const values: Values = {
        open: change.open ?? was.open,
        slots: change.slots ?? was.slots,
        specialtyLimit: change.specialtyLimit ?? was.specialtyLimit,
        note: change.note ?? was.note,
      };
      return fields.every((field) => values[field] === was[field])
        ? []
        : [{ ...values, vanId, day, before: row }];
    }),
  );
}

interface Written {
  readonly id: string;
  readonly vanId: string;
  readonly day: ServiceDay;
  readonly version: number;
}

async function writeEntries(
  tx: TransactionContext,
  entries: readonly Entry[],
): Promise<Map<string, Written>> {
  const rows = await select<Written>(
    tx,
    `insert into van_schedules as s (van_id, day, open, slots, specialty_limit, note, created_at, updated_at)
     select x."vanId", x.day, x.open, x.slots, x."specialtyLimit", x.note, $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($1::jsonb)
       x ("vanId" uuid, day date, open boolean, slots int, "specialtyLimit" int, note text)
     order by x.day, x."vanId"
     on conflict (van_id, day) do update set open = excluded.open, slots = excluded.slots,
       specialty_limit = excluded.specialty_limit, note = excluded.note, version = s.version + 1,
       updated_at = excluded.updated_at
     returning id, van_id as "vanId", day, version`,
    [JSON.stringify(entries), tx.clock.now()],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function auditEntry(tx: TransactionContext, row: Written, entry: Entry): Promise<void> {
  const { before } = entry;
  const changed = fields.filter((field) => before === null || before[field] !== entry[field]);
  await audit(tx, {
    action: before ? 'vanSchedule.updated' : 'vanSchedule.created',
    subjectType: 'vanSchedule',
    subjectId: row.id,
    subjectVersion: row.version,
    changes: {
      ...(before === null && { vanId: [null, entry.vanId], day: [null, entry.day] }),
      ...Object.fromEntries(changed.map((field) => [field, [before?.[field] ?? null, entry[field]]])),
    },
  });
}

function keyOf({ vanId, day }: { readonly vanId: string; readonly day: ServiceDay }): string {
  return `${vanId} ${day}`;
}
