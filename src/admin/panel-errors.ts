import { ForbiddenError, NotFoundError, ValidationError } from 'adminjs';
import { businessTimeInput } from '../clock.ts';
import { Refusal } from '../errors.ts';
import type { EditConflict } from '../resources/_kit/write-record.ts';
import type { ResourceDefinition } from './kit/define-resource.ts';

/**
 * The panel's one translator: a refusal becomes the error that AdminJS tells at its fields. Everything else goes on to
 * the front's error page, which tells nothing inner.
 */
export async function translated<T>(
  face: Pick<ResourceDefinition, 'columns'>,
  now: Date,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw panelError(error, face, now);
    throw error;
  }
}

export function panelError(refusal: Refusal, face: Pick<ResourceDefinition, 'columns'>, now: Date): Error {
  if (refusal.code === 'forbidden' || refusal.code === 'unauthenticated')
    return new ForbiddenError(refusal.detail);
  if (refusal.code === 'not_found') return new NotFoundError(refusal.detail, 'panel');
  if (refusal.code === 'edit_conflict') return conflictError(refusal, face, now);
  const errors = Object.fromEntries(
    (refusal.facts.violations ?? []).map(({ path, code, message }) => [path, { type: code, message }]),
  );
  const unplaced = errors[''];
  return new ValidationError(errors, { type: refusal.code, message: unplaced?.message ?? refusal.detail });
}

/** Both values at each field, in words and as they are kept. */
function conflictError(refusal: Refusal, { columns }: Pick<ResourceDefinition, 'columns'>, now: Date): Error {
  const { conflicts, version } = refusal.facts.extras as { conflicts: EditConflict[]; version: number };
  const words = (field: string, value: unknown) =>
    columns[field]?.cell(value, { [field]: value }, now)?.text ?? '';
  const errors = Object.fromEntries(
    conflicts.map(({ field, theirs, mine, by, at }) => [
      field,
      {
        type: 'conflict',
        message: `${by} wrote “${words(field, theirs)}” while you wrote “${words(field, mine)}”.`,
        by,
        at,
        version,
        theirs: { value: inputOf(theirs), text: words(field, theirs) },
        mine: { value: inputOf(mine), text: words(field, mine) },
      },
    ]),
  );
  return new ValidationError(errors, { type: 'conflict', message: refusal.detail });
}

function inputOf(value: unknown): unknown {
  return value instanceof Date ? businessTimeInput(value) : (value ?? null);
}
