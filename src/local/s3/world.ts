import type { Faults } from './faults.ts';
import type { Folder } from './folder.ts';
import type { Store } from './store.ts';
import type { Access } from './verify-signature.ts';

/** What the stand-in works on. */
export interface World {
  readonly store: Store;
  readonly folder: Folder;
  readonly faults: Faults;
  readonly access: Access;
  readonly bucket: string;
  /** Those whose pages may call; one `*` in it stands for anything. */
  readonly origins: readonly string[];
  /** The last calls. */
  readonly requests: LoggedRequest[];
  readonly directory: string;
}

export interface LoggedRequest {
  readonly method: string;
  /** Decoded, without its query. */
  readonly path: string;
  /** `null` when the call got no answer. */
  readonly status: number | null;
  /** The code of a refusal. */
  readonly code: string | null;
  /** ISO 8601. */
  readonly at: string;
}
