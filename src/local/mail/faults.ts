import type { DeliveryFaults } from '../deliveries.ts';

/**
 * Switches that make the stand-in misbehave, in process or over HTTP (`GET`, `POST`, `DELETE /_faults`). Each counts down
 * with use. Calls of SES: `error500`, `throttle` and `dropConnection` before the work, `timeoutAfterWork` takes the mail
 * and never answers, `delayMs` waits first. Events: `duplicate` sends so many more of each, `delayWebhookMs` waits,
 * `reorder` sends newest first, `dropWebhooks` sends none of the next.
 */
export interface Faults extends DeliveryFaults {
  /** Only calls whose `METHOD /path recipient,…` holds this text misbehave. */
  match: string;
  error500: number;
  throttle: number;
  dropConnection: number;
  timeoutAfterWork: number;
  delayMs: number;
}

export function noFaults(): Faults {
  return {
    match: '',
    error500: 0,
    throttle: 0,
    dropConnection: 0,
    timeoutAfterWork: 0,
    delayMs: 0,
    duplicate: 0,
    delayWebhookMs: 0,
    reorder: false,
    dropWebhooks: 0,
  };
}
