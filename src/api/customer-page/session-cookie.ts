import type { Request, Response } from 'express';
import { type OpenedSession, SESSION_MS } from '../../resources/accounts/customer-session.ts';
import { contextOf } from '../middleware/request-context.ts';

const NAME = 'totetaxi.customer';

/** Where the cookie goes, and nowhere else. */
const path = '/my-bookings';

/** The session of the browser, if it has one; not yet believed. */
export function sessionTokenIn(request: Request): string | null {
  const cookies = (request.get('cookie') ?? '').split(';').map((each) => each.trim());
  const found = cookies.find((each) => each.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  return found && /^[\w-]{1,100}$/.test(found) ? found : null;
}

/** Neither scripts nor other sites get it. */
export function keepSession(response: Response, { accessToken }: OpenedSession): void {
  response.cookie(NAME, accessToken, { ...options(response), maxAge: SESSION_MS });
}

export function forgetSession(response: Response): void {
  response.clearCookie(NAME, options(response));
}

function options(response: Response) {
  const secure = contextOf(response).config.mode === 'production';
  return { path, httpOnly: true, sameSite: 'lax', secure } as const;
}
