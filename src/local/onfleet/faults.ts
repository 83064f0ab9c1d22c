import type { DeliveryFaults } from '../deliveries.ts';

/**
 * Switches that make the stand-in misbehave, in process or over HTTP (`GET`, `POST`, `DELETE /_faults`). Each counts down
 * with use. Requests: `error500`, `error429` and `dropConnection` before the work, `timeoutAfterWork` does it and never
 * answers, `delayMs` waits first. Webhooks: `duplicate` sends so many more of each, `delayWebhookMs` waits, `reorder`
 * sends newest first, `dropWebhooks` sends none of the next.
 */
export interface Faults extends DeliveryFaults {
  /** Only requests whose `METHOD /path` holds this text misbehave. */
  match: string;
  error500: number;
  error429: number;
  dropConnection: number;
  timeoutAfterWork: number;
  delayMs: number;
}

export function noFaults(): Faults {
  return {
    match: '',
    error500: 0,
    error429: 0,
    dropConnection: 0,
    timeoutAfterWork: 0,
    delayMs: 0,
    duplicate: 0,
    delayWebhookMs: 0,
    reorder: false,
    dropWebhooks: 0,
  };
}
