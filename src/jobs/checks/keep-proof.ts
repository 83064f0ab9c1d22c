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
  await endDead(ctx);
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
    await run.update({ status: 'failed', failure: failure.slice(0, 2_000), endedAt: now, updatedAt: now });
    throw error;
  }
}

/** A run that waits, or that was cut off, becomes a running one; the schedule makes its own. */
async function begin(ctx: Context, proofRunId: string | undefined): Promise<ProofRun | null> {
  const now = ctx.clock.now();
  const started = { status: 'running', startedAt: now, updatedAt: now } as const;
  if (proofRunId === undefined) {
    const { from, to } = standardPeriod(ctx);
    return ProofRun.create({ ...started, fromDay: from, toDay: to, createdAt: now }, { returning: true });
  }
  const [taken] = await ProofRun.update(started, {
    where: { id: proofRunId, status: ['waiting', 'running'] },
  });
  return taken === 0 ? null : ProofRun.findByPk(proofRunId, { rejectOnEmpty: true });
}

async function endDead(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  await execute(
    ctx,
    `update proof_runs set status = 'failed', failure = 'It was cut off in the middle.', ended_at = $1, updated_at = $1
     where status in ('running', 'waiting') and updated_at < $2`,
    [now, addMinutes(now, -LONGEST_MINUTES)],
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

async function tellOffice(ctx: TransactionContext, { findings }: Proof): Promise<void> {
  const byBooking = new Map<string, Disagreement[]>();
  for (const finding of findings) {
    const subject = finding.bookingId ?? 'none';
    byBooking.set(subject, [...(byBooking.get(subject) ?? []), finding]);
  }
  for (const [subject, each] of byBooking) {
    await openReview(ctx, {
      kind: 'books_disagree',
      subject,
      ...(subject !== 'none' && { bookingId: subject }),
      reason: each
        .map(({ words }) => words)
        .join(' ')
        .slice(0, 2_000),
      suggestedStep: 'Compare the payment at Stripe with the booking and its ledger.',
    });
  }
  await execute(
    ctx,
    `update needs_reviews set resolution = 'The next proof found it mended.', resolved_at = $2, updated_at = $2
     where kind = 'books_disagree' and resolved_at is null and subject <> all($1::text[])`,
    [[...byBooking.keys()], ctx.clock.now()],
  );
}
