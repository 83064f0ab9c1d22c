import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import { addStandingHeaders } from '../../http-server.ts';
import type { Preparation } from './request-context.ts';

/**
 * Helmet's headers for answers that are no pages. They are the same for every answer, so Helmet is asked once, at the
 * start.
 */
export function securityHeaders(): Preparation {
  const headers = helmetOnce();
  return (_request, response) => addStandingHeaders(response, ...headers);
}

/** Names and values in turn. */
function helmetOnce(): string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    // What these forbid, a page alone can do.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  set(request, response, (error?: unknown) => {
    if (error) throw error;
  });
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}
