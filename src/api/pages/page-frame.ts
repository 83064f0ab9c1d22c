import { randomBytes } from 'node:crypto';
import type { ErrorRequestHandler, Response } from 'express';
import type { Context } from '../../context.ts';
import { isDatabaseAway } from '../../database.ts';
import { Refusal } from '../../errors.ts';
import { filesOrigin } from '../../resources/documents/s3/files-origin.ts';
import { contextOf } from '../middleware/request-context.ts';
import { refusalPage } from './page.ts';

/** The token in the path is a key: it is neither logged nor handed on, and nothing keeps the page. */
export function pageHeaders(response: Response, route: string, policy: PagePolicy = formPolicy): void {
  const ctx = contextOf(response);
  const nonce = randomBytes(16).toString('base64');
  response.locals.nonce = nonce;
  response.locals.route = route;
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Security-Policy', policy(ctx, nonce));
}

export type PagePolicy = (ctx: Context, nonce: string) => string;

export const closed = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
export const OUR_ICON = 'data:';

/** A page with forms of its own and no script. */
const formPolicy: PagePolicy = (_ctx, nonce) =>
  `${closed}; style-src 'nonce-${nonce}'; img-src ${OUR_ICON}; form-action 'self'`;

/** A page that reads itself anew, hears when to, and sends files to the store. */
export const followingPolicy: PagePolicy = ({ config }, nonce) =>
  `${closed}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; ${`connect-src 'self' ${filesOrigin(config) ?? ''}`.trim()}; img-src ${OUR_ICON}; form-action 'none'`;

/** Refusals as a page; what is inside stays inside. */
export const refusals: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const code = isDatabaseAway(error) ? 'unavailable' : 'internal';
  const refusal = error instanceof Refusal ? error : new Refusal(statusOf(error) ?? code, { cause: error });
  if (refusal.status >= 500) contextOf(response).log.error({ err: refusal.cause ?? refusal }, refusal.code);
  response.status(refusal.status);
  sendPage(response, refusalPage(String(response.locals.nonce), refusal.detail));
};

/** The form's reader refuses what is too large or no form. */
function statusOf(error: unknown): 'body_too_large' | 'bad_request' | null {
  const status = error instanceof Error && 'status' in error ? error.status : null;
  if (status === 413) return 'body_too_large';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : null;
}

export function sendPage(response: Response, html: string): void {
  response.type('html').send(html);
}
