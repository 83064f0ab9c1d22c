/**
 * The one catalogue of refusals: code → HTTP status, what a job should do about it, and the customer's words.
 * Every door translates from here; a code that is missing does not compile. Codes are public (`api.md`).
 */

/** What a worker does with a job that met this error. */
type RetryClass = 'never' | 'later';

interface ErrorKind {
  readonly status: number;
  readonly retry: RetryClass;
  readonly title: string;
  readonly detail: string;
}

export const errorCatalogue = {
  malformed_json: kind(400, 'Not JSON', 'The request body is not valid JSON.'),
  bad_request: kind(400, 'Bad request', 'The request could not be read.'),
  bad_signature: kind(400, 'Bad signature', 'The webhook signature does not match.'),
  idempotency_key_required: kind(
    400,
    'Idempotency key required',
    'Send an Idempotency-Key header with this request.',
  ),
  unauthenticated: kind(401, 'Sign in', 'Sign in to do this.'),
  forbidden: kind(403, 'Not allowed', 'You may not do this.'),
  not_found: kind(404, 'Not found', 'There is nothing here, or this link is not valid.'),
  method_not_allowed: kind(405, 'Method not allowed', 'This address does not take this method.'),
  already_paid: kind(409, 'Already paid', 'This booking is already paid.'),
  attempts_exhausted: kind(
    409,
    'No attempts left',
    'The card was declined too many times. Please call us to finish this booking.',
  ),
  booking_cancelled: kind(409, 'Booking cancelled', 'This booking was cancelled.'),
  conflict: later(409, 'Conflict', 'Somebody changed this at the same time. Please try again.'),
  date_unavailable: kind(
    409,
    'Date not available',
    'This day can no longer be booked. Please choose another one.',
  ),
  feedback_given: kind(409, 'Feedback given', 'You have told us already how this move went. Thank you.'),
  has_live_bookings: kind(
    409,
    'Not over yet',
    'This customer still has a booking, a payment, a refund or a case to review under way.',
  ),
  idempotency_key_in_use: kind(
    409,
    'Request in progress',
    'The same request is still being worked on. Please try again in a moment.',
  ),
  move_not_allowed: kind(409, 'Not possible now', 'The booking is not in a state that allows this.'),
  not_cancellable: kind(
    409,
    'Not cancellable',
    'This booking can no longer be cancelled here. Please call us.',
  ),
  not_completed: kind(409, 'Not completed', 'Please tell us how it went once the move is done.'),
  not_editable: kind(409, 'Not editable', 'This booking can no longer be changed here. Please call us.'),
  price_changed: kind(
    409,
    'Price changed',
    'The price has changed. Please look at the new price and confirm again.',
  ),
  not_uploaded: kind(
    409,
    'Not uploaded yet',
    'The file has not arrived. Please upload it, then complete it.',
  ),
  too_many_files: kind(409, 'Too many files', 'A booking has at most 20 files. Please call us.'),
  body_too_large: kind(413, 'Too large', 'The request body is larger than 256 kB.'),
  unsupported_media_type: kind(
    415,
    'Unsupported media type',
    'Send JSON with Content-Type: application/json.',
  ),
  invalid: kind(422, 'Invalid', 'Some fields need your attention.'),
  incomplete: kind(422, 'Not complete', 'Some details are still missing before this can be paid.'),
  file_refused: kind(422, 'File not accepted', 'This file was not accepted. Please upload another one.'),
  refund_too_large: kind(422, 'Too much to refund', 'This is more than is left to refund.'),
  discount_not_valid: kind(
    422,
    'Discount not valid',
    'The discount code no longer applies. Please check out again without it.',
  ),
  edit_conflict: kind(
    409,
    'Changed meanwhile',
    'Somebody else changed this while you were editing. Nothing of yours is lost: choose below.',
  ),
  exceeds_van: kind(
    422,
    'Too much for one van',
    'This is more than one van can carry. Please call us to split it.',
  ),
  idempotency_key_reused: kind(
    422,
    'Idempotency key reused',
    'This Idempotency-Key was used with a different request.',
  ),
  too_many_requests: kind(
    429,
    'Too many requests',
    'That was a lot at once. Please wait a moment and try again.',
  ),
  too_many_holds: kind(
    429,
    'Too many open checkouts',
    'There are too many unpaid checkouts. Please finish or wait for one to lapse.',
  ),
  internal: later(500, 'Something went wrong', 'Something went wrong on our side. Please try again.'),
  payment_provider_unavailable: later(
    503,
    'Payments unavailable',
    'Our payment provider cannot be reached just now. Please try again in a minute.',
  ),
  delivery_provider_unavailable: later(
    503,
    'Dispatch unavailable',
    'Our dispatch provider cannot be reached just now. Please try again in a minute.',
  ),
  file_store_unavailable: later(
    503,
    'Files unavailable',
    'Our file store cannot be reached just now. Please try again in a minute.',
  ),
  unavailable: later(503, 'Unavailable', 'We cannot serve this just now. Please try again in a minute.'),
} as const satisfies Record<string, ErrorKind>;

/** A stable, public, snake_case code. */
export type ErrorCode = keyof typeof errorCatalogue;

/** One thing wrong with an input: where, a stable code, and words for the person who typed it. */
export interface Violation {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

interface RefusalFacts {
  /** Every violation at once; answered as `errors`. */
  readonly violations?: readonly Violation[];
  /** Members added to the problem document, e.g. `{ price }` beside `price_changed`. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Words that say more than the catalogue's. Shown to customers. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A refusal that a door can translate. Thrown inside transactions so that nothing half done commits. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly facts: RefusalFacts;

  constructor(code: ErrorCode, facts: RefusalFacts = {}) {
    super(`${code}: ${facts.detail ?? errorCatalogue[code].detail}`, { cause: facts.cause });
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  /** Words for a customer. */
  get detail(): string {
    return this.facts.detail ?? errorCatalogue[this.code].detail;
  }

  /** Whether a worker should try the job again later. */
  get retryable(): boolean {
    return errorCatalogue[this.code].retry === 'later';
  }
}

function kind(status: number, title: string, detail: string): ErrorKind {
  return { status, title, detail, retry: 'never' };
}

function later(status: number, title: string, detail: string): ErrorKind {
  return { status, title, detail, retry: 'later' };
}
