import { parseInstant } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { isSame } from '../_kit/differences.ts';
import { select } from '../_kit/sql.ts';
import { bookingPolicy } from './booking.policy.ts';

/** A booking as it was after an entry of the log, as far as log and ledger can tell. */

type Row = Readonly<Record<string, unknown>>;

/** An entry about the booking itself. Personal values that were erased are marked by `isErased`. */
interface LoggedChange {
  readonly sequence: number;
  readonly action: string;
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

export interface BookingThen {
  readonly row: Row;
  /** Fields whose value of then was erased with the person. */
  readonly erased: readonly string[];
  /** Fields that changed once without an entry, so that what is told of them may have been otherwise by then. */
  readonly unsure: readonly string[];
}

interface Asked {
  /** The row of now: with the fields that may be told, and no other. */
  readonly present: Row;
  /** Newest first. */
  readonly entries: readonly LoggedChange[];
  readonly sequence: number;
  readonly at: Date;
  readonly isErased: (value: unknown) => boolean;
}

const instants: readonly string[] = ['priceLockedUntil', 'confirmedAt', 'cancelledAt', 'archivedAt'];

/**
 * The fields of the row after the entry with that `sequence`: what that entry or the last one before it left there, else
 * what the first one after it found, else what is there now.
 */
export function bookingAt({ present, entries, sequence, at, isErased }: Asked): BookingThen {
  const later = entries.filter((entry) => entry.sequence > sequence);
  const until = entries.filter((entry) => entry.sequence <= sequence);
  const erased: string[] = [];
  const unsure: string[] = [];
  const wasErasedSince = later.some(({ action }) => action.endsWith('.erased'));
  const valueThen = (field: string): unknown => {
    const left = until.find(({ changes }) => field in changes)?.changes[field]?.[1];
    const found = later.findLast(({ changes }) => field in changes)?.changes[field]?.[0];
    const next = found === undefined ? present[field] : found;
    const value = left === undefined ? next : left;
    const isGone = wasErasedSince && isPersonal(field) && isEmpty(value);
    if (isErased(value) || isGone) erased.push(field);
    else if (left !== undefined && !isErased(next) && !isSame(left, next)) unsure.push(field);
    return instants.includes(field) && typeof value === 'string' ? parseInstant(value) : value;
  };
  const row = Object.fromEntries(Object.keys(present).map((field) => [field, valueThen(field)]));
  return { row: { ...row, ...stampsAt(present, row, at) }, erased, unsure };
}

/** What its moves wrote once and for all is told by itself: it was not there before its time. */
function stampsAt(present: Row, row: Row, at: Date): Row {
  const stamps = ['confirmedAt', 'cancelledAt'].filter((field) => field in present);
  const isLater = (value: unknown) => value instanceof Date && value > at;
  return {
    ...Object.fromEntries(stamps.map((field) => [field, isLater(present[field]) ? null : present[field]])),
    ...('coiStatus' in present && { coiStatus: coiStatusAt(present, row) }),
    ...('cancelReason' in present && row.status !== 'cancelled' && { cancelReason: null }),
  };
}

function isPersonal(field: string): boolean {
  return bookingPolicy.personal?.includes(field) ?? false;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '';
}

/** The sums of a booking at a moment, by the rows that they follow: ledger and credits. */
export async function moneyAt(ctx: Context, bookingId: string, at: Date): Promise<Row> {
  const [sums] = await select<Record<string, number>>(
    ctx,
    `select coalesce(sum(case kind when 'captured' then amount_cents end), 0)::int as "capturedCents",
       coalesce(sum(case kind when 'refunded' then amount_cents when 'refund_failed' then -amount_cents end), 0)::int as "refundedCents",
       coalesce(sum(case kind when 'dispute_withdrawn' then amount_cents when 'dispute_reinstated' then -amount_cents end), 0)::int as "lostDisputeCents",
       (select coalesce(sum(amount_cents), 0)::int from credits where booking_id = $1 and created_at <= $2) as "creditsCents"
     from payment_audits where booking_id = $1 and created_at <= $2`,
    [bookingId, at],
  );
  return sums ?? {};
}

/** It follows from whether one is needed; what became of certificates themselves is on their own pages. */
function coiStatusAt(present: Row, row: Row): unknown {
  if (row.coiRequired !== true) return 'not_required';
  return present.coiStatus === 'not_required' ? 'missing' : present.coiStatus;
}
