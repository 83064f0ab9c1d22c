import type { IncomingMessage, ServerResponse } from 'node:http';
import { setFaults } from '../faults.ts';
import { readBody } from '../stand-in-server.ts';
import { send } from './answers.ts';
import { noFaults } from './faults.ts';
import { objectsPage } from './page.ts';
import type { World } from './world.ts';

/** What S3 does not have: the page, its links to files, and the switches for tests. */

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/** Nothing in a file runs: anybody may have uploaded it. */
const FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Names of buckets begin with a letter or a digit: these are none. */
export function isExtra({ url = '/', method, headers }: IncomingMessage): boolean {
  return url.startsWith('/_') || (url === '/' && method === 'GET' && headers.authorization === undefined);
}

export async function serveExtras(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { faults, store, folder } = world;
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const write = (status: number, contentType: string, answer: string): void => {
    response.writeHead(status, {
      'content-type': contentType,
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
    });
    response.end(answer);
  };
  const json = (status: number, answer: unknown): void =>
    write(status, 'application/json', JSON.stringify(answer, null, 2));
  if (url.pathname === '/') return write(200, 'text/html; charset=utf-8', objectsPage(world));
  if (url.pathname === '/_requests') {
    response.setHeader('stand-in', world.directory);
    return json(200, world.requests);
  }
  if (url.pathname === '/_faults') {
    if (request.method === 'DELETE') Object.assign(faults, noFaults());
    if (request.method === 'POST') {
      const given = readObject(await readBody(request));
      if (!given) return json(400, { error: 'This is not a JSON object.' });
      setFaults(faults, given);
    }
    return json(200, faults);
  }
  const object = store.get('object', url.searchParams.get('key') ?? '');
  if (url.pathname !== '/_files' || !object) return json(404, { error: 'There is nothing here.' });
  const body = { handle: await folder.open(object), start: 0, length: object.size };
  const headers = {
    'content-type': object.headers['content-type'] ?? '',
    'content-length': String(object.size),
    'content-security-policy': FILE_POLICY,
    'x-content-type-options': 'nosniff',
  };
  await send(response, { status: 200, headers, body }, request.method === 'HEAD', false);
}

/** Reads a JSON object; `{}` where nothing was sent, `null` of anything else. */
function readObject(body: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(body || '{}');
    return typeof read === 'object' && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}
