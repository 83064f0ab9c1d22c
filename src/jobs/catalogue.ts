import { z } from 'zod';
import type { Lane } from '../environment.ts';

/** Every job there is: what it is told (ids only; the handler re-reads), and how often it is tried. A leaf. */

interface JobKind<Payload> {
  readonly payload: z.ZodType<Payload>;
  readonly attempts: number;
  /** Delay before the second try; it doubles with each further one. */
  readonly backoffMs: number;
  readonly lane: Lane;
  /** Lets the other jobs of its lane go first: nobody waits for it. */
  readonly yields: boolean;
}

/** How many jobs of a lane one worker does at once: what hangs on Onfleet, SES or S3 never holds up money. */
export const lanes: Readonly<Record<Lane, number>> = { main: 10, road: 4, mail: 6, files: 2 };

const nothing = z.strictObject({});

export const jobCatalogue = {
  work_stripe_event: job(z.strictObject({ webhookEventId: z.uuid() }), 12, 500),
  settle_payment: job(z.strictObject({ paymentIntentId: z.string().min(1) }), 12, 500),
  work_onfleet_event: job(z.strictObject({ webhookEventId: z.uuid() }), 12, 500, 'road'),
  sync_deliveries: job(z.strictObject({ bookingId: z.uuid() }), 12, 500, 'road', { yields: true }),
  strip_deliveries: job(z.strictObject({ bookingId: z.uuid() }), 12, 1_000, 'road', { yields: true }),
  sync_drivers: job(nothing, 3, 5_000, 'road', { yields: true }),
  work_ses_event: job(z.strictObject({ webhookEventId: z.uuid() }), 12, 500, 'mail'),
  send_sign_in_link: job(
    z.strictObject({ askId: z.uuid(), customerId: z.uuid().nullable() }),
    12,
    1_000,
    'mail',
  ),
  deliver_notification: job(z.strictObject({ notificationId: z.uuid() }), 12, 1_000, 'mail'),
  remind_customers: job(nothing, 5, 60_000, 'mail'),
  send_due_mails: job(nothing, 3, 1_000, 'mail'),
  follow_up_inquiries: job(nothing, 3, 60_000, 'mail'),
  purge_documents: job(nothing, 3, 60_000, 'files'),
  watch_cois: job(nothing, 5, 60_000, 'mail'),
  tidy_documents: job(z.strictObject({ documentIds: z.array(z.uuid()) }), 12, 1_000, 'files'),
  cancel_intent: job(z.strictObject({ paymentId: z.uuid() }), 12, 1_000),
  submit_refund: job(z.strictObject({ refundId: z.uuid() }), 12, 1_000),
  expire_holds: job(nothing, 1, 1_000),
  expire_inquiries: job(nothing, 3, 5_000),
  reconcile_payments: job(z.strictObject({ runId: z.uuid().optional() }), 5, 10_000),
  purge_plumbing: job(nothing, 3, 5_000),
  prove_books: job(z.strictObject({ proofRunId: z.uuid().optional() }), 3, 60_000),
  check_invariants: job(nothing, 3, 5_000),
} as const satisfies Record<string, JobKind<unknown>>;

export type JobName = keyof typeof jobCatalogue;
export type JobPayload<Name extends JobName> = z.output<(typeof jobCatalogue)[Name]['payload']>;

function job<Payload>(
  payload: z.ZodType<Payload>,
  attempts: number,
  backoffMs: number,
  lane: Lane = 'main',
  { yields = false } = {},
): JobKind<Payload> {
  return { payload, attempts, backoffMs, lane, yields };
}
