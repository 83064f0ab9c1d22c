import type { IncomingMessage } from 'node:http';
import type { Answer } from './answers.ts';
import { empty } from './answers.ts';
import { S3Problem } from './problems.ts';
import type { World } from './world.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST'];
const EXPOSED = 'ETag, x-amz-request-id';

/** What an answer says to the page that asked; nothing to pages of other origins. */
export function corsHeaders(
  { origins }: World,
  { headers, method }: IncomingMessage,
): Record<string, string> {
  const { origin } = headers;
  const wanted = headers['access-control-request-method'] ?? method ?? '';
  if (origin === undefined || !METHODS.includes(wanted)) return {};
  if (!origins.some((each) => matches(each, origin))) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** The question that browsers ask first: before any signature, of what is there and what is not. */
export function answerPreflight(world: World, request: IncomingMessage): Answer {
  const allowed = corsHeaders(world, request);
  if (Object.keys(allowed).length === 0) {
    throw new S3Problem(
      'AccessForbidden',
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  const asked = request.headers['access-control-request-headers'];
  return empty(200, {
    ...allowed,
    'access-control-max-age': '3000',
    ...(asked !== undefined && { 'access-control-allow-headers': asked.toLowerCase() }),
  });
}

function matches(pattern: string, origin: string): boolean {
  const [before = '', after] = pattern.split('*', 2);
  if (after === undefined) return pattern === origin;
  return origin.length >= before.length + after.length && origin.startsWith(before) && origin.endsWith(after);
}
