import type { Context } from '../../context.ts';
import { select } from '../../resources/_kit/sql.ts';

/** An entry of the audit log, with the personal values that it names, as far as they were not erased. */
export interface AuditEntry {
  readonly id: string;
  readonly sequence: number;
  readonly at: Date;
  readonly actor_type: 'customer' | 'staff' | 'system';
  readonly actor_name: string;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly reason: string | null;
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

type Condition = 'id = $1' | 'booking_id = $1' | 'subject_type = $1 and subject_id = $2';

const entriesSql = (where: Condition, most: number) => `
  select a.id, a.sequence, a.at, a.actor_type, a.actor_name, a.action, a.subject_type, a.subject_id, a.reason,
    coalesce((select jsonb_object_agg(c.key, jsonb_build_array(coalesce(was.value, c.value -> 0), coalesce(became.value, c.value -> 1)))
      from jsonb_each(a.changes) c
      left join audit_personal_values was on was.audit_log_id = a.id and was.digest = c.value -> 0 ->> 'digest'
      left join audit_personal_values became on became.audit_log_id = a.id and became.digest = c.value -> 1 ->> 'digest'), '{}') as changes
  from (select * from audit_logs where ${where} order by sequence desc limit ${most}) a order by a.sequence desc`;

/** Entries, newest first, in one statement. They hold everything: whoever shows them asks what the role may read. */
export function auditEntries(
  ctx: Context,
  where: Condition,
  bind: readonly string[],
  most: number,
): Promise<AuditEntry[]> {
  return select<AuditEntry>(ctx, entriesSql(where, most), bind);
}

/** Whether nothing is left of a value but the digest by which the log knew it. */
export function isErased(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'digest';
}
