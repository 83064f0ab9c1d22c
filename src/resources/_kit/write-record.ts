import { isDeepStrictEqual } from 'node:util';
import type { Model, ModelStatic } from 'sequelize';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal, type Violation } from '../../errors.ts';
import { audit } from './audit.ts';
import { type ConstraintWords, violationFromDatabase } from './database-violations.ts';
import { inTransaction } from './in-transaction.ts';
import { authorize, type ResourcePolicy } from './policy.ts';
import { select } from './sql.ts';

/** The plain making and changing of a noun of reference data; bookings and money have verbs instead. */
export interface WritableNoun {
  readonly model: ModelStatic<Model>;
  readonly policy: ResourcePolicy;
  readonly constraints?: ConstraintWords;
  /** Further rules that need the database or the actor; `before` is `null` for a new one. */
  readonly check?: (
    ctx: TransactionContext,
    before: Values | null,
    values: Values,
  ) => Promise<readonly Violation[]>;
}

export type Values = Readonly<Record<string, unknown>>;

/** What two people wrote into the same field, for the one who came second. */
export interface EditConflict {
  readonly field: string;
  readonly theirs: unknown;
  readonly mine: unknown;
  readonly by: string;
  /** ISO instant. */
  readonly at: string;
}

/** Makes one with its audit row in one transaction. Throws `forbidden`, or `invalid` with every violation. */
export async function createRecord(ctx: Context, noun: WritableNoun, values: Values): Promise<Model> {
  authorize(ctx, noun.policy, 'new');
  return guarded(noun, () =>
    inTransaction(ctx, async (tx) => {
      await refuse(noun.check?.(tx, null, values));
      const now = ctx.clock.now();
      const row = await noun.model.create(
        { ...values, createdAt: now, updatedAt: now },
        { transaction: tx.tx },
      );
      const changes = Object.fromEntries(
        Object.entries(values).map(([field, value]) => [field, [null, value ?? null] as const]),
      );
      await auditWrite(tx, noun, row, 'created', changes);
      return row;
    }),
  );
}

interface Edit {
  readonly id: string;
  /** The version that the person read; without it the last writer wins. */
  readonly version: number | undefined;
  readonly values: Values;
}

/**
 * Changes one with its audit row in one transaction. When somebody else was faster, different fields merge; the same
 * field throws `edit_conflict` with `conflicts: EditConflict[]` and the `version` to send when the person has chosen.
 * Throws `forbidden`, `not_found`, or `invalid` with every violation.
 */
export async function editRecord(
  ctx: Context,
  noun: WritableNoun,
  edit: Edit,
  action = 'edit',
): Promise<Model> {
  authorize(ctx, noun.policy, action);
  return guarded(noun, () =>
    inTransaction(ctx, async (tx) => {
      const row = await noun.model.findByPk(edit.id, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
      if (!row) throw new Refusal('not_found');
      const before: Values = { ...row.get() };
      const values = await merged(tx, noun, before, edit);
      await refuse(noun.check?.(tx, before, values));
      if (Object.keys(values).length === 0) return row;
      const version = Number(before.version) + 1;
      await row.update({ ...values, version, updatedAt: ctx.clock.now() }, { transaction: tx.tx });
      const changes = Object.fromEntries(
        Object.entries(values).map(([field, value]) => [
          field,
          [before[field] ?? null, value ?? null] as const,
        ]),
      );
      await auditWrite(tx, noun, row, 'updated', changes);
      return row;
    }),
  );
}

/** Deletes one with its audit row in one transaction. Throws `forbidden`, `not_found`, `invalid` when others need it. */
export async function deleteRecord(ctx: Context, noun: WritableNoun, id: string): Promise<void> {
  authorize(ctx, noun.policy, 'delete');
  await guarded(noun, () =>
    inTransaction(ctx, async (tx) => {
      const row = await noun.model.findByPk(id, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
      if (!row) throw new Refusal('not_found');
      const gone = Object.keys(noun.policy.fields).map(
        (field) => [field, [row.get(field) ?? null, null] as const] as const,
      );
      await row.destroy({ transaction: tx.tx });
      await auditWrite(tx, noun, row, 'deleted', Object.fromEntries(gone));
    }),
  );
}

/** Whether two values of a column are the same, whatever way they came. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

/** As JSON keeps it: instants as text. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

type Changes = Readonly<Record<string, readonly [unknown, unknown]>>;

/** What really changes, others' edits since the version that was read being kept. */
async function merged(ctx: TransactionContext, noun: WritableNoun, row: Values, edit: Edit): Promise<Values> {
  const wanted = Object.entries(edit.values).filter(([field, value]) => !isSameValue(value, row[field]));
  if (edit.version === undefined || edit.version === row.version) return Object.fromEntries(wanted);
  const theirs = await changesSince(ctx, noun.policy, edit.id, edit.version);
  const conflicts: EditConflict[] = [];
  const values: Record<string, unknown> = {};
  for (const [field, mine] of wanted) {
    const change = theirs.get(field);
    if (!change) values[field] = mine;
    else if (!isSameValue(mine, change.before)) {
      conflicts.push({ field, theirs: row[field], mine, by: change.by, at: change.at });
    }
  }
  if (conflicts.length > 0) {
    throw new Refusal('edit_conflict', { extras: { version: row.version, conflicts } });
  }
  return values;
}

interface ChangeSince {
  readonly before: unknown;
  readonly by: string;
  readonly at: string;
}

/** Each field that was changed after a version: as it was then, and who changed it last. */
async function changesSince(
  ctx: TransactionContext,
  policy: ResourcePolicy,
  id: string,
  version: number,
): Promise<Map<string, ChangeSince>> {
  const rows = await select<{ field: string; before: unknown; by: string; at: Date }>(
    ctx,
    `select c.key as field, coalesce(p.value, c.value -> 0) as before, a.actor_name as by, a.at
     from audit_logs a cross join jsonb_each(a.changes) c
     left join audit_personal_values p on p.audit_log_id = a.id and p.digest = c.value -> 0 ->> 'digest'
     where a.subject_type = $1 and a.subject_id = $2 and a.subject_version > $3 order by a.sequence`,
    [policy.subject, id, version],
  );
  const since = new Map<string, ChangeSince>();
  for (const { field, before, by, at } of rows) {
    since.set(field, {
      before: since.has(field) ? since.get(field)?.before : before,
      by,
      at: at.toISOString(),
    });
  }
  return since;
}

async function auditWrite(
  ctx: TransactionContext,
  { policy }: WritableNoun,
  row: Model,
  verb: string,
  changes: Changes,
): Promise<void> {
  const personal = policy.personal ?? [];
  const part = (isPersonal: boolean): Changes =>
    Object.fromEntries(Object.entries(changes).filter(([field]) => personal.includes(field) === isPersonal));
  const id = String(row.get('id'));
  await audit(ctx, {
    action: `${policy.subject}.${verb}`,
    subjectType: policy.subject,
    subjectId: id,
    subjectVersion: Number(row.get('version') ?? 0),
    ...(policy.subject === 'booking' && { bookingId: id }),
    ...(policy.subject === 'customer' && { customerId: id }),
    changes: part(false),
    personal: part(true),
  });
}

async function refuse(found: Promise<readonly Violation[]> | undefined): Promise<void> {
  const violations = (await found) ?? [];
  if (violations.length > 0) throw new Refusal('invalid', { violations });
}

async function guarded<T>(noun: WritableNoun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const violation = violationFromDatabase(error, noun.model.tableName, noun.constraints);
    if (!violation) throw error;
    throw new Refusal('invalid', { violations: [violation], cause: error });
  }
}
