/** A request as plain data, so that a shrunk one can be printed and kept as a test. */
export interface FuzzRequest {
  readonly method: string;
  /** The address as it goes over the wire, nothing normalised. `{paid.id}` is filled in by the scene. */
  readonly path: string;
  /** `{paid.token}`, `{session}` (a customer's), `{fresh}` (a new UUID) and `{signature}` (Stripe's, of the body) are filled in by the scene. */
  readonly headers: Readonly<Record<string, string>>;
  /** `"{paid.total}"` is filled in by the scene, as a number. */
  readonly body?: string;
  /** How the body's text becomes bytes; UTF-8 when left out. `latin1` also makes bytes that are no UTF-8. */
  readonly bytes?: BodyBytes;
}

export type BodyBytes = 'latin1' | 'utf16le' | 'gzip' | 'cut_gzip' | 'deflate' | 'br';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when the answer says that it is JSON, else `{ text }`. */
  readonly body: any;
}
