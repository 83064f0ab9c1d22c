import { createHmac, randomUUID } from 'node:crypto';
import type { Actor, TransactionContext } from '../../context.ts';
import { execute } from './sql.ts';

/** A record that is referred to is `{ id, name }`, its name as it was. */
type Change = readonly [before: unknown, after: unknown];

/** What happened to what. `personal` values are kept apart, so that they can be erased while the log stays whole. */
export interface AuditEntry {
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** The subject's version after this change, where it has versions: tells editors apart (`edit-record.ts`). */
  readonly subjectVersion?: number;
  readonly bookingId?: string;
  readonly customerId?: string;
  readonly reason?: string;
  readonly changes?: Readonly<Record<string, Change>>;
  readonly personal?: Readonly<Record<string, Change>>;
}

/** Writes one audit row in the caller's transaction (`product.md` §8, `rules.md` §6). */
export async function audit(ctx: TransactionContext, entry: AuditEntry): Promise<void> {
  const id = randomUUID();
  const values: { digest: string; value: unknown }[] = [];
  const digested = Object.entries(entry.personal ?? {}).map(([field, change]) => {
    const digests = change.map((value) => {
      if (value === null || value === undefined) return null;
      const digest = keyedDigest(ctx, value);
      values.push({ digest, value });
      return { digest };
    });
    return [field, digests] as const;
  });
  await execute(
    ctx,
    `with log as (
       insert into audit_logs (id, at, actor_type, actor_id, actor_name, action, subject_type, subject_id,
         subject_version, booking_id, request_id, reason, changes)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     )
     insert into audit_personal_values (audit_log_id, digest, value, booking_id, customer_id)
     select $1::uuid, (v ->> 'digest'), v -> 'value', $10::uuid, $15::uuid from jsonb_array_elements($14::jsonb) v
     on conflict do nothing`,
    [
      id,
      ctx.clock.now(),
      ctx.actor.type,
      actorId(ctx.actor),
      ctx.actor.type === 'customer' ? 'Customer' : ctx.actor.name,
      entry.action,
      entry.subjectType,
      entry.subjectId,
      entry.subjectVersion ?? null,
      entry.bookingId ?? null,
      ctx.requestId,
      entry.reason ?? null,
      JSON.stringify({ ...entry.changes, ...Object.fromEntries(digested) }),
      JSON.stringify(values),
      entry.customerId ?? null,
    ],
  );
}

function keyedDigest(ctx: TransactionContext, value: unknown): string {
  return createHmac('sha256', ctx.config.sessionSecret)
    .update(`audit ${JSON.stringify(value)}`)
    .digest('base64url');
}

function actorId(actor: Actor): string | null {
  if (actor.type === 'staff') return actor.id;
  return actor.type === 'customer' ? actor.bookingId : null;
}
