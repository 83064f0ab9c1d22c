import type { TransactionContext } from '../../context.ts';
import { type JobName, type JobPayload, jobCatalogue } from '../../jobs/catalogue.ts';
import { execute } from './sql.ts';

/** Writes a job to the outbox in the caller's transaction: it leaves if, and only if, the transaction commits. */
export async function post<Name extends JobName>(
  ctx: TransactionContext,
  job: Name,
  payload: JobPayload<Name>,
  options: { readonly delayMs?: number } = {},
): Promise<void> {
  await execute(
    ctx,
    'insert into outbox_messages (job, payload, delay_ms, created_at) values ($1, $2, $3, $4)',
    [job, JSON.stringify(jobCatalogue[job].payload.parse(payload)), options.delayMs ?? 0, ctx.clock.now()],
  );
}
