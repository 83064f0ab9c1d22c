import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { Refusal } from '../../errors.ts';
import { askSignIn } from '../../resources/accounts/ask-sign-in.ts';
import {
  endCustomerSession,
  openCustomerSession,
  readCustomerSession,
} from '../../resources/accounts/customer-session.ts';
import { isSignInLink } from '../../resources/accounts/sign-in-link.ts';
import { contactSchema } from '../../resources/bookings/booking-request.ts';
import { changePreferences } from '../../resources/bookings/change-preferences.ts';
import { Customer } from '../../resources/bookings/customer.model.ts';
import { customerBookings } from '../../resources/bookings/customer-bookings.ts';
import { type Preference, preferenceWords } from '../../resources/bookings/customer-preferences.ts';
import { isUuid } from '../../resources/bookings/find-booking.ts';
import type { Limiters } from '../middleware/rate-limits.ts';
import { contextOf } from '../middleware/request-context.ts';
import { pageHeaders, refusals, sendPage } from '../pages/page-frame.ts';
import { askedPage, askPage, bookingsPage, openPage } from './page.ts';
import { forgetSession, keepSession, sessionTokenIn } from './session-cookie.ts';

const FORM_LIMIT_BYTES = 4 * 1024;
const PAGE = 20;
const LAPSED = 'This link was used already or has lapsed. Ask for a new one here.';

/**
 * `/sign-in/{token}`, where the mail leads, and `/my-bookings`: all of a person's bookings and wishes, without script. Looking
 * at the link uses nothing up, since programs that look for evil follow every link: the press of a button does.
 */
export function customerPageRoutes(limits: Limiters): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: FORM_LIMIT_BYTES });
  const door = (path: string, shown: string) =>
    router.route(path).all((_request, response, next) => {
      pageHeaders(response, shown);
      next();
    }, ownSite);
  const others: RequestHandler = (_request, _response, next) => next(new Refusal('method_not_allowed'));

  door('/sign-in/:token', '/sign-in/{token}')
    .get(...limits.read, showLink)
    .post(...limits.session, useLink)
    .all(others);
  door('/my-bookings', '/my-bookings')
    .get(...limits.read, show)
    .all(others);
  door('/my-bookings/link', '/my-bookings/link')
    .post(...limits.signIn, form, ask)
    .all(others);
  door('/my-bookings/preferences', '/my-bookings/preferences')
    .post(...limits.booking, form, save)
    .all(others);
  door('/my-bookings/sign-out', '/my-bookings/sign-out')
    .post(...limits.booking, signOut)
    .all(others);
  router.use(['/sign-in', '/my-bookings'], refusals);
  return router;
}

/** Another site cannot press a button here in the name of whoever is signed in. */
const ownSite: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site');
  const isElsewhere = site === 'cross-site' || site === 'same-site';
  next(request.method === 'POST' && isElsewhere ? new Refusal('forbidden') : undefined);
};

async function showLink(request: Request<{ token: string }>, response: Response): Promise<void> {
  if (await isSignInLink(contextOf(response), request.params.token))
    return sendPage(response, openPage(nonceOf(response)));
  response.status(404);
  sendPage(response, askPage(nonceOf(response), { problem: LAPSED }));
}

async function useLink(request: Request<{ token: string }>, response: Response): Promise<void> {
  try {
    keepSession(response, await openCustomerSession(contextOf(response), request.params.token));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    response.status(401);
    return sendPage(response, askPage(nonceOf(response), { problem: LAPSED }));
  }
  response.redirect(303, '/my-bookings');
}

async function show(request: Request, response: Response): Promise<void> {
  const ctx = contextOf(response);
  const customer = await signedIn(request, response);
  if (!customer) return sendPage(response, askPage(nonceOf(response)));
  const { after, saved } = request.query;
  const cursor = typeof after === 'string' && isUuid(after) ? after : null;
  const page = await customerBookings(ctx, { customerId: customer.id, limit: PAGE, cursor });
  const isSaved = saved === 'yes';
  sendPage(
    response,
    bookingsPage({ nonce: nonceOf(response), config: ctx.config }, { customer, page, cursor, isSaved }),
  );
}

async function ask(request: Request, response: Response): Promise<void> {
  const typed = field(request.body, 'email');
  const email = contactSchema.shape.email.safeParse(typed);
  if (!email.success) {
    response.status(422);
    const problem = 'Please type your whole e-mail address, like jo@example.com.';
    return sendPage(response, askPage(nonceOf(response), { problem, typed }));
  }
  await askSignIn(contextOf(response), { email: email.data });
  sendPage(response, askedPage(nonceOf(response)));
}

async function save(request: Request, response: Response): Promise<void> {
  const customer = await signedIn(request, response);
  if (customer) {
    const isTicked = (name: string) => field(request.body, name) === 'yes';
    const names = Object.keys(preferenceWords) as Preference[];
    const patch = {
      preferences: Object.fromEntries(names.map((name) => [name, isTicked(name)])),
      communicationPreferences: { marketing: isTicked('marketing') },
    };
    await changePreferences(contextOf(response), { customerId: customer.id, patch });
  }
  response.redirect(303, customer ? '/my-bookings?saved=yes' : '/my-bookings');
}

async function signOut(request: Request, response: Response): Promise<void> {
  const token = sessionTokenIn(request);
  if (token !== null) await endCustomerSession(contextOf(response), token);
  forgetSession(response);
  response.redirect(303, '/my-bookings');
}

/** Who the browser's session lets in, or `null`. */
async function signedIn(request: Request, response: Response): Promise<Customer | null> {
  const token = sessionTokenIn(request);
  if (token === null) return null;
  try {
    return await Customer.findByPk(await readCustomerSession(contextOf(response), token));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    forgetSession(response);
    return null;
  }
}

function isSignedOut(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'unauthenticated';
}

function nonceOf(response: Response): string {
  return String(response.locals.nonce);
}

function field(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (Reflect.get(body, name) as unknown) : '';
  return typeof value === 'string' ? value.slice(0, 300) : '';
}
