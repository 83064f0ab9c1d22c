import type { IncomingMessage, ServerResponse } from 'node:http';
import { endDispute, escalateDispute, openDispute } from './disputes.ts';
import { StripeProblem } from './errors.ts';
import { noFaults, setFaults } from './faults.ts';
import { type Form, parseForm, textOf } from './form.ts';
import { createIntent, findIntent, finishIntent } from './intents.ts';
import { authenticationPage, donePage, landingPage } from './pages.ts';
import { createRefund, finishRefund } from './refunds.ts';
import type { Parts } from './serve-api.ts';
import type { World } from './world.ts';

/** What Stripe does not have: the pages, and the switches for tests. */

/** What others do at Stripe: customers, their banks, and whoever writes invoices or refunds in the dashboard. */
const drives: Readonly<Record<string, (world: World, form: Form, id: string) => object>> = {
  payment_intents: (world, form) => createIntent(world, { ...outsideInvoice, ...form }),
  'payment_intents/succeed': (world, _form, id) => finishIntent(world, id, true),
  'payment_intents/fail': (world, _form, id) => finishIntent(world, id, false),
  refunds: (world, form) => createRefund(world, form),
  'refunds/succeed': (world, _form, id) => finishRefund(world, id, true),
  'refunds/fail': (world, _form, id) => finishRefund(world, id, false),
  disputes: (world, form) => openDispute(world, form),
  'disputes/win': (world, _form, id) => endDispute(world, id, true),
  'disputes/lose': (world, _form, id) => endDispute(world, id, false),
  'disputes/escalate': (world, _form, id) => escalateDispute(world, id),
};

const outsideInvoice: Form = {
  amount: '12500',
  currency: 'usd',
  description: 'Invoice written in the dashboard',
  confirm: 'true',
  payment_method: 'pm_card_visa',
};

function findDrive(path: string): ((world: World, form: Form) => object) | null {
  const [, noun = '', id = '', verb] = /^\/_simulate\/(\w+)(?:\/(\w+)\/(\w+))?$/.exec(path) ?? [];
  const drive = drives[verb === undefined ? noun : `${noun}/${verb}`];
  return drive ? (world, form) => drive(world, form, id) : null;
}

function formOfObject(given: object): Form {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, formValueOf(value)]));
}

function formValueOf(value: unknown): string | Form {
  return typeof value === 'object' && value !== null ? formOfObject(value) : String(value);
}

export function serveExtras(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): void {
  const { world, faults } = parts;
  const json = (status: number, answer: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer, null, 2));
  };
  const html = (page: string): void => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  };
  const path = url.pathname;
  const secure = /^\/3ds\/(\w+)$/.exec(path)?.[1];
  const drive = request.method === 'POST' ? findDrive(path) : null;
  try {
    if (path === '/') return html(landingPage(world));
    if (path === '/_requests') {
      response.setHeader('stand-in', parts.directory);
      return json(200, parts.requests);
    }
    if (path === '/_faults/redeliver' && request.method === 'POST') {
      const given: { eventId?: string; times?: number } = JSON.parse(body);
      void parts.deliveries
        .redeliver(given.eventId ?? '', given.times ?? 1)
        .then(() => json(200, { done: true }));
      return;
    }
    if (path === '/_faults') {
      if (request.method === 'DELETE') setFaults(faults, { ...noFaults() });
      if (request.method === 'POST') setFaults(faults, JSON.parse(body));
      return json(200, faults);
    }
    if (secure) return serveAuthentication(parts, request, response, url, parseForm(body), secure, html);
    if (drive) {
      const done = drive(world, body.startsWith('{') ? formOfObject(JSON.parse(body)) : parseForm(body));
      world.store.commit();
      // The buttons of the landing page lead back to it.
      if (request.headers.accept?.includes('text/html')) response.writeHead(303, { location: '/' }).end();
      else json(200, done);
      return parts.deliveries.kick();
    }
    json(404, { error: { message: 'There is nothing here.' } });
  } catch (error) {
    json(error instanceof StripeProblem ? error.status : 400, {
      error: { message: error instanceof Error ? error.message : '' },
    });
  }
}

function serveAuthentication(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  form: Form,
  id: string,
  html: (page: string) => void,
): void {
  const intent = findIntent(parts.world, id);
  const secret = textOf(form, 'client_secret') ?? url.searchParams.get('client_secret');
  if (secret !== intent.client_secret) throw new StripeProblem(404, { message: 'There is nothing here.' });
  if (request.method !== 'POST') return html(authenticationPage(intent, url.searchParams.get('return_url')));
  const finished = finishIntent(parts.world, id, textOf(form, 'result') === 'complete');
  parts.world.store.commit();
  const back = textOf(form, 'return_url');
  if (back) response.writeHead(303, { location: back }).end();
  else html(donePage(finished));
  parts.deliveries.kick();
}
