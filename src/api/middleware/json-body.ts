import express, { type NextFunction, type Request, type RequestHandler } from 'express';
import { Refusal, type Violation } from '../../errors.ts';

export const BODY_LIMIT_BYTES = 256 * 1024;

const DEEPEST = 32;

/** Reads a JSON body of at most 256 kB (`rules.md` §8). Another type is 415, and no text that a database cannot hold. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (isPlain(request)) readPlain(request, next);
  else if (hasBody(request) && !request.is('application/json')) next(new Refusal('unsupported_media_type'));
  else
    readAny(request, response, (error?: unknown) => {
      if (error === undefined) passStorable(request, next);
      else next(error);
    });
};

/** Called as the body ends, where nobody catches: what is refused is handed on. */
function passStorable(request: Request, next: NextFunction): void {
  try {
    const violations = unstorable(request.body);
    if (violations.length > 0) throw new Refusal('invalid', { violations });
  } catch (error) {
    next(error);
    return;
  }
  next();
}

const readAny = express.json({ limit: BODY_LIMIT_BYTES, strict: false });

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
}

/** What nearly every client sends: so many bytes of UTF-8, not compressed. */
function isPlain({ headers }: Request): boolean {
  const length = Number(headers['content-length']);
  const type = headers['content-type'];
  return (
    length > 0 &&
    length <= BODY_LIMIT_BYTES &&
    headers['content-encoding'] === undefined &&
    (type === 'application/json' || type === 'application/json; charset=utf-8')
  );
}

/** Reads such a body without the general reader's decoders, which take as long as everything else together (ADR 14). */
function readPlain(request: Request, next: NextFunction): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('error', next);
  request.on('end', () => {
    const text = textOf(chunks);
    try {
      request.body = JSON.parse(text) as unknown;
    } catch (error) {
      next(new Refusal('malformed_json', { cause: error }));
      return;
    }
    if (isHarmless(text)) next();
    else passStorable(request, next);
  });
}

/** Without the byte order mark that some clients begin with. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const text = (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Whether JSON that was read as UTF-8 holds nothing to look for: without escapes all of it is text, and it is not deep. */
function isHarmless(text: string): boolean {
  if (text.includes('\\u')) return false;
  let opened = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && opened <= DEEPEST; at = text.indexOf(bracket, at + 1))
      opened += 1;
  }
  return opened <= DEEPEST;
}

/** NUL and lone surrogates are JSON but not text. Walks without recursion: nesting is the client's choice. */
export function unstorable(body: unknown): Violation[] {
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
  return value.isWellFormed() && !value.includes('\0');
}
