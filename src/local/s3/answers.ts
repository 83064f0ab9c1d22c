import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { S3Problem } from './problems.ts';
import { document, type Elements } from './xml.ts';

/** What goes out, when nothing goes wrong on the way. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FileBody | null;
}

export interface FileBody {
  readonly handle: FileHandle;
  readonly start: number;
  readonly length: number;
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: null };
}

export function xml(root: string, elements: Elements, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/xml' }, body: document(root, elements) };
}

export function problemAnswer(problem: S3Problem, path: string, requestId: string): Answer {
  const { code, message, more } = problem;
  const body = document(
    'Error',
    { Code: code, Message: message, ...more, Resource: path, RequestId: requestId, HostId: 'local' },
    null,
  );
  return { status: problem.status, headers: { 'content-type': 'application/xml' }, body };
}

/** Sends it; of a file only the first `share` when the fault is wanted that cuts it. */
export async function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  isHead: boolean,
  cut: boolean,
): Promise<void> {
  response.writeHead(status, headers);
  if (typeof body !== 'object' || body === null) return void response.end(isHead ? undefined : body);
  const { handle, start, length } = body;
  try {
    if (isHead || length === 0) return void response.end();
    const end = start + (cut ? Math.floor(length / 2) : length) - 1;
    const bytes = handle.createReadStream({ start, end, autoClose: false });
    if (!cut) return await pipeline(bytes, response);
    for await (const chunk of bytes) response.write(chunk);
    response.destroy();
  } finally {
    await handle.close();
  }
}
