import { z } from 'zod';
import { cardViolations, type PartialQuoteRequest } from './card-checks.ts';
import { quoteRequestShape } from './quote-request.ts';
import type { CompiledRateCard } from './rate-card.ts';
import { type Violation, violationsFromZod } from './violations.ts';

/** The fields of a quote one by one, each of them optional: what is sound in a broken request. */
const soundPart = z.object(quoteRequestShape).partial();

/**
 * Reads a request that has a quote's fields, by any schema built on them. A refused one carries every violation at once:
 * of its form, and what the rate card says of the fields that are sound.
 */
export function readQuoteRequest<T>(
  input: unknown,
  schema: z.ZodType<T>,
  card: CompiledRateCard,
): { ok: true; request: T } | { ok: false; violations: Violation[] } {
  const result = schema.safeParse(input, { reportInput: true });
  const form = result.success ? [] : violationsFromZod(result.error);
  const price = cardViolations(soundFields(input, result.error), card);
  if (result.success && price.length === 0) return { ok: true, request: result.data };
  const known = new Set(form.map(({ path }) => path));
  return { ok: false, violations: [...form, ...price.filter(({ path }) => !known.has(path))] };
}

function soundFields(input: unknown, error: z.ZodError | undefined): PartialQuoteRequest {
  if (typeof input !== 'object' || input === null) return {};
  const broken = new Set(error?.issues.map((issue) => issue.path[0]));
  const part = soundPart.safeParse(
    Object.fromEntries(Object.entries(input).filter(([field]) => !broken.has(field))),
  );
  return part.success ? part.data : {};
}
