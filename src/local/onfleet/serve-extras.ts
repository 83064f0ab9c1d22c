import type { IncomingMessage, ServerResponse } from 'node:http';
import { setFaults } from '../faults.ts';
import { OnfleetProblem } from './errors.ts';
import { noFaults } from './faults.ts';
import { landingPage } from './page.ts';
import { drawPhoto, drawSignature } from './pictures.ts';
import type { Parts } from './serve-api.ts';
import { simulate } from './simulate.ts';
import type { World } from './world.ts';

/** What Onfleet does not have: the page, and the switches for tests. */

export function serveExtras(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): void {
  const { world, faults } = parts;
  const { pathname: path } = url;
  const isPost = request.method === 'POST';
  const json = (status: number, answer: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer, null, 2));
  };
  try {
    if (path === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return void response.end(landingPage(world));
    }
    if (path === '/_requests') {
      response.setHeader('stand-in', parts.directory);
      return json(200, parts.requests);
    }
    if (path === '/_faults') {
      if (request.method === 'DELETE') setFaults(faults, noFaults());
      if (isPost) setFaults(faults, JSON.parse(body));
      return json(200, faults);
    }
    // As Onfleet's cloud has them: by id and width, for everybody, and nothing else.
    const upload = /^\/uploads\/([^/]+)\/\d+x\.png$/.exec(path)?.[1];
    if (upload !== undefined) {
      const picture = uploadOf(world, decodeURIComponent(upload));
      if (!picture)
        return void response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>');
      return void response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    }
    const [, id, verb] = (isPost && /^\/simulate\/tasks\/([^/]+)\/(\w+)$/.exec(path)) || [];
    if (id === undefined || verb === undefined) return json(404, nothing);
    const task = simulate(world, decodeURIComponent(id), verb, parseBody(body));
    if (!task) return json(404, nothing);
    world.store.commit();
    // The buttons of the page lead back to it.
    if (request.headers.accept?.includes('text/html')) response.writeHead(303, { location: '/' }).end();
    else json(200, task);
    parts.deliveries.kick();
  } catch (error) {
    const status = error instanceof OnfleetProblem ? error.status : 400;
    json(status, { error: { message: reasonOf(error) } });
  }
}

/** What a driver handed in with a task; `null` for an id of nothing. */
function uploadOf(world: World, id: string): Buffer | null {
  for (const { completionDetails } of world.store.list('task')) {
    if (completionDetails.signatureUploadId === id) return drawSignature();
    if (completionDetails.photoUploadIds?.includes(id)) return drawPhoto();
  }
  return null;
}

const nothing = { error: { message: 'There is nothing here.' } };

/** JSON, or what a form of the page sends. */
function parseBody(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
}

function reasonOf(error: unknown): string {
  if (error instanceof OnfleetProblem) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
