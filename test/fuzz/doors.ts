import fc from 'fast-check';
import { type Draft, finished } from './draft.ts';
import type { FuzzRequest } from './request.ts';
import { bodyTwists } from './twist-bodies.ts';
import { requestTwists } from './twist-requests.ts';
import { nasty } from './values.ts';

/** The doors outside `/api/v1`: Stripe's webhook, health, figures and docs. */

const pages = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/api/docs',
  '/api/docs/start.js',
  '/api/docs/assets/swagger-ui.css',
  '/api/openapi.json',
  '/api/docs/assets',
  '/api/docs/assets/..%2f..%2fpackage.json',
  '/api/docs/assets/%00',
  '/webhooks',
  '/webhooks/onfleet',
  '/admin',
  '/api/v1',
  '/api/v1/nothing',
  '/favicon.ico',
  '/.env',
];

const pageDrafts: fc.Arbitrary<Draft> = fc
  .constantFrom(...pages)
  .map((path) => ({ method: 'GET', path, query: '', headers: {} }));

const signatures = [
  '{signature}',
  '{signature}',
  '{signature}',
  undefined,
  '',
  'x',
  't=1,v1=00',
  't=,v1=',
  '{signature},v1=00',
  't=1',
  'v1=00',
  't=99999999999999999999,v1=00',
  't=NaN,v1=00',
  '{signature}x',
  '\xe9',
  't=1,'.repeat(500),
  'v0={signature}',
];

const event = {
  id: 'evt_fuzz',
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object: { id: 'pi_none', object: 'payment_intent' } },
};

const events: fc.Arbitrary<unknown> = fc.oneof(
  fc.uuid().map((id) => ({ ...event, id: `evt_${id}` })),
  fc.constantFrom(
    event,
    null,
    [],
    {},
    1,
    'x',
    true,
    { id: 'evt_1' },
    { id: 1, type: 2 },
    { object: 'v2.core.event' },
  ),
  fc.record({ id: nasty, type: nasty, data: nasty, object: fc.constant('event') }),
  fc.record({ object: nasty }).map((data) => ({ ...event, id: 'evt_odd', data })),
  fc
    .record({ object: fc.record({ id: nasty, object: nasty, payment_intent: nasty }) })
    .map((data) => ({ ...event, data })),
);

const webhookDrafts: fc.Arbitrary<Draft> = fc
  .record({ signature: fc.constantFrom(...signatures), body: events })
  .map(({ signature, body }) => ({
    method: 'POST',
    path: '/webhooks/stripe',
    query: '',
    headers: {
      'content-type': 'application/json',
      ...(signature !== undefined && { 'stripe-signature': signature }),
    },
    body,
  }));

export const doorRequests: fc.Arbitrary<FuzzRequest> = fc
  .oneof(
    fc.record({ draft: pageDrafts, twists: fc.array(requestTwists, { maxLength: 2 }) }),
    fc.record({
      draft: webhookDrafts,
      twists: fc.array(fc.oneof(bodyTwists, requestTwists), { maxLength: 1 }),
    }),
  )
  .map(({ draft, twists }) => finished(twists.reduce((twisted, twist) => twist(twisted), draft)));
