import { randomUUID } from 'node:crypto';
import { UniqueConstraintError } from 'sequelize';
import { addMinutes } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { execute } from '../_kit/sql.ts';
import { reconcile } from './reconcile-payments.ts';
import { ReconciliationRun } from './reconciliation-run.model.ts';
import { reconciliationRunPolicy } from './reconciliation-run.policy.ts';

/** A run that has said nothing for so long has died. */
const SILENT_MINUTES = 15;
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
  await endDead(ctx);
  const run = await begin(ctx, runId);
  if (run === 'over') return;
  if (run === 'busy') {
    if (runId === undefined) return;
    throw new Refusal('conflict', { detail: 'Another reconciliation runs.', retryAfterSeconds: 10 });
  }
  const beat = async () => {
    await run.update({ updatedAt: ctx.clock.now() });
  };
  try {
    const { counts, healed, findings, failures } = await reconcile(ctx, beat);
    await end(
      ctx,
      run,
      {
        counts,
        healed,
        findings: findings.slice(0, MOST_KEPT),
        findingCount: findings.length,
      },
      failures,
    );
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} payments not reconciled yet`);
  } catch (error) {
    if (run.status === 'running') await end(ctx, run, {}, [error]);
    throw error;
  }
}

async function begin(ctx: Context, runId: string | undefined): Promise<ReconciliationRun | 'busy' | 'over'> {
  const now = ctx.clock.now();
  const started = { status: 'running', startedAt: now, updatedAt: now } as const;
  try {
    if (runId === undefined)
      return await ReconciliationRun.create({ ...started, createdAt: now }, { returning: true });
    const where = { id: runId, status: ['waiting', 'running'] as const };
    const [taken] = await ReconciliationRun.update(started, {
      where: { ...where, status: [...where.status] },
    });
    return taken === 0 ? 'over' : await ReconciliationRun.findByPk(runId, { rejectOnEmpty: true });
  } catch (error) {
    if (error instanceof UniqueConstraintError) return 'busy';
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

async function endDead(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  await execute(
    ctx,
    `update reconciliation_runs set status = 'failed', failure = 'It was cut off in the middle.', ended_at = $1, updated_at = $1
     where status = 'running' and updated_at < $2`,
    [now, addMinutes(now, -SILENT_MINUTES)],
  );
}
