import { addMinutes, realNow } from '../../clock.ts';
import type { Context, TransactionContext } from '../../context.ts';
import { LOCK_TIMEOUT_MS, sqlState } from '../../database.ts';
import { Refusal } from '../../errors.ts';
import { execute, select } from '../_kit/sql.ts';

/** One client's promise that a request is the same one: scope is method and full path (`rules.md` §8). */
export interface IdempotencyClaim {
  readonly scope: string;
  readonly key: string;
  readonly requestHash: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: object;
  /** What the request made. */
  readonly resourceId: string;
}

const KEPT_MINUTES = 24 * 60;

/**
 * Takes the key inside the transaction that does the work, so that both commit or neither. A duplicate that runs at the
 * same time waits here for the first (at most 10 s, then `idempotency_key_in_use`) and is told what the first made.
 * Throws `idempotency_key_reused` when the key came with another body.
 */
export async function claimIdempotencyKey(
  ctx: TransactionContext,
  claim: IdempotencyClaim,
): Promise<{ readonly resourceId: string | null }> {
  const now = realNow();
  const bind = [claim.scope, claim.key, claim.requestHash, now, addMinutes(now, KEPT_MINUTES)];
  try {
    const [row] = await select<{ request_hash: string; resource_id: string | null }>(ctx, claimSql, bind);
    if (row && row.request_hash !== claim.requestHash) throw keyReused();
    return { resourceId: row?.resource_id ?? null };
  } catch (error) {
    if (sqlState(error) === '55P03')
      throw new Refusal('idempotency_key_in_use', { cause: error, retryAfterSeconds: 1 });
    throw error;
  }
}

/** A key that lapsed is taken anew; one that another transaction holds is waited for, longer than other locks. */
const claimSql = `
  insert into idempotency_keys as k (scope, key, request_hash, created_at, expires_at)
  select $1, $2, $3, $4::timestamptz, $5::timestamptz from (select set_config('lock_timeout', '10s', true)) patient
  on conflict (scope, key) do update set
    request_hash = case when k.expires_at <= $4 then excluded.request_hash else k.request_hash end,
    resource_id = case when k.expires_at <= $4 then null else k.resource_id end,
    status = case when k.expires_at <= $4 then null else k.status end,
    answer = case when k.expires_at <= $4 then null else k.answer end,
    created_at = case when k.expires_at <= $4 then excluded.created_at else k.created_at end,
    expires_at = case when k.expires_at <= $4 then excluded.expires_at else k.expires_at end
  returning request_hash, resource_id, set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true)`;

/** Remembers, in the same transaction, what the claimed request made. */
export async function rememberResource(
  ctx: TransactionContext,
  claim: IdempotencyClaim,
  resourceId: string,
): Promise<void> {
  await execute(ctx, 'update idempotency_keys set resource_id = $3 where scope = $1 and key = $2', [
    claim.scope,
    claim.key,
    resourceId,
  ]);
}

/** The answer given before under this key, or `null`. Throws `idempotency_key_reused` for another body. */
export async function findKeptAnswer(ctx: Context, claim: IdempotencyClaim): Promise<KeptAnswer | null> {
  const [row] = await select<{
    request_hash: string;
    resource_id: string | null;
    status: number | null;
    answer: object | null;
  }>(
    ctx,
    'select request_hash, resource_id, status, answer from idempotency_keys where scope = $1 and key = $2 and expires_at > $3',
    [claim.scope, claim.key, realNow()],
  );
  if (!row) return null;
  if (row.request_hash !== claim.requestHash) throw keyReused();
  if (row.answer === null || row.status === null || row.resource_id === null) return null;
  return { status: row.status, body: row.answer, resourceId: row.resource_id };
}

/**
 * Keeps a 2xx answer, which must hold no token and no client secret (`rules.md` §6). Returns the one that is kept: the
 * first, when two requests with one key ran side by side.
 */
export async function keepAnswer(
  ctx: Context,
  claim: IdempotencyClaim,
  answer: KeptAnswer,
): Promise<KeptAnswer> {
  const kept = await select(
    ctx,
    `update idempotency_keys set status = $3, answer = $4, resource_id = $5 where scope = $1 and key = $2 and answer is null
     returning key`,
    [claim.scope, claim.key, answer.status, JSON.stringify(answer.body), answer.resourceId],
  );
  return kept.length > 0 ? answer : ((await findKeptAnswer(ctx, claim)) ?? answer);
}

function keyReused(): Refusal {
  const message = 'This key was used with a different request.';
  const violation = { path: 'Idempotency-Key', code: 'idempotency_key_reused', message };
  return new Refusal('idempotency_key_reused', { violations: [violation] });
}
