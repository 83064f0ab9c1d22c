import { addMinutes } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { inTransaction } from '../../resources/_kit/in-transaction.ts';
import { execute } from '../../resources/_kit/sql.ts';
import { openReview } from '../../resources/payments/open-review.ts';
import { ProofRun } from '../../resources/payments/proof-run.model.ts';
import { standardPeriod } from '../../resources/payments/start-proof.ts';
import { type Disagreement, type Proof, proveBooks } from './prove-books.ts';

/** A proof that has said nothing for so long has died. */
const LONGEST_MINUTES = 60;
const MOST_KEPT = 500;

/**
 * Proves the books and keeps what came out: the run, and a case for a person for each booking that does not add up, closed
 * by the next proof that finds it mended. A run that has ended is not made again.
 */
export async function keepProof(
  ctx: Context,
  { proofRunId }: { readonly proofRunId?: string | undefined },
): Promise<void> {
  await endDead(ctx, proofRunId);
  const run = await begin(ctx, proofRunId);
  if (!run) return;
  try {
    const proof = await proveBooks(ctx, { from: run.fromDay, to: run.toDay });
    await inTransaction(ctx, async (tx) => {
      await close(tx, run, proof);
      await tellOffice(tx, proof);
    });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const now = ctx.clock.now();
    const ended = {
      status: 'failed',
      failure: failure.slice(0, 2_000),
      endedAt: now,
      updatedAt: now,
    } as const;
    await ProofRun.update(ended, { where: { id: run.id, status: 'running' } });
    throw error;
  }
}

/** A run that waits, was cut off or could not look becomes a running one; the schedule makes its own. */
async function begin(ctx: Context, proofRunId: string | undefined): Promise<ProofRun | null> {
  const now = ctx.clock.now();
  const started = {
    status: 'running',
    startedAt: now,
    endedAt: null,
    failure: null,
    updatedAt: now,
  } as const;
  if (proofRunId === undefined) {
    const { from, to } = standardPeriod(ctx);
    return ProofRun.create({ ...started, fromDay: from, toDay: to, createdAt: now }, { returning: true });
  }
  const [taken] = await ProofRun.update(started, {
    where: { id: proofRunId, status: ['waiting', 'running', 'failed'] },
  });
  return taken === 0 ? null : ProofRun.findByPk(proofRunId, { rejectOnEmpty: true });
}

async function endDead(ctx: Context, exceptId: string | undefined): Promise<void> {
  const now = ctx.clock.now();
  await execute(
    ctx,
    `update proof_runs set status = 'failed', failure = 'It was cut off in the middle.', ended_at = $1, updated_at = $1
     where status in ('running', 'waiting') and updated_at < $2 and id is distinct from $3`,
    [now, addMinutes(now, -LONGEST_MINUTES), exceptId ?? null],
  );
}

async function close(ctx: TransactionContext, run: ProofRun, proof: Proof): Promise<void> {
  const now = ctx.clock.now();
  const { bookings, payments, moves, ledgerCents, stripeCents, findings } = proof;
  await run.update(
    {
      status: findings.length === 0 ? 'holds' : 'broken',
      bookings,
      payments,
      moves,
      ledgerCents,
      stripeCents,
      findings: findings.slice(0, MOST_KEPT),
      findingCount: findings.length,
      endedAt: now,
      updatedAt: now,
    },
    { transaction: ctx.tx },
  );
}

/**
 * A case for each booking, of its own sums and of Stripe's apart: every proof looks at all of the first and closes what is
 * mended, while of Stripe it sees some days only, so that a person closes those.
 */
async function tellOffice(ctx: TransactionContext, { findings }: Proof): Promise<void> {
  const own = byBooking(findings.filter(({ equation }) => equation !== 'stripe'));
  await openCases(ctx, 'books_disagree', own);
  await openCases(
    ctx,
    'stripe_disagrees',
    byBooking(findings.filter(({ equation }) => equation === 'stripe')),
  );
  await execute(
    ctx,
    `update needs_reviews set resolution = 'The next proof found it mended.', resolved_at = $2, updated_at = $2
     where kind = 'books_disagree' and resolved_at is null and subject <> all($1::text[])`,
    [[...own.keys()], ctx.clock.now()],
  );
}

function byBooking(findings: readonly Disagreement[]): Map<string, Disagreement[]> {
  const found = new Map<string, Disagreement[]>();
  for (const finding of findings) {
    const subject = finding.bookingId ?? 'none';
    found.set(subject, [...(found.get(subject) ?? []), finding]);
  }
  return found;
}

async function openCases(
  ctx: TransactionContext,
  kind: 'books_disagree' | 'stripe_disagrees',
  cases: ReadonlyMap<string, readonly Disagreement[]>,
): Promise<void> {
  for (const [subject, each] of cases) {
    await openReview(ctx, {
      kind,
      subject,
      ...(subject !== 'none' && { bookingId: subject }),
      reason: each
        .map(({ words }) => words)
        .join(' ')
        .slice(0, 2_000),
      suggestedStep: 'Compare the payment at Stripe with the booking and its ledger.',
    });
  }
}
