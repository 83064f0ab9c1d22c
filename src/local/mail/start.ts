import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, serveStandIn } from '../stand-in-server.ts';
import { type Faults, noFaults } from './faults.ts';
import { openMailbox } from './mailbox.ts';
import { serveInbox } from './serve-inbox.ts';
import { ACCESS_KEY_ID, serveSes } from './serve-ses.ts';
import { keptKey } from './sns.ts';
import { Store } from './store.ts';
import { publishTopic, type WebhookTarget } from './topic.ts';
import type { World } from './world.ts';

const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:totetaxi-mail';

/**
 * A stand-in for Amazon SES and for the SNS topic of its events, on a loopback port, for the real SDK (`endpoint:
 * baseUrl`): `SendRawEmail`, `SendEmail`, `GetSendQuota`. What is sent lies in an inbox: a page at `/`, JSON at
 * `GET /messages` and `/messages/{id}`, also `/raw` and `/html`; `DELETE /messages` empties it. Its state survives
 * restarts and `kill -9`. It can be made to misbehave: see `Faults`; `GET /_requests` tells the last calls of SES.
 *
 * Each mail owes the topic `Send` and what becomes of it: `Delivery`, or what the local part of an address holds:
 * `bounce`, `softbounce`, or `complaint` after the delivery. More happens under
 * `POST /_simulate/messages/{id}/{delivery|bounce|softbounce|complaint|open|click}`; a click may name its `link` in JSON.
 *
 * Messages are signed as SNS signs them, version 2, with a key made at the first start. Behind `SigningCertURL` lies the
 * PEM of the public key and not a certificate: `createVerify` takes both. The first message asks to confirm the
 * subscription; before its `SubscribeURL` is called, no other is sent.
 */
export interface MailStandIn {
  readonly baseUrl: string;
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly topicArn: string;
  readonly faults: Faults;
  /** Sends the events that are owed. */
  deliver(): void;
  /** Once all that is owed is sent or given up. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface MailStandInOptions {
  readonly directory: string;
  readonly port?: number;
  readonly webhook: WebhookTarget;
  /** Domains that may send, their subdomains with them, and single addresses. */
  readonly allowedSenders?: readonly string[];
  readonly log?: (words: string) => void;
  readonly webhookRetryDelaysMs?: readonly number[];
}

export async function startMailStandIn(options: MailStandInOptions): Promise<MailStandIn> {
  const { directory, allowedSenders = ['totetaxi.test'], log = () => undefined } = options;
  const faults = noFaults();
  mkdirSync(directory, { recursive: true });
  const key = await keptKey(directory);
  const store = new Store(directory);
  const mailbox = openMailbox(store, directory);
  let port = 0;
  const baseUrl = (): string => `http://127.0.0.1:${port}`;
  const deliveries = publishTopic({
    store,
    topicArn: TOPIC_ARN,
    baseUrl,
    key,
    target: options.webhook,
    faults,
    log,
    retryDelaysMs: options.webhookRetryDelaysMs,
  });
  const world: World = { store, mailbox, faults, deliveries, key, requests: [], directory, allowedSenders };
  const server = await serveStandIn({
    name: 'mail',
    directory,
    port: options.port,
    log,
    serve: (request, response) => serve(world, request, response),
  });
  ({ port } = server);
  deliveries.kick();
  return {
    baseUrl: baseUrl(),
    port,
    accessKeyId: ACCESS_KEY_ID,
    secretAccessKey: 'local-ses-secret',
    topicArn: TOPIC_ARN,
    faults,
    deliver: () => deliveries.kick(),
    settled: () => deliveries.settled(),
    async close() {
      await deliveries.close();
      await server.close();
    },
  };
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readBody(request);
  if (request.method === 'POST' && url.pathname === '/') return serveSes(world, request, response, body);
  return serveInbox(world, request, response, url, body);
}
