import { DatabaseError, ForeignKeyConstraintError, UniqueConstraintError } from 'sequelize';
import type { Violation } from '../../errors.ts';

/** What a constraint of the database means to the person who filled in the form. */
export type ConstraintWords = Readonly<Record<string, { readonly path: string; readonly message: string }>>;

/**
 * The last guard's refusal in words at the field it is about, or `null` for an error that is none. `words` names what a
 * constraint over several columns means; a column's own is found by its name (`table_column_check`).
 */
export function violationFromDatabase(
  error: unknown,
  table: string,
  words: ConstraintWords = {},
): Violation | null {
  if (error instanceof UniqueConstraintError) {
    const constraint = constraintOf(error);
    const known = constraint === null ? undefined : words[constraint];
    const path = known?.path ?? camelCase(Object.keys(error.fields)[0] ?? '');
    return { path, code: 'taken', message: known?.message ?? 'Another one has this already.' };
  }
  if (error instanceof ForeignKeyConstraintError) {
    const column = /^(.*)_fkey$/.exec(constraintOf(error)?.slice(table.length + 1) ?? '')?.[1] ?? '';
    const isOurs = constraintOf(error)?.startsWith(`${table}_`) ?? false;
    return isOurs
      ? { path: camelCase(column), code: 'not_there', message: 'There is no such record.' }
      : { path: '', code: 'in_use', message: 'Other records still need this.' };
  }
  if (!(error instanceof DatabaseError)) return null;
  const state = 'code' in error.original ? error.original.code : null;
  const constraint = constraintOf(error);
  if (state === '23514' || state === '23001') {
    const known = constraint === null ? undefined : words[constraint];
    if (known) return { code: 'not_allowed', ...known };
    const column = constraint?.startsWith(`${table}_`) ? constraint.slice(table.length + 1) : '';
    return {
      path: camelCase(column.replace(/_check\d*$/, '')),
      code: 'not_allowed',
      message: 'This value is not allowed here.',
    };
  }
  if (state === '22P02' || state === '22003' || state === '22001' || state === '22007' || state === '22008') {
    return { path: '', code: 'invalid_value', message: 'A value is not in the right form or out of range.' };
  }
  return null;
}

function constraintOf(error: DatabaseError | UniqueConstraintError): string | null {
  const { original } = error as { original?: unknown };
  const { parent } = error;
  for (const source of [original, parent]) {
    if (typeof source === 'object' && source !== null && 'constraint' in source) {
      return typeof source.constraint === 'string' ? source.constraint : null;
    }
  }
  return null;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
