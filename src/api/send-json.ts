import type { ServerResponse } from 'node:http';

/**
 * Answers JSON text with the status that is set and further headers, names and values in turn. Express's own `json` would
 * look for validators that the API does not give, and reads every setting anew; here it is a head and the bytes. These
 * leave at the end of the event loop's turn, so that the answers of one turn leave together: a client that is woken for the
 * first reads the others awake.
 */
export function sendJson(
  response: ServerResponse,
  body: string | Buffer,
  ...headers: readonly string[]
): void {
  const length = String(Buffer.byteLength(body));
  const type = 'application/json; charset=utf-8';
  response.writeHead(response.statusCode, [...headers, 'Content-Type', type, 'Content-Length', length]);
  setImmediate(() => response.end(response.req.method === 'HEAD' ? undefined : body));
}

/** Answers what is true only now: no cache may keep it. */
export function sendFresh(response: ServerResponse, answer: object): void {
  sendJson(response, JSON.stringify(answer), 'Cache-Control', 'no-store');
}
