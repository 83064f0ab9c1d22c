import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { noFaults } from '../../src/local/onfleet/faults.ts';
import { epochMilliseconds } from '../../src/local/onfleet/ids.ts';
import type { Task, Worker } from '../../src/local/onfleet/shapes.ts';
import {
  type OnfleetStandIn,
  type OnfleetStandInOptions,
  startOnfleetStandIn,
} from '../../src/local/onfleet/start.ts';
import { readBody } from '../../src/local/stand-in-server.ts';

export const SECRET = '0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0';
const HOUR_MS = 3_600_000;

/** A webhook as it came. */
interface Received {
  readonly triggerName: string;
  readonly triggerId: number;
  readonly taskId: string;
  readonly workerId: string | null;
  readonly adminId: string | null;
  readonly time: number;
  readonly actionContext: { readonly type: string; readonly id: string };
  readonly data: { readonly task: Task; readonly worker?: Worker };
  readonly etaSeconds?: number;
  readonly distance?: number;
  readonly isSigned: boolean;
  readonly path: string;
}

/** Whatever is in the JSON. */
type Parsed = ReturnType<typeof JSON.parse>;

interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface OnfleetBench {
  readonly standIn: OnfleetStandIn;
  readonly directory: string;
  readonly hooksUrl: string;
  received: Received[];
  /** What the next webhooks are answered; 200 when there is nothing. */
  answers: number[];
  triggers: () => string[];
  /** Calls Onfleet's API. */
  call: <T = Parsed>(method: string, path: string, body?: unknown, key?: string) => Promise<Answer<T>>;
  create: (more?: object) => Promise<Task>;
  simulate: <T = Task>(task: Task, verb: string, body?: object) => Promise<Answer<T>>;
  /** Until no webhook is under way. */
  settled: () => Promise<void>;
  restart: (more?: Partial<OnfleetStandInOptions>) => Promise<void>;
}

/** The stand-in of one test file, with someone who takes its webhooks. */
export function onfleetBench(): OnfleetBench {
  let standIn: OnfleetStandIn;
  let hooks: Server;
  let directory = '';
  let hooksUrl = '';

  const start = (more: Partial<OnfleetStandInOptions> = {}): Promise<OnfleetStandIn> =>
    startOnfleetStandIn({
      directory,
      webhook: { url: () => `${hooksUrl}/built-in`, secret: SECRET },
      webhookRetryDelaysMs: [20, 40, 80],
      rateLimit: false,
      ...more,
    });

  const bench: OnfleetBench = {
    received: [],
    answers: [],
    get standIn() {
      return standIn;
    },
    get directory() {
      return directory;
    },
    get hooksUrl() {
      return hooksUrl;
    },
    triggers: () => bench.received.map(({ triggerName }) => triggerName),
    call: (method, path, body, key = 'local-onfleet-key') =>
      request(`${standIn.baseUrl}/api/v2${path}`, method, body, {
        authorization: `Basic ${Buffer.from(key).toString('base64')}`,
      }),
    async create(more = {}) {
      const { status, body } = await bench.call<Task>('POST', '/tasks', taskBody(more));
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body;
    },
    simulate: (task, verb, body = {}) =>
      request(`${standIn.baseUrl}/simulate/tasks/${task.id}/${verb}`, 'POST', body),
    settled: () => standIn.settled(),
    async restart(more) {
      await standIn.close();
      standIn = await start(more);
    },
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'totetaxi-onfleet-'));
    hooks = createServer((incoming, response) => {
      const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://127.0.0.1');
      const check = searchParams.get('check');
      if (check !== null) return void response.end(pathname === '/deaf' ? 'what?' : check);
      void readBody(incoming).then((body) => {
        const signature = createHmac('sha512', Buffer.from(SECRET, 'hex')).update(body).digest('hex');
        const isSigned = signature === incoming.headers['x-onfleet-signature'];
        bench.received.push({ ...JSON.parse(body), isSigned, path: pathname });
        response.writeHead(bench.answers.shift() ?? 200).end();
      });
    });
    await new Promise<void>((done) => {
      hooks.listen(0, '127.0.0.1', done);
    });
    const address = hooks.address();
    hooksUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
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

export function taskBody(more: object = {}): object {
  const now = epochMilliseconds();
  return {
    destination: {
      address: { number: '350', street: '5th Ave', city: 'New York', state: 'NY', country: 'USA' },
      location: [-73.9857, 40.7484],
    },
    recipients: [{ name: 'Ada Moss', phone: '+12125550142' }],
    completeAfter: now + HOUR_MS,
    completeBefore: now + 3 * HOUR_MS,
    ...more,
  };
}

async function request<T>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  // A connection that is kept would be dead after a restart.
  const answer = await fetch(url, { method, headers: { ...headers, connection: 'close' }, ...init });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
}
