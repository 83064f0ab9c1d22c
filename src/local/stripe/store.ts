import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Stripe from 'stripe';

/** What the stand-in knows, by kind and id, in order of making. */
export interface Kinds {
  intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  transaction: Stripe.BalanceTransaction;
  event: Stripe.Event;
  customer: Stripe.Customer;
  method: Stripe.PaymentMethod;
  /** Answers under idempotency keys. */
  answer: KeptAnswer;
  /** Webhooks still to be delivered. */
  delivery: Delivery;
  /** Refunds whose bank has still to say something, by the refund's id. */
  verdict: Verdict;
}

export interface KeptAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string;
}

export interface Delivery {
  readonly eventId: string;
  readonly tries: number;
}

export interface Verdict {
  readonly refundId: string;
  readonly good: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Entry = { [Kind in keyof Kinds]: [Kind, string, Kinds[Kind] | null] }[keyof Kinds];

/**
 * Keeps everything in memory and in a journal: each request's changes are one line, appended before the answer goes out,
 * so that a process killed at any moment has lost nothing it told anyone. A torn last line is what nobody was told.
 */
export class Store {
  readonly #file: string;
  readonly #maps: { [Kind in keyof Kinds]: Map<string, Kinds[Kind]> } = {
    intent: new Map(),
    charge: new Map(),
    refund: new Map(),
    dispute: new Map(),
    transaction: new Map(),
    event: new Map(),
    customer: new Map(),
    method: new Map(),
    answer: new Map(),
    delivery: new Map(),
    verdict: new Map(),
  };
  #pending: Entry[] = [];

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'journal.jsonl');
    this.#replay();
    this.#compact();
  }

  get<Kind extends keyof Kinds>(kind: Kind, id: string): Kinds[Kind] | undefined {
    return this.#maps[kind].get(id);
  }

  /** Newest first. */
  list<Kind extends keyof Kinds>(kind: Kind): Kinds[Kind][] {
    return [...this.#maps[kind].values()].reverse();
  }

  ids(kind: keyof Kinds): string[] {
    return [...this.#maps[kind].keys()];
  }

  put<Kind extends keyof Kinds>(kind: Kind, id: string, value: Kinds[Kind]): void {
    this.#maps[kind].set(id, value);
    this.#pending.push([kind, id, value] as Entry);
  }

  remove(kind: keyof Kinds, id: string): void {
    this.#maps[kind].delete(id);
    this.#pending.push([kind, id, null] as Entry);
  }

  /** Writes what changed since the last commit as one line. */
  commit(): void {
    if (this.#pending.length === 0) return;
    appendFileSync(this.#file, `${JSON.stringify(this.#pending)}\n`);
    this.#pending = [];
  }

  #replay(): void {
    if (!existsSync(this.#file)) return;
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      if (line === '') continue;
      let entries: Entry[];
      try {
        entries = JSON.parse(line) as Entry[];
      } catch {
        return;
      }
      for (const [kind, id, value] of entries) {
        const map = this.#maps[kind] as Map<string, unknown>;
        if (value === null) map.delete(id);
        else map.set(id, value);
      }
    }
  }

  #compact(): void {
    const all = (Object.keys(this.#maps) as (keyof Kinds)[]).map((kind) =>
      [...this.#maps[kind]].map(([id, value]) => [kind, id, value]),
    );
    const fresh = `${this.#file}.new`;
    writeFileSync(
      fresh,
      all.flatMap((entries) => (entries.length ? `${JSON.stringify(entries)}\n` : [])).join(''),
    );
    renameSync(fresh, this.#file);
  }
}
