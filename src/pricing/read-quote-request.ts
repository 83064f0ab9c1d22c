import type { z } from 'zod';
import { cardViolations, type PartialQuoteRequest } from './card-checks.ts';
import { type Check, checkQuoteRequest } from './quote-checks.ts';
import type { QuoteRequest } from './quote-request.ts';
import type { CompiledRateCard } from './rate-card.ts';
import { dotted, type Violation, violationsFromZod } from './violations.ts';

export type ReadRequest<T> =
  | { readonly ok: true; readonly request: T }
  | { readonly ok: false; readonly violations: Violation[] };

/**
 * Reads a request that has a quote's fields. A refused one carries every violation at once: of its fields, between its
 * fields, and what the rate card says of those that are sound.
 */
export function readQuoteRequest<Schema extends z.ZodObject>(
  input: unknown,
  schema: Schema,
  card: CompiledRateCard,
  moreChecks: readonly Check<z.output<Schema>>[] = [],
): ReadRequest<z.output<Schema>> {
  const sound = schema.safeParse(input);
  // Only its complaints need the input; asked for it, the schema takes twice as long (ADR 14).
  const result = sound.success ? sound : schema.safeParse(input, { reportInput: true });
  const violations = result.success ? [] : violationsFromZod(result.error);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { ok: false, violations };
  const broken = result.success ? NONE : new Set(result.error.issues.map((issue) => issue.path[0] ?? ''));
  const request = result.success ? result.data : soundFields(input, schema, broken);
  const add = (found: Violation): void => {
    if (!violations.some(({ path }) => path === found.path)) violations.push(found);
  };
  for (const check of [checkQuoteRequest as Check<unknown>, ...(moreChecks as Check<unknown>[])]) {
    check(request, broken, (path, code, message) => add({ path: dotted(path), code, message }));
  }
  for (const found of cardViolations(request as PartialQuoteRequest, card)) add(found);
  return violations.length === 0
    ? { ok: true, request: request as z.output<Schema> }
    : { ok: false, violations };
}

const NONE: ReadonlySet<PropertyKey> = new Set();

/** The fields one by one: what is sound in a broken request. */
function soundFields(
  input: object,
  schema: z.ZodObject,
  broken: ReadonlySet<PropertyKey>,
): Partial<QuoteRequest> {
  const given = new Map<string, unknown>(Object.entries(input));
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([name, field]) => {
      const read = broken.has(name) ? null : field.safeParse(given.get(name));
      return read?.success && read.data !== undefined ? [[name, read.data]] : [];
    }),
  );
}
