import type { ServerResponse } from 'node:http';

/**
 * Answers JSON text with the status that is set. Express's own `json` would look for validators that the API does not
 * give, and reads every setting anew; here it is two headers and the bytes. These leave at the end of the event loop's
 * turn, so that the answers of one turn leave together: a client that is woken for the first reads the others awake.
 */
export function sendJson(response: ServerResponse, body: string): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  setImmediate(() => response.end(response.req.method === 'HEAD' ? undefined : body));
}

/** Answers what is true only now: no cache may keep it. */
export function sendFresh(response: ServerResponse, answer: object): void {
  response.setHeader('Cache-Control', 'no-store');
  sendJson(response, JSON.stringify(answer));
}
