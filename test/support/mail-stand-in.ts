import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SESClient, type SESClientConfig, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { noFaults } from '../../src/local/mail/faults.ts';
import type { SignedSnsMessage } from '../../src/local/mail/sns.ts';
import { type MailStandIn, startMailStandIn } from '../../src/local/mail/start.ts';
import { readBody } from '../../src/local/stand-in-server.ts';

/** The stand-in of one test file, with the real SDK before it and someone who is subscribed to its topic. */
export interface MailBench {
  readonly standIn: MailStandIn;
  /** What the topic posted, in the order of coming. */
  received: (SignedSnsMessage & { readonly headers: IncomingHttpHeaders })[];
  /** What the next posts are answered; 200 when there is nothing. */
  answers: number[];
  client: (more?: SESClientConfig) => SESClient;
  /** Sends a mail with text, HTML and an attachment; gives its MessageId. */
  send: (to: string | string[], more?: { from?: string; client?: SESClient }) => Promise<string>;
  /** Confirms the subscription that was asked for. */
  confirm: () => Promise<Response>;
  /** The events that came. */
  events: () => SesEvent[];
  types: () => string[];
  get: <T>(path: string) => Promise<T>;
  post: (path: string, body?: object) => Promise<Response>;
  /** Until all that the topic owes has come. */
  settled: () => Promise<void>;
  restart: () => Promise<void>;
}

interface SesEvent {
  readonly eventType: string;
  readonly mail: object;
  readonly bounce?: { readonly bounceType: string; readonly bouncedRecipients: readonly object[] };
  readonly complaint?: { readonly complainedRecipients: readonly object[] };
  readonly click?: { readonly link: string };
}

export function mailBench(): MailBench {
  let standIn: MailStandIn;
  let subscriber: Server;
  let directory = '';
  let subscribeUrl = '';

  const start = (): Promise<MailStandIn> => {
    const { port } = subscriber.address() as AddressInfo;
    const webhook = { url: () => `http://127.0.0.1:${port}/` };
    return startMailStandIn({ directory, webhook, webhookRetryDelaysMs: [20, 40, 80] });
  };

  const bench: MailBench = {
    received: [],
    answers: [],
    get standIn() {
      return standIn;
    },
    client: (more = {}) =>
      new SESClient({
        endpoint: standIn.baseUrl,
        region: 'us-east-1',
        credentials: { accessKeyId: standIn.accessKeyId, secretAccessKey: standIn.secretAccessKey },
        maxAttempts: 1,
        ...more,
      }),
    async send(to, { from = 'ToteTaxi <hello@totetaxi.test>', client = bench.client() } = {}) {
      const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
        from,
        to,
        subject: 'Your move – booked <b>',
        text: 'Booked. See https://totetaxi.test/t',
        html: '<p>Booked.<script>alert(1)</script> <a href="https://totetaxi.test/m?a=1&amp;b=2">See</a></p>',
        attachments: [
          { filename: 'receipt.pdf', content: Buffer.from('%PDF-1.4 x'), contentType: 'application/pdf' },
        ],
      });
      const command = new SendRawEmailCommand({
        Source: from,
        Destinations: [to].flat(),
        RawMessage: { Data: message as Buffer },
        ConfigurationSetName: 'totetaxi',
        Tags: [{ Name: 'kind', Value: 'booking_confirmed' }],
      });
      const { MessageId } = await client.send(command);
      return MessageId ?? '';
    },
    confirm: () => fetch(subscribeUrl),
    events: () =>
      bench.received
        .filter(({ Type }) => Type === 'Notification')
        .map(({ Message }) => JSON.parse(Message) as SesEvent),
    types: () =>
      bench
        .events()
        .map(({ eventType }) => eventType)
        .toSorted(),
    get: async <T>(path: string) => (await (await fetch(`${standIn.baseUrl}${path}`)).json()) as T,
    post: (path, body = {}) =>
      fetch(`${standIn.baseUrl}${path}`, { method: 'POST', body: JSON.stringify(body) }),
    settled: () => standIn.settled(),
    async restart() {
      await standIn.close();
      bench.received = [];
      bench.answers = [];
      standIn = await start();
      // Until `fetch` has noticed that its connections are gone.
      await pause(250);
    },
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'totetaxi-mail-'));
    subscriber = createServer((request, response) => {
      void readBody(request).then((body) => {
        const message = JSON.parse(body) as SignedSnsMessage;
        bench.received.push({ ...message, headers: request.headers });
        subscribeUrl = message.SubscribeURL ?? subscribeUrl;
        response.writeHead(bench.answers.shift() ?? 200).end();
      });
    });
    await new Promise<void>((done) => {
      subscriber.listen(0, '127.0.0.1', done);
    });
    standIn = await start();
    await bench.settled();
  });
  beforeEach(async () => {
    await bench.settled();
    bench.answers = [];
    Object.assign(standIn.faults, noFaults());
  });
  afterAll(async () => {
    await standIn.close();
    subscriber.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return bench;
}
