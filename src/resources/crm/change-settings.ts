import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { violationsFromZod } from '../../pricing/violations.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { execute, select } from '../_kit/sql.ts';
import type { EditConflict } from '../_kit/write-record.ts';
import { settingsPolicy } from './settings.policy.ts';
import { readSettings, type Settings, settingsSchema, settingsViolations } from './settings.ts';

interface Change {
  /** Only what changes. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same settings as they were when the person began. */
  readonly were: Readonly<Record<string, unknown>>;
}

/**
 * Changes figures of the rules. Throws `forbidden`, `invalid` with every violation, and `edit_conflict` when somebody
 * changed the same figure meanwhile; other figures merge.
 */
export async function changeSettings(ctx: Context, { values, were }: Change): Promise<Settings> {
  authorize(ctx, settingsPolicy, 'edit');
  return inTransaction(ctx, async (tx) => {
    await execute(tx, 'lock table settings in share row exclusive mode');
    const current = await readSettings(tx);
    const parsed = settingsSchema.strict().safeParse({ ...current, ...values }, { reportInput: true });
    if (!parsed.success) throw new Refusal('invalid', { violations: violationsFromZod(parsed.error) });
    const violations = settingsViolations(parsed.data);
    if (violations.length > 0) throw new Refusal('invalid', { violations });
    const stored = new Map<string, unknown>(Object.entries(current));
    const changed = Object.entries(parsed.data).filter(([key, value]) => value !== stored.get(key));
    const conflicts = await Promise.all(
      changed
        .filter(([key]) => key in were && were[key] !== stored.get(key))
        .map(async ([field, mine]) => ({
          field,
          mine,
          theirs: stored.get(field),
          ...(await lastChange(tx, field)),
        })),
    );
    if (conflicts.length > 0)
      throw new Refusal('edit_conflict', {
        extras: { conflicts: conflicts satisfies EditConflict[], version: 0 },
      });
    if (changed.length === 0) return current;
    await execute(
      tx,
      `insert into settings (key, value, updated_at) select c.key, c.value, $2 from jsonb_each($1::jsonb) c
       on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`,
      [
        JSON.stringify(Object.fromEntries(changed.map(([key, value]) => [snakeCase(key), value]))),
        ctx.clock.now(),
      ],
    );
    await audit(tx, {
      action: 'settings.updated',
      subjectType: 'settings',
      subjectId: 'settings',
      changes: Object.fromEntries(changed.map(([key, value]) => [key, [stored.get(key), value] as const])),
    });
    return parsed.data;
  });
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Who changed a figure last, and when (an ISO instant). */
async function lastChange(ctx: TransactionContext, key: string): Promise<{ by: string; at: string }> {
  const [last] = await select<{ by: string; at: Date }>(
    ctx,
    `select actor_name as by, at from audit_logs where subject_type = 'settings' and changes ? $1
     order by sequence desc limit 1`,
    [key],
  );
  return { by: last?.by ?? 'Somebody', at: (last?.at ?? ctx.clock.now()).toISOString() };
}
