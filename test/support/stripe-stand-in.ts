import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { noFaults } from '../../src/local/stripe/faults.ts';
import { type StripeStandIn, startStripeStandIn } from '../../src/local/stripe/start.ts';
import { STRIPE_API_VERSION } from '../../src/resources/payments/stripe/client.ts';

const SECRET = 'whsec_test';

/** The stand-in of one test file, with the real SDK before it and someone who takes its webhooks. */
export interface StandInBench {
  readonly standIn: StripeStandIn;
  readonly directory: string;
  /** Webhooks whose signature holds, in the order of coming. */
  received: Stripe.Event[];
  /** What the next webhooks are answered; 200 when there is nothing. */
  answers: number[];
  client: (options?: Stripe.StripeConfig) => Stripe;
  types: () => string[];
  /** Until no webhook is under way. */
  settled: () => Promise<unknown>;
  restart: () => Promise<void>;
  create: (more?: Partial<Stripe.PaymentIntentCreateParams>, key?: string) => Promise<Stripe.PaymentIntent>;
  paid: (more?: Partial<Stripe.PaymentIntentCreateParams>) => Promise<Stripe.PaymentIntent>;
  refusal: (work: Promise<unknown>) => Promise<Stripe.errors.StripeError>;
  /** Drives what others do at Stripe: `POST /_simulate/…`. */
  simulate: <T>(path: string, body?: object) => Promise<T>;
}

export function standInBench(): StandInBench {
  let standIn: StripeStandIn;
  let hooks: Server;
  let directory = '';

  const start = (): Promise<StripeStandIn> => {
    const { port } = hooks.address() as AddressInfo;
    return startStripeStandIn({
      directory,
      webhook: { url: () => `http://127.0.0.1:${port}/`, secret: SECRET },
      webhookRetryDelaysMs: [20, 40, 80],
    });
  };

  const bench: StandInBench = {
    received: [],
    answers: [],
    get standIn() {
      return standIn;
    },
    get directory() {
      return directory;
    },
    client: (options = {}) =>
      new Stripe('sk_test_local', {
        apiVersion: STRIPE_API_VERSION,
        host: '127.0.0.1',
        port: String(standIn?.port ?? 1),
        protocol: 'http',
        maxNetworkRetries: 0,
        telemetry: false,
        ...options,
      }),
    types: () => bench.received.map(({ type }) => type),
    settled: () => new Promise((done) => setTimeout(done, 150)),
    async restart() {
      await standIn.close();
      bench.received = [];
      bench.answers = [];
      standIn = await start();
    },
    create: (more = {}, key) =>
      bench
        .client()
        .paymentIntents.create(
          { amount: 99_500, currency: 'usd', automatic_payment_methods: { enabled: true }, ...more },
          key ? { idempotencyKey: key } : {},
        ),
    paid: (more = {}) =>
      bench.create({
        confirm: true,
        payment_method: 'pm_card_visa',
        return_url: 'http://localhost/',
        ...more,
      }),
    async refusal(work) {
      const error = await work.then(
        () => null,
        (reason: unknown) => reason,
      );
      if (!(error instanceof Stripe.errors.StripeError)) throw new Error('this was not refused');
      return error;
    },
    simulate: async <T>(path: string, body: object = {}) => {
      const answer = await fetch(`${standIn.baseUrl}/_simulate/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as T;
    },
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'totetaxi-stripe-'));
    hooks = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const signature = request.headers['stripe-signature'] ?? '';
        bench.received.push(bench.client().webhooks.constructEvent(Buffer.concat(chunks), signature, SECRET));
        response.writeHead(bench.answers.shift() ?? 200).end();
      });
    });
    await new Promise<void>((done) => {
      hooks.listen(0, '127.0.0.1', done);
    });
    standIn = await start();
  });
  beforeEach(async () => {
    await bench.settled();
    bench.received = [];
    bench.answers = [];
    Object.assign(standIn.faults, noFaults());
  });
  afterAll(async () => {
    await standIn.close();
    hooks.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return bench;
}
