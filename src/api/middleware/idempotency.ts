import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { Refusal } from '../../errors.ts';
import type { IdempotencyClaim } from '../../resources/plumbing/idempotency.ts';

/** The claim that an `Idempotency-Key` makes: its scope is method and path, its hash the body without regard to key order. */
export function readClaim(request: Request): IdempotencyClaim {
  const key = request.get('idempotency-key');
  if (key === undefined || key === '') throw new Refusal('idempotency_key_required');
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'Use 1 to 255 printable characters.';
    throw new Refusal('invalid', {
      violations: [{ path: 'Idempotency-Key', code: 'invalid_format', message }],
    });
  }
  return {
    scope: `${request.method} ${request.baseUrl}${request.path}`.toLowerCase(),
    key,
    requestHash: createHash('sha256').update(canonical(request.body)).digest('hex'),
  };
}

function canonical(body: unknown): string {
  return JSON.stringify(body ?? null, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
