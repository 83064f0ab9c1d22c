import type { Deliveries } from '../deliveries.ts';
import type { Faults } from './faults.ts';
import type { Mailbox } from './mailbox.ts';
import type { SigningKey } from './sns.ts';
import type { Store } from './store.ts';

/** What the stand-in works on. */
export interface World {
  readonly store: Store;
  readonly mailbox: Mailbox;
  readonly faults: Faults;
  readonly deliveries: Deliveries;
  readonly key: SigningKey;
  /** The last calls of SES. */
  readonly requests: LoggedRequest[];
  readonly directory: string;
  readonly allowedSenders: readonly string[];
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly action: string;
  readonly recipients: readonly string[];
  /** `null` when the call got no answer. */
  readonly status: number | null;
  /** The id of the mail that was taken. */
  readonly mailId: string | null;
  /** ISO 8601. */
  readonly at: string;
}
