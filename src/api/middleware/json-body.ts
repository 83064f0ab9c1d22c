import express, { type RequestHandler } from 'express';
import { Refusal, type Violation } from '../../errors.ts';

export const BODY_LIMIT_BYTES = 256 * 1024;

const DEEPEST = 32;

/** Reads a JSON body of at most 256 kB (`rules.md` §8). Another type is 415, and no text that a database cannot hold. */
export const jsonBody: readonly RequestHandler[] = [
  (request, _response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.get('content-length')) > 0;
    next(hasBody && !request.is('application/json') ? new Refusal('unsupported_media_type') : undefined);
  },
  express.json({ limit: BODY_LIMIT_BYTES, strict: false }),
  (request, _response, next) => {
    const violations = unstorable(request.body);
    next(violations.length > 0 ? new Refusal('invalid', { violations }) : undefined);
  },
];

/** NUL and lone surrogates are JSON but not text. Walks without recursion: nesting is the client's choice. */
function unstorable(body: unknown): Violation[] {
  const found: Violation[] = [];
  const open: { value: unknown; path: string; depth: number }[] = [{ value: body, path: '', depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    if (depth > DEEPEST) throw new Refusal('bad_request', { detail: 'The request is nested too deeply.' });
    if (typeof value === 'string' && !isText(value)) {
      found.push({ path, code: 'invalid_characters', message: 'This has characters that are not text.' });
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      const name = isText(key) ? key : 'unknown';
      if (name !== key)
        found.push({ path: name, code: 'unknown_field', message: 'This field is not known.' });
      open.push({ value: inner, path: path === '' ? name : `${path}.${name}`, depth: depth + 1 });
    }
  }
  return found;
}

function isText(value: string): boolean {
  return !/\p{Surrogate}/u.test(value) && !value.includes('\0');
}
