import { randomBytes } from 'node:crypto';
import compression from 'compression';
import express, { type ErrorRequestHandler, type RequestHandler, type Response, type Router } from 'express';
import helmet from 'helmet';
import multer from 'multer';
import type { Context } from '../context.ts';
import { isDatabaseAway } from '../database.ts';
import { Refusal } from '../errors.ts';
import { isRedisAway } from '../redis.ts';
import { errorPage } from './html.ts';
import { staffOf } from './session.ts';

/** What stands before AdminJS: headers, the origin guard, bodies, and errors that tell nothing inner. */

const FORM_LIMIT_BYTES = 32 * 1024;
const JSON_LIMIT_BYTES = 256 * 1024;

/**
 * Headers for every answer: a CSP with a nonce, nothing kept by caches, nothing asked of the outside but the file store:
 * documents are sent there and shown from there, and it is another origin, so that nothing in them acts as the panel.
 */
export function headers(fileStore: string | null): Router {
  const router = express.Router();
  const store = fileStore === null ? [] : [fileStore];
  router.use((_request, response, next) => {
    response.locals.route = '/admin';
    response.locals.nonce = randomBytes(16).toString('base64');
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(
    helmet({
      // The sign-in form's own origin must arrive with it.
      referrerPolicy: { policy: 'same-origin' },
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:', ...store],
          fontSrc: ["'self'"],
          connectSrc: ["'self'", ...store],
          frameSrc: store.length > 0 ? store : ["'none'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          formAction: ["'self'"],
        },
      },
    }),
  );
  router.use(compression());
  return router;
}

/**
 * Another site cannot act in the name of whoever is signed in: a browser says where a request comes from. Programs that
 * are no browsers say nothing and hold no cookie of somebody else.
 */
export const originGuard: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const sameSite = site === undefined || site === 'same-origin' || (isRead && site === 'none');
  const sameOrigin = origin === undefined || hostOf(origin) === request.get('host');
  const isPage = isRead && !request.path.startsWith('/api/') && !request.path.startsWith('/export/');
  next(isPage || (sameSite && sameOrigin) ? undefined : new Refusal('forbidden'));
};

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** Pages lead to the sign-in, calls are refused; before any body is read. */
export const signedInOnly: RequestHandler = (request, response, next) => {
  if (staffOf(response)) return next();
  const isPage =
    request.method === 'GET' && !request.path.startsWith('/api/') && !request.path.startsWith('/export/');
  if (!isPage) return next(new Refusal('unauthenticated'));
  const to = request.originalUrl === '/admin' ? '' : `?to=${encodeURIComponent(request.originalUrl)}`;
  response.redirect(`/admin/login${to}`);
};

export const formBody: RequestHandler = express.urlencoded({ extended: false, limit: FORM_LIMIT_BYTES });

/** Bodies read into memory, within limits, so that AdminJS's own parser, which writes files, never runs. */
export const panelBodies: readonly RequestHandler[] = [
  formBody,
  express.json({ limit: JSON_LIMIT_BYTES }),
  multer({ limits: { fieldSize: JSON_LIMIT_BYTES, fields: 500, parts: 500, files: 0 } }).none(),
  (request, _response, next) => {
    const body: unknown = request.body;
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    if (body !== undefined && !isObject) return next(new Refusal('bad_request'));
    const fields = isObject ? Object.fromEntries(Object.entries(body)) : {};
    if (JSON.stringify(fields).includes('\\u0000')) return next(new Refusal('bad_request'));
    Object.assign(request, { fields, files: {}, express_formidable: { parsed: true } });
    next();
  },
];

/**
 * AdminJS's page made safe: its data cannot end the script that carries it, its own scripts get the nonce (nothing else
 * does), and the font it would fetch from outside is gone.
 */
export const safePage: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    const isPage = typeof body === 'string' && /^\s*<!DOCTYPE html>/i.test(body);
    return send(isPage ? rewritten(body, nonceOf(response)) : body);
  };
  next();
};

const ownScripts = /<script>(?=\s*(?:window\.REDUX_STATE = |var app = ))/g;

function rewritten(page: string, nonce: string): string {
  return page
    .replace(
      /(window\.(?:REDUX_STATE|THEME) = )(.*)/g,
      (_, start: string, data: string) => start + data.replace(/</g, '\\u003c'),
    )
    .replace(/<link[^>]+fonts\.googleapis\.com[^>]*>/g, '')
    .replace(ownScripts, `<script nonce="${nonce}">`);
}

function nonceOf(response: Response): string {
  return String(response.locals.nonce);
}

/** The panel's error door: a page for pages, JSON for calls, and never what is inside. */
export const panelErrors: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) return next(error);
  const refusal = error instanceof Refusal ? error : new Refusal(codeOf(error), { cause: error });
  const { status, detail } = refusal;
  const title = status >= 500 ? 'Something went wrong' : 'Not possible';
  const ctx = response.locals.ctx as Context;
  if (status >= 500) ctx.log.error({ err: error }, 'panel');
  sayWhen(response, refusal);
  response.status(status);
  const isCall = request.path.startsWith('/api/') || request.accepts(['html', 'json']) === 'json';
  if (isCall) response.json({ error: title, message: detail, requestId: ctx.requestId });
  else response.type('html').send(errorPage({ title, detail, requestId: ctx.requestId }));
};

/** When it is worth trying again. */
export function sayWhen(response: Response, { facts }: Refusal): void {
  if (facts.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', Math.ceil(facts.retryAfterSeconds));
}

/** AdminJS's own errors by their names; what else it throws has inner words and is told to nobody. */
function codeOf(error: unknown): ConstructorParameters<typeof Refusal>[0] {
  if (isDatabaseAway(error) || isRedisAway(error)) return 'unavailable';
  if (!(error instanceof Error)) return 'internal';
  if (error.name === 'ForbiddenError') return 'forbidden';
  if (error.name === 'NotFoundError') return 'not_found';
  if (error.name === 'MulterError') return 'body_too_large';
  const status = 'status' in error ? error.status : undefined;
  if (status === 413) return 'body_too_large';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'internal';
}
