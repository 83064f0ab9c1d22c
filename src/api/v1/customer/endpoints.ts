import type { z } from 'zod';
import { Refusal } from '../../../errors.ts';
import { askSignIn } from '../../../resources/accounts/ask-sign-in.ts';
import { openCustomerSession } from '../../../resources/accounts/customer-session.ts';
import {
  changePreferences,
  preferencesOf,
  preferencesPatchSchema,
} from '../../../resources/bookings/change-preferences.ts';
import { Customer } from '../../../resources/bookings/customer.model.ts';
import { customerBookings } from '../../../resources/bookings/customer-bookings.ts';
import { type Call, type Endpoint, readBy } from '../../endpoint.ts';
import { signedInCustomer } from '../../middleware/bearer.ts';
import { sendFresh } from '../../send-json.ts';
import { presentBooking } from '../bookings/present.ts';
import {
  customerBookingsQuery,
  customerBookingsSchema,
  preferencesSchema,
  sessionRequestSchema,
  sessionSchema,
  signInAnswerSchema,
  signInRequestSchema,
} from './schema.ts';

const PAGE = 20;

/** A customer's own door: no password; a mailed link, good once, opens all bookings of a person (`product.md` §3). */
export const customerEndpoints: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/customer/sign-in',
    operationId: 'askSignIn',
    tag: 'Customer',
    summary: 'Ask for the mail with a link to all bookings',
    description:
      'The answer is the same whether we know the address or not. The link is good once, within half an hour. At most five ' +
      'times within a quarter of an hour for an address, and for a client.',
    body: signInRequestSchema,
    limit: 'signIn',
    answer: {
      status: 202,
      description: 'If we know the address, a mail is on its way.',
      schema: signInAnswerSchema,
    },
    errors: ['invalid'],
    async handle({ ctx, request, response }) {
      await askSignIn(ctx, readBy(signInRequestSchema, request.body));
      const answer: z.input<typeof signInAnswerSchema> = { accepted: true };
      sendFresh(response.status(202), answer);
    },
  },
  {
    method: 'post',
    path: '/customer/session',
    operationId: 'openSession',
    tag: 'Customer',
    summary: 'Sign in by the mailed link, once',
    description:
      'A used, lapsed or wrong token is 401. The session ends after twelve hours, and when the e-mail address changes.',
    body: sessionRequestSchema,
    limit: 'session',
    answer: { status: 200, description: 'The session.', schema: sessionSchema },
    errors: ['unauthenticated', 'conflict', 'invalid'],
    async handle({ ctx, request, response }) {
      const { token } = readBy(sessionRequestSchema, request.body);
      const { accessToken, expiresAt } = await openCustomerSession(ctx, token);
      const answer: z.input<typeof sessionSchema> = { accessToken, expiresAt: expiresAt.toISOString() };
      sendFresh(response, answer);
    },
  },
  {
    method: 'get',
    path: '/customer/bookings',
    operationId: 'listCustomerBookings',
    tag: 'Customer',
    summary: 'List the customer’s bookings',
    query: customerBookingsQuery,
    session: true,
    limit: 'read',
    answer: {
      status: 200,
      description: 'The bookings, the latest made first.',
      schema: customerBookingsSchema,
    },
    errors: ['unauthenticated', 'invalid'],
    async handle({ ctx, request, response }) {
      const customerId = await signedInCustomer(ctx, request);
      const { limit, cursor = null } = readBy(customerBookingsQuery, request.query);
      const page = await customerBookings(ctx, { customerId, limit: Number(limit ?? PAGE), cursor });
      const answer: z.input<typeof customerBookingsSchema> = {
        data: page.bookings.map(presentBooking),
        nextCursor: page.nextCursor,
      };
      sendFresh(response, answer);
    },
  },
  {
    method: 'get',
    path: '/customer/preferences',
    operationId: 'getPreferences',
    tag: 'Customer',
    summary: 'Read what the customer wishes',
    session: true,
    limit: 'read',
    answer: { status: 200, description: 'Every wish.', schema: preferencesSchema },
    errors: ['unauthenticated'],
    async handle({ ctx, request, response }) {
      const customer = await Customer.findByPk(await signedInCustomer(ctx, request), {
        rejectOnEmpty: new Refusal('unauthenticated'),
      });
      sendPreferences(response, customer);
    },
  },
  {
    method: 'patch',
    path: '/customer/preferences',
    operationId: 'changePreferences',
    tag: 'Customer',
    summary: 'Change what the customer wishes',
    description: 'What is left out stays as it is.',
    body: preferencesPatchSchema,
    session: true,
    limit: 'booking',
    answer: { status: 200, description: 'Every wish as it is now.', schema: preferencesSchema },
    errors: ['unauthenticated', 'not_found', 'conflict', 'invalid'],
    async handle({ ctx, request, response }) {
      const customerId = await signedInCustomer(ctx, request);
      const patch = readBy(preferencesPatchSchema, request.body);
      sendPreferences(response, await changePreferences(ctx, { customerId, patch }));
    },
  },
];

function sendPreferences(response: Call['response'], customer: Customer): void {
  const answer: z.input<typeof preferencesSchema> = preferencesOf(customer);
  sendFresh(response, answer);
}
