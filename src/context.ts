import type { Sequelize, Transaction } from 'sequelize';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';

/** Who does it: written into the audit log and asked by every policy. */
export type Actor =
  | { readonly type: 'customer'; readonly bookingId: string | null; readonly address: string | null }
  | {
      readonly type: 'staff';
      readonly id: string;
      readonly role: 'admin' | 'staff' | 'viewer';
      readonly name: string;
    }
  | { readonly type: 'system'; readonly name: string };

/** Everything a use case may reach besides its input. First argument of each; no hidden globals. */
export interface Context {
  readonly actor: Actor;
  readonly clock: Clock;
  readonly config: Config;
  readonly db: Sequelize;
  readonly log: Logger;
  readonly requestId: string;
  /** The open transaction, if a caller has one: use cases join it. */
  readonly tx?: Transaction;
}

/** A context inside a transaction: only `inTransaction` makes one. */
export type TransactionContext = Context & { readonly tx: Transaction };
