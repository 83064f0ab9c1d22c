import type { IncomingMessage, ServerResponse } from 'node:http';
import { StripeProblem } from './errors.ts';
import { noFaults, setFaults } from './faults.ts';
import { type Form, parseForm, textOf } from './form.ts';
import { findIntent, finishIntent } from './intents.ts';
import { authenticationPage, donePage, landingPage } from './pages.ts';
import { finishRefund } from './refunds.ts';
import type { Parts } from './serve-api.ts';

/** What Stripe does not have: the pages, and the switches for tests. */

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
  const simulate = /^\/_simulate\/(payment_intents|refunds)\/(\w+)\/(succeed|fail)$/.exec(path);
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
    if (simulate) {
      const finish = simulate[1] === 'refunds' ? finishRefund : finishIntent;
      const finished = finish(world, simulate[2] ?? '', simulate[3] === 'succeed');
      world.store.commit();
      json(200, finished);
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
