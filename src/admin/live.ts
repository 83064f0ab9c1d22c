import type { RequestHandler, Response } from 'express';
import { realNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { authorize } from '../resources/_kit/policy.ts';
import { deliveryTaskPolicy } from '../resources/logistics/delivery-task.policy.ts';
import type { Sessions } from './session.ts';

/** Streams of one process: more are somebody gone wrong. */
const MOST_STREAMS = 1_000;
const BEAT_MS = 15_000;
/** What happens within it is told as one. */
const GATHER_MS = 500;

interface Stream {
  readonly response: Response;
  /** Whether whoever holds it is still signed in. */
  readonly isAdmitted: () => Promise<boolean>;
}

/**
 * Tells open pages of the panel that something changed, never what: they read again, by the policies of every read. What
 * they missed while they were cut they see on coming back, for they read then too. A stream ends with its session.
 */
export class PanelLive {
  readonly #log: Context['log'];
  readonly #streams = new Set<Stream>();
  readonly #beating: NodeJS.Timeout;
  #gathering: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor({ log }: Pick<Context, 'log'>) {
    this.#log = log;
    this.#beating = setInterval(() => void this.#send(`: ${realNow().toISOString()}\n\n`), BEAT_MS).unref();
  }

  /** Something has changed. */
  hear(): void {
    if (this.#gathering || this.#isClosed || this.#streams.size === 0) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      void this.#send('event: changed\ndata:\n\n');
    }, GATHER_MS).unref();
  }

  /** Keeps an answer open. Throws `unavailable` when it is closing or full. */
  join(stream: Stream): void {
    if (this.#isClosed || this.#streams.size >= MOST_STREAMS)
      throw new Refusal('unavailable', { retryAfterSeconds: 5 });
    const { response } = stream;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Neither compressed here nor gathered by a proxy on the way.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
      // Its end is the connection's: nothing to wait for at a shutdown.
      Connection: 'close',
    });
    response.write('retry: 3000\n\n');
    this.#streams.add(stream);
    response.once('close', () => this.#streams.delete(stream));
  }

  /** Ends them all: another process takes them. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#beating);
    if (this.#gathering) clearTimeout(this.#gathering);
    for (const { response } of this.#streams) response.end();
  }

  async #send(words: string): Promise<void> {
    await Promise.all([...this.#streams].map((stream) => this.#tell(stream, words)));
  }

  async #tell({ response, isAdmitted }: Stream, words: string): Promise<void> {
    try {
      if (!(await isAdmitted())) return void response.end();
      // What lies unread tells them already to look.
      if (!response.writableNeedDrain) response.write(words);
    } catch (error) {
      this.#log.warn({ err: error }, 'a page of the panel was not told');
      response.end();
    }
  }
}

/** `GET /admin/api/live`, for whoever is signed in and sees what changes. */
export function liveRoute(live: PanelLive, sessions: Sessions): RequestHandler {
  return (request, response) => {
    authorize(response.locals.ctx as Context, deliveryTaskPolicy, 'list');
    const { sessionID } = request;
    // Of no use to a session: an open page does not keep one alive, and must not bring one back that has ended.
    Reflect.deleteProperty(request, 'session');
    live.join({ response, isAdmitted: () => sessions.isAlive(sessionID) });
  };
}
