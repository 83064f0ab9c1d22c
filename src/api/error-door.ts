import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { isDatabaseAway } from '../database.ts';
import { type ErrorCode, errorCatalogue, Refusal } from '../errors.ts';
import { contextOf } from './middleware/request-context.ts';

/** The API's one translator: whatever went wrong becomes `application/problem+json` (RFC 9457), telling nothing inner. */
export const errorDoor: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const refusal = refusalFrom(error);
  if (refusal.status >= 500) contextOf(response).log.error({ err: refusal.cause ?? refusal }, refusal.code);
  sendProblem(response, refusal);
};

/** No route answered. */
export const notFound: RequestHandler = (_request, _response, next) => next(new Refusal('not_found'));

function sendProblem(response: Response, refusal: Refusal): void {
  const { violations, extras, retryAfterSeconds } = refusal.facts;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', Math.ceil(retryAfterSeconds));
  response
    .status(refusal.status)
    .type('application/problem+json')
    .set('Cache-Control', 'no-store')
    .json({
      type: `urn:totetaxi:problem:${refusal.code}`,
      title: errorCatalogue[refusal.code].title,
      status: refusal.status,
      detail: refusal.detail,
      code: refusal.code,
      requestId: contextOf(response).requestId,
      ...(refusal.status === 422 && { errors: violations ?? [] }),
      ...extras,
    });
}

function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = codeOf(error);
  const passing = code === 'unavailable' ? { retryAfterSeconds: 5 } : {};
  return new Refusal(code, { cause: error, ...passing });
}

/** Errors of Express and its body parser carry a status; those of the database a state. */
function codeOf(error: unknown): ErrorCode {
  if (isDatabaseAway(error)) return 'unavailable';
  if (!(error instanceof Error) || !('status' in error)) return 'internal';
  if ('type' in error && error.type === 'entity.parse.failed') return 'malformed_json';
  if (error.status === 413) return 'body_too_large';
  if (error.status === 415) return 'unsupported_media_type';
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500
    ? 'bad_request'
    : 'internal';
}
