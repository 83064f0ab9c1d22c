import { addDays, addMinutes, instantOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { type Cents, formatUsd } from '../../pricing/money.ts';
import { select } from '../../resources/_kit/sql.ts';
import type { ProofPeriod } from '../../resources/payments/start-proof.ts';
import {
  type BalanceMove,
  balanceMoves,
  intentOfMove,
  movesOfSource,
} from '../../resources/payments/stripe/balance-transactions.ts';
import { retrieveIntent } from '../../resources/payments/stripe/intents.ts';

/** The proof of the books: the three equations of `rules.md` §5. */

export interface Disagreement {
  readonly equation: 'booking' | 'ledger' | 'stripe';
  readonly bookingId: string | null;
  readonly bookingNumber: string | null;
  readonly words: string;
}

export interface Proof {
  readonly period: ProofPeriod;
  readonly bookings: number;
  readonly payments: number;
  /** Movements compared with Stripe, and both sums of them: in less out. */
  readonly moves: number;
  readonly ledgerCents: number;
  readonly stripeCents: number;
  readonly findings: readonly Disagreement[];
}

/** What Stripe and we do in the same minutes may be seen on one side first. */
const IN_FLIGHT_MINUTES = 15;

/**
 * Proves the books: every booking that is over, every payment against its ledger rows, and every movement of a period
 * against Stripe's balance transactions, object by object and so to the cent. Only reads. Throws
 * `payment_provider_unavailable`.
 */
export async function proveBooks(ctx: Context, period: ProofPeriod): Promise<Proof> {
  const [counted] = await select<{ bookings: number; payments: number }>(
    ctx,
    `select (select count(*)::int from bookings where status in ('completed', 'cancelled')) as bookings,
       (select count(*)::int from payments) as payments`,
  );
  const own = [...(await select<SumsRow>(ctx, bookingsSql)), ...(await select<SumsRow>(ctx, ledgerSql))];
  const atStripe = await compareWithStripe(ctx, period);
  return {
    period,
    bookings: counted?.bookings ?? 0,
    payments: counted?.payments ?? 0,
    ...atStripe,
    findings: [...own.map(ownFinding), ...atStripe.findings],
  };
}

interface SumsRow {
  readonly equation: 'booking' | 'ledger';
  readonly bookingId: string;
  readonly number: string;
  readonly what: string;
  readonly here: number;
  readonly there: number;
}

/** total − credits = captured − refunded − lost, of what is over: completed, or cancelled with its refunds settled. */
const bookingsSql = `
  select 'booking' as equation, b.id as "bookingId", b.number, 'price' as what,
    b.total_cents - b.credits_cents as here, b.captured_cents - b.refunded_cents - b.lost_dispute_cents as there
  from bookings b
  where (b.status = 'completed' or (b.status = 'cancelled' and not exists (select from refunds r
      where r.booking_id = b.id and r.status in ('requested', 'approved', 'sent', 'needs_review'))))
    and b.total_cents - b.credits_cents <> b.captured_cents - b.refunded_cents - b.lost_dispute_cents
  order by b.number`;

const sums = ['captured', 'refunded', 'lost_dispute'] as const;
const net: Readonly<Record<(typeof sums)[number], readonly [plus: string, minus: string]>> = {
  captured: ['captured', ''],
  refunded: ['refunded', 'refund_failed'],
  lost_dispute: ['dispute_withdrawn', 'dispute_reinstated'],
};
const netSql = sums
  .map((name) => {
    const [plus, minus] = net[name];
    return `coalesce(sum(case kind when '${plus}' then amount_cents when '${minus}' then -amount_cents end), 0)::int as ${name}`;
  })
  .join(', ');
const unequalSql = (owner: string) =>
  `cross join lateral (values ${sums.map((name) => `('${name}', ${owner}.${name}_cents, coalesce(l.${name}, 0))`).join(', ')})
     as s (what, here, there) where s.here <> s.there`;

/** Each sum of every payment, and of every booking, is that of its ledger rows, and a booking's credits those written. */
const ledgerSql = `
  with by_payment as (select payment_id, ${netSql} from payment_audits group by payment_id),
    by_booking as (select booking_id, ${netSql} from payment_audits group by booking_id),
    credited as (select booking_id, sum(amount_cents)::int as cents from credits group by booking_id)
  select 'ledger' as equation, b.id as "bookingId", b.number, 'payment ' || s.what as what, s.here, s.there
  from payments p join bookings b on b.id = p.booking_id left join by_payment l on l.payment_id = p.id ${unequalSql('p')}
  union all
  select 'ledger', b.id, b.number, 'booking ' || s.what, s.here, s.there
  from bookings b left join by_booking l on l.booking_id = b.id ${unequalSql('b')}
  union all
  select 'ledger', b.id, b.number, 'booking credits', b.credits_cents, coalesce(c.cents, 0)
  from bookings b left join credited c on c.booking_id = b.id where b.credits_cents <> coalesce(c.cents, 0)
  order by number, what`;

const whatWords: Readonly<Record<string, string>> = {
  'payment captured': 'what a payment received',
  'payment refunded': 'what a payment gave back',
  'payment lost_dispute': 'what disputes took of a payment',
  'booking captured': 'what it received',
  'booking refunded': 'what it gave back',
  'booking lost_dispute': 'what disputes took',
  'booking credits': 'its credits',
};

function ownFinding({ equation, bookingId, number, what, here, there }: SumsRow): Disagreement {
  const words =
    equation === 'booking'
      ? `${number} charges ${usd(here)}, but holds ${usd(there)}: ${apart(here, there)}.`
      : `${number} says ${usd(here)} for ${whatWords[what] ?? what}, its ledger ${usd(there)}: ${apart(here, there)}.`;
  return { equation, bookingId, bookingNumber: number, words };
}

interface LedgerRow {
  readonly kind: BalanceMove['kind'];
  readonly objectId: string;
  readonly amountCents: number;
  readonly bookingId: string;
  readonly number: string;
}

const rowsSql = `
  select a.kind, a.stripe_object_id as "objectId", a.amount_cents as "amountCents", b.id as "bookingId", b.number
  from payment_audits a join bookings b on b.id = a.booking_id`;

async function compareWithStripe(
  ctx: Context,
  { from, to }: ProofPeriod,
): Promise<Pick<Proof, 'moves' | 'ledgerCents' | 'stripeCents' | 'findings'>> {
  const start = instantOf(from, 0);
  const end = instantOf(addDays(to, 1), 0);
  const moves = await balanceMoves(ctx, start, end);
  const known = await select<LedgerRow>(
    ctx,
    `${rowsSql} where a.stripe_object_id = any($1::text[]) or (a.occurred_at >= $2 and a.occurred_at < $3)`,
    [moves.map(({ objectId }) => objectId), start, end],
  );
  const ledger = new Map(known.map((row) => [keyOf(row), row]));
  const compared = new Map<string, { ours: number; theirs: number; sign: number }>();
  const findings: Disagreement[] = [];
  for (const move of moves) {
    const row = ledger.get(keyOf(move));
    if (!row) {
      const missing = await missingHere(ctx, move);
      if (!missing) continue;
      findings.push(missing);
    } else if (row.amountCents !== move.amountCents) findings.push(unequal(row, move));
    compared.set(keyOf(move), {
      ours: row?.amountCents ?? 0,
      theirs: move.amountCents,
      sign: signs[move.kind],
    });
  }
  for (const row of known) {
    if (compared.has(keyOf(row))) continue;
    // Told late or early: it stands in another period at Stripe, and is summed up there.
    const source = row.kind.startsWith('dispute') ? await disputeOf(ctx, row) : row.objectId;
    const there = (await movesOfSource(ctx, source)).find((move) => keyOf(move) === keyOf(row));
    if (!there) {
      findings.push(missingThere(row));
      compared.set(keyOf(row), { ours: row.amountCents, theirs: 0, sign: signs[row.kind] });
    } else if (there.amountCents !== row.amountCents) findings.push(unequal(row, there));
  }
  const all = [...compared.values()];
  return {
    moves: all.length,
    ledgerCents: all.reduce((sum, { ours, sign }) => sum + sign * ours, 0),
    stripeCents: all.reduce((sum, { theirs, sign }) => sum + sign * theirs, 0),
    findings,
  };
}

const signs: Readonly<Record<BalanceMove['kind'], 1 | -1>> = {
  captured: 1,
  refunded: -1,
  refund_failed: 1,
  dispute_withdrawn: -1,
  dispute_reinstated: 1,
};

const moveWords: Readonly<Record<BalanceMove['kind'], string>> = {
  captured: 'a payment',
  refunded: 'a refund',
  refund_failed: 'a failed refund',
  dispute_withdrawn: 'what a dispute took',
  dispute_reinstated: 'what a dispute gave back',
};

function keyOf({ kind, objectId }: Pick<LedgerRow, 'kind' | 'objectId'>): string {
  return `${kind} ${objectId}`;
}

/** A movement at Stripe that the ledger has not: ours when its intent is. Invoices written elsewhere are not. */
async function missingHere(ctx: Context, move: BalanceMove): Promise<Disagreement | null> {
  const intentId = await intentOfMove(ctx, move);
  if (intentId === null) return null;
  const [booking] = await select<{ id: string; number: string }>(
    ctx,
    `select b.id, b.number from payments p join bookings b on b.id = p.booking_id where p.stripe_payment_intent_id = $1`,
    [intentId],
  );
  if (!booking && (await retrieveIntent(ctx, intentId)).paymentId === null) return null;
  if (addMinutes(move.at, IN_FLIGHT_MINUTES) > ctx.clock.now()) return null;
  const whose = booking ? `of ${booking.number}` : 'that carries our marks and belongs to no booking';
  return {
    equation: 'stripe',
    bookingId: booking?.id ?? null,
    bookingNumber: booking?.number ?? null,
    words: `Stripe has ${moveWords[move.kind]} ${whose} over ${usd(move.amountCents)}, the ledger has not.`,
  };
}

function missingThere({ kind, amountCents, bookingId, number }: LedgerRow): Disagreement {
  const words = `The ledger has ${moveWords[kind]} of ${number} over ${usd(amountCents)}, Stripe has not.`;
  return { equation: 'stripe', bookingId, bookingNumber: number, words };
}

function unequal({ kind, amountCents, bookingId, number }: LedgerRow, move: BalanceMove): Disagreement {
  const words = `${number}: the ledger says ${usd(amountCents)} for ${moveWords[kind]}, Stripe ${usd(move.amountCents)}: ${apart(amountCents, move.amountCents)}.`;
  return { equation: 'stripe', bookingId, bookingNumber: number, words };
}

async function disputeOf(ctx: Context, { kind, objectId }: LedgerRow): Promise<string> {
  const [row] = await select<{ id: string }>(
    ctx,
    `select d.stripe_dispute_id as id from payment_audits a join disputes d on d.id = a.dispute_id
     where a.kind = $1 and a.stripe_object_id = $2`,
    [kind, objectId],
  );
  return row?.id ?? objectId;
}

function usd(amount: number): string {
  return amount < 0 ? `−${formatUsd(-amount as Cents)}` : formatUsd(amount as Cents);
}

function apart(one: number, other: number): string {
  return `${usd(Math.abs(one - other))} apart`;
}
