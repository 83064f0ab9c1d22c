import { Journal } from '../journal.ts';
import type { Headers } from './read-call.ts';
import type { Seen } from './watch-bytes.ts';

/** Bytes in a file of that name. */
export interface Kept extends Seen {
  readonly file: string;
}

export interface StoredObject extends Kept {
  readonly key: string;
  readonly etag: string;
  /** Those that come back with it: its type, its disposition, its metadata. */
  readonly headers: Headers;
  /** ISO 8601. */
  readonly at: string;
}

/** One that comes in parts and is not whole yet. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: Headers;
  readonly algorithm: string | null;
  /** ISO 8601. */
  readonly at: string;
}

export interface Part extends Kept {
  readonly uploadId: string;
  readonly number: number;
}

interface Kinds {
  /** By their keys. */
  object: StoredObject;
  upload: Upload;
  /** By upload and number: see `partId`. */
  part: Part;
}

export function partId({ uploadId, number }: Pick<Part, 'uploadId' | 'number'>): string {
  return `${uploadId}/${number}`;
}

export class Store extends Journal<Kinds> {
  constructor(directory: string) {
    super(directory, { object: true, upload: true, part: true });
  }
}
