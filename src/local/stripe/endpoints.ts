import { closeDispute, findDispute, updateDispute } from './disputes.ts';
import { missingResource, StripeProblem } from './errors.ts';
import { type Form, formOf, mergeMetadata, textOf } from './form.ts';
import { epochSeconds, newId } from './ids.ts';
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  expandIntent,
  findIntent,
  updateIntent,
} from './intents.ts';
import { listPage } from './lists.ts';
import { newMethod } from './objects.ts';
import { createRefund, findRefund, updateRefund } from './refunds.ts';
import { cardOf, methodForNumber } from './test-cards.ts';
import type { World } from './world.ts';

/** One table of what the stand-in speaks. Browser endpoints are open to a publishable key with the client secret. */

type Work = (world: World, form: Form, id: string, path: string) => object;

interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly browser?: true;
  readonly work: Work;
}

const endpoints: readonly Endpoint[] = [
  post('/v1/payment_intents', (world, form) => expandIntent(world, createIntent(world, form), form)),
  get('/v1/payment_intents', (world, form, _id, path) => listPage(world, 'intent', form, path)),
  {
    ...get('/v1/payment_intents/:id', (world, form, id) => expandIntent(world, findIntent(world, id), form)),
    browser: true,
  },
  post('/v1/payment_intents/:id', (world, form, id) =>
    expandIntent(world, updateIntent(world, id, form), form),
  ),
  {
    ...post('/v1/payment_intents/:id/confirm', (world, form, id) =>
      expandIntent(world, confirmIntent(world, id, form), form),
    ),
    browser: true,
  },
  post('/v1/payment_intents/:id/cancel', (world, form, id) => cancelIntent(world, id, form)),
  post('/v1/payment_intents/:id/capture', (world, form, id) => captureIntent(world, id, form)),
  get('/v1/charges', (world, form, _id, path) => listPage(world, 'charge', form, path)),
  get('/v1/charges/:id', (world, _form, id) => found(world.store.get('charge', id), 'charge', id)),
  post('/v1/refunds', (world, form) => createRefund(world, form)),
  get('/v1/refunds', (world, form, _id, path) => listPage(world, 'refund', form, path)),
  get('/v1/refunds/:id', (world, _form, id) => findRefund(world, id)),
  post('/v1/refunds/:id', (world, form, id) => updateRefund(world, id, form)),
  get('/v1/disputes', (world, form, _id, path) => listPage(world, 'dispute', form, path)),
  get('/v1/disputes/:id', (world, _form, id) => findDispute(world, id)),
  post('/v1/disputes/:id', (world, form, id) => updateDispute(world, id, form)),
  post('/v1/disputes/:id/close', (world, form, id) => closeDispute(world, id, form)),
  get('/v1/balance_transactions', (world, form, _id, path) => listPage(world, 'transaction', form, path)),
  get('/v1/balance_transactions/:id', (world, _form, id) =>
    found(world.store.get('transaction', id), 'balance transaction', id),
  ),
  get('/v1/events', (world, form, _id, path) => listPage(world, 'event', form, path)),
  get('/v1/events/:id', (world, _form, id) => found(world.store.get('event', id), 'event', id)),
  post('/v1/payment_methods', (world, form) => createMethod(world, form)),
  get('/v1/payment_methods/:id', (world, _form, id) =>
    found(world.store.get('method', id), 'PaymentMethod', id),
  ),
  post('/v1/customers', (world, form) => createCustomer(world, form)),
  get('/v1/customers', (world, form, _id, path) => listPage(world, 'customer', form, path)),
  get('/v1/customers/:id', (world, _form, id) => found(world.store.get('customer', id), 'customer', id)),
];

export interface Match {
  readonly endpoint: Endpoint;
  readonly id: string;
}

/** The endpoint of a request. Throws Stripe's 404 for what the stand-in does not speak. */
export function findEndpoint(method: string, path: string): Match {
  for (const endpoint of endpoints) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match) return { endpoint, id: match[1] ?? '' };
  }
  throw new StripeProblem(404, { message: `Unrecognized request URL (${method}: ${path}).` });
}

function get(path: string, work: Work): Endpoint {
  return { method: 'GET', path: pattern(path), work };
}

function post(path: string, work: Work): Endpoint {
  return { method: 'POST', path: pattern(path), work };
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(':id', '([A-Za-z0-9_]+)')}$`);
}

function found<T extends object>(row: T | undefined, kind: string, id: string): T {
  if (!row) throw missingResource(kind, id);
  return row;
}

function createMethod(world: World, form: Form): object {
  const name = methodForNumber(form);
  const method = { ...newMethod(cardOf(name)), metadata: { ...mergeMetadata({}, form), test_name: name } };
  world.store.put('method', method.id, method);
  return method;
}

function createCustomer(world: World, form: Form): object {
  const customer = {
    id: newId('cus'),
    object: 'customer' as const,
    address: null,
    balance: 0,
    created: epochSeconds(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: textOf(form, 'description') ?? null,
    discount: null,
    email: textOf(form, 'email') ?? null,
    invoice_prefix: 'LOCAL',
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: mergeMetadata({}, { metadata: formOf(form, 'metadata') }),
    name: textOf(form, 'name') ?? null,
    phone: textOf(form, 'phone') ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none' as const,
    test_clock: null,
  };
  world.store.put('customer', customer.id, customer);
  return customer;
}
