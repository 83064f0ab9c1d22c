import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setFaults } from '../faults.ts';
import { emitHappening, firstLink, type Happening } from './events.ts';
import { noFaults } from './faults.ts';
import { inboxPage, mailHtml } from './inbox-page.ts';
import { readHtml } from './read-mime.ts';
import { answerXml, problemXml, SesProblem } from './ses-answers.ts';
import type { Mail } from './store.ts';
import { confirmSubscription, endSubscription, KEY_PATH } from './topic.ts';
import type { World } from './world.ts';

/** What SES does not have: the inbox, what recipients do, the topic's own addresses, and the switches for tests. */

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** Links of a mail open outside its frame; nothing in it runs, and nothing but this machine is asked for pictures. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*; form-action 'none'; frame-ancestors 'self'";

/** What `GET /messages` says of a mail. */
export interface InboxMail extends Omit<Mail, 'operation' | 'source' | 'destinations'> {
  /** The bare address of the first recipient. */
  readonly to: string;
  /** Those of all, blind copies included. */
  readonly recipients: readonly string[];
}

const happenings: readonly string[] = ['delivery', 'bounce', 'softbounce', 'complaint', 'open', 'click'];

export async function serveInbox(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const { store, mailbox, faults } = world;
  const path = url.pathname;
  const call = `${request.method} ${path}`;
  const send = (status: number, contentType: string, answer: string | Buffer, policy = MAIL_POLICY): void => {
    response.writeHead(status, {
      'content-type': contentType,
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(answer);
  };
  const json = (status: number, answer: unknown): void =>
    send(status, 'application/json', JSON.stringify(answer, null, 2));
  const [, id = '', view = ''] = /^\/messages\/([\w-]+)(?:\/(raw|html))?$/.exec(path) ?? [];
  const mail = store.get('mail', id);

  if (call === 'GET /') {
    return send(
      200,
      'text/html; charset=utf-8',
      inboxPage(store, url.searchParams.get('message')),
      PAGE_POLICY,
    );
  }
  if (call === 'GET /messages') return json(200, store.list('mail').map(presentMail));
  if (call === 'DELETE /messages') {
    mailbox.empty();
    return void response.writeHead(204).end();
  }
  if (mail && request.method === 'GET') {
    if (view === '') return json(200, presentMail(mail));
    if (view === 'raw') return send(200, 'text/plain; charset=utf-8', mailbox.raw(mail));
    const html = await readHtml(mailbox.raw(mail));
    return html === null
      ? json(404, { error: 'This message has no HTML.' })
      : send(200, 'text/html; charset=utf-8', mailHtml(html));
  }
  if (path.startsWith('/_simulate/') && request.method === 'POST') {
    return simulate(world, request, response, path, body, json);
  }
  if (call.startsWith('GET /_sns/')) return serveTopic(world, url, send);
  if (call === 'GET /_requests') {
    response.setHeader('stand-in', world.directory);
    return json(200, world.requests);
  }
  if (path === '/_faults') {
    if (request.method === 'DELETE') Object.assign(faults, noFaults());
    if (request.method === 'POST') {
      const given = readObject(body);
      if (!given) return json(400, { error: 'This is not a JSON object.' });
      setFaults(faults, given);
    }
    return json(200, faults);
  }
  json(404, { error: 'There is nothing here.' });
}

function presentMail(mail: Mail): InboxMail {
  return {
    id: mail.id,
    to: mail.destinations[0] ?? '',
    recipients: mail.destinations,
    from: mail.from,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: mail.headers,
    attachments: mail.attachments,
    tags: mail.tags,
    configurationSet: mail.configurationSet,
    at: mail.at,
  };
}

function simulate(
  { store, deliveries }: World,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  body: string,
  json: (status: number, answer: unknown) => void,
): void {
  const [, id = '', verb = ''] = /^\/_simulate\/messages\/([\w-]+)\/(\w+)$/.exec(path) ?? [];
  const mail = store.get('mail', id);
  if (!mail || !isHappening(verb)) return json(404, { error: 'There is nothing here.' });
  const given = readObject(body);
  if (!given) return json(400, { error: 'This is not a JSON object.' });
  const { link = firstLink(mail) } = given;
  if (verb === 'click' && typeof link !== 'string') return json(400, { error: 'This message has no link.' });
  emitHappening(store, mail, verb, mail.destinations, typeof link === 'string' ? link : null);
  store.commit();
  // The buttons of the page lead back to it.
  if (request.headers.accept?.includes('text/html')) {
    response.writeHead(303, { location: `/?message=${id}` }).end();
  } else json(200, { id, happened: verb });
  deliveries.kick();
}

function serveTopic(
  { store, key, deliveries }: World,
  url: URL,
  send: (status: number, contentType: string, answer: string) => void,
): void {
  const requestId = randomUUID();
  const answer = (action: string, fields: Readonly<Record<string, string>>): void =>
    send(200, 'text/xml', answerXml(action, fields, requestId, 'sns'));
  const refuse = (parameter: string): void => {
    const problem = new SesProblem(400, 'InvalidParameter', `Invalid parameter: ${parameter}`);
    send(400, 'text/xml', problemXml(problem, requestId, 'sns'));
  };
  switch (url.pathname) {
    case KEY_PATH:
      return send(200, 'application/x-pem-file', key.publicPem);
    case '/_sns/confirm': {
      const subscription = confirmSubscription(store, url.searchParams.get('Token'));
      if (!subscription) return refuse('Token');
      answer('ConfirmSubscription', { SubscriptionArn: subscription.arn });
      return deliveries.kick();
    }
    case '/_sns/unsubscribe':
      if (!endSubscription(store, url.searchParams.get('SubscriptionArn'))) return refuse('SubscriptionArn');
      return answer('Unsubscribe', {});
    default:
      return refuse('Action');
  }
}

function isHappening(verb: string): verb is Happening {
  return happenings.includes(verb);
}

/** Reads a JSON object; `{}` where nothing was sent, `null` of anything else. */
function readObject(body: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(body || '{}');
    return typeof read === 'object' && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}
