import type { BodyBytes, FuzzRequest } from './request.ts';

/** A request that is still being twisted. */
export interface Draft {
  readonly method: string;
  readonly path: string;
  /** Without its question mark; empty for none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body's text, once it is more than `body` written down. */
  readonly text?: string;
  readonly bytes?: BodyBytes;
}

export type Twist = (draft: Draft) => Draft;

export function textOf({ text, body }: Draft): string {
  return text ?? JSON.stringify(body) ?? '';
}

/** With so many headers changed; `undefined` takes one away. Names are compared as HTTP does. */
export function withHeaders(draft: Draft, changes: Readonly<Record<string, string | undefined>>): Draft {
  const kept = Object.entries(draft.headers).filter(([name]) => !(name in changes));
  const added = Object.entries(changes).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...draft, headers: Object.fromEntries([...kept, ...added]) };
}

export function finished(draft: Draft): FuzzRequest {
  const { method, path, query, headers, bytes } = draft;
  const text = textOf(draft);
  const hasBody = text !== '' || draft.text !== undefined;
  return {
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers,
    ...(hasBody && { body: text }),
    ...(hasBody && bytes && { bytes }),
  };
}
