import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { alone } from '../_kit/alone.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { execute } from '../_kit/sql.ts';
import { reconcile } from './reconcile-payments.ts';
import { ReconciliationRun } from './reconciliation-run.model.ts';
import { reconciliationRunPolicy } from './reconciliation-run.policy.ts';

const MOST_KEPT = 500;

/** Has payments reconciled now, by a job. Throws `forbidden`. */
export async function startReconciliation(ctx: Context): Promise<ReconciliationRun> {
  authorize(ctx, reconciliationRunPolicy, 'new');
  const { actor } = ctx;
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  return inTransaction(ctx, async (tx) => {
    const now = ctx.clock.now();
    const run = await ReconciliationRun.create(
      { id: randomUUID(), startedBy: actor.id, createdAt: now, updatedAt: now },
      { transaction: tx.tx, returning: true },
    );
    await audit(tx, {
      action: 'reconciliationRun.started',
      subjectType: 'reconciliationRun',
      subjectId: run.id,
    });
    await post(tx, 'reconcile_payments', { runId: run.id });
    return run;
  });
}

/**
 * Reconciles and keeps what came out. One runs at a time: the schedule passes over its turn, one that was asked for is tried
 * again (throws `conflict`). What could not be worked fails the run, which is thrown, and is met again by the next.
 */
export async function keepReconciliation(
  ctx: Context,
  { runId }: { readonly runId?: string | undefined },
): Promise<void> {
  const outcome = await alone(ctx, 'reconciliation', async () => {
    await endDead(ctx, runId);
    const run = await begin(ctx, runId);
    if (run) await carryOut(ctx, run);
    return 'over';
  });
  if (outcome === 'busy' && runId !== undefined)
    throw new Refusal('conflict', { detail: 'Another reconciliation runs.', retryAfterSeconds: 10 });
}

/** A run that waits or was cut off becomes a running one; the schedule makes its own. `null` when it has ended. */
async function begin(ctx: Context, runId: string | undefined): Promise<ReconciliationRun | null> {
  const now = ctx.clock.now();
  const started = { status: 'running', startedAt: now, updatedAt: now } as const;
  if (runId === undefined)
    return ReconciliationRun.create({ ...started, createdAt: now }, { returning: true });
  const [taken] = await ReconciliationRun.update(started, {
    where: { id: runId, status: ['waiting', 'running'] },
  });
  return taken === 0 ? null : ReconciliationRun.findByPk(runId, { rejectOnEmpty: true });
}

async function carryOut(ctx: Context, run: ReconciliationRun): Promise<void> {
  try {
    const { counts, healed, findings, failures } = await reconcile(ctx);
    const found = {
      counts,
      healed,
      findings: findings.slice(0, MOST_KEPT),
      findingCount: findings.length,
    };
    await end(ctx, run, found, failures);
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} payments not reconciled yet`);
  } catch (error) {
    if (run.status === 'running') await end(ctx, run, {}, [error]);
    throw error;
  }
}

async function end(
  ctx: Context,
  run: ReconciliationRun,
  found: Partial<Pick<ReconciliationRun, 'counts' | 'healed' | 'findings' | 'findingCount'>>,
  failures: readonly unknown[],
): Promise<void> {
  const now = ctx.clock.now();
  const failure = failures
    .map((error) => (error instanceof Error ? error.message : String(error)))
    .join('\n')
    .slice(0, 2_000);
  await run.update({
    ...found,
    status: failures.length === 0 ? 'done' : 'failed',
    failure: failure || null,
    endedAt: now,
    updatedAt: now,
  });
}

/** Under the lock nobody else runs: what says so was cut off. */
async function endDead(ctx: Context, exceptId: string | undefined): Promise<void> {
  const now = ctx.clock.now();
  await execute(
    ctx,
    `update reconciliation_runs set status = 'failed', failure = 'It was cut off in the middle.', ended_at = $1, updated_at = $1
     where status = 'running' and id is distinct from $2`,
    [now, exceptId ?? null],
  );
}
