import type { DeliveryFaults } from '../deliveries.ts';
import type { Form } from './form.ts';

/**
 * Switches that make the stand-in misbehave, in process or over HTTP (`GET`, `POST`, `DELETE /_faults`). Each counts down
 * with use. Requests: `error500` and `dropConnection` before the work, `timeoutAfterWork` does it and never answers,
 * `delayMs` waits first, `processing` leaves a confirmation under way, `pendingRefund` a refund. Webhooks: `duplicate` sends so many more of each,
 * `delayWebhookMs` waits, `reorder` sends newest first, `dropWebhooks` sends none of the next.
 */
export interface Faults extends DeliveryFaults {
  /** Only requests whose `METHOD /path` holds this text misbehave. */
  match: string;
  error500: number;
  dropConnection: number;
  timeoutAfterWork: number;
  delayMs: number;
  processing: number;
  pendingRefund: number;
}

export function noFaults(): Faults {
  return {
    match: '',
    error500: 0,
    dropConnection: 0,
    timeoutAfterWork: 0,
    delayMs: 0,
    processing: 0,
    pendingRefund: 0,
    duplicate: 0,
    delayWebhookMs: 0,
    reorder: false,
    dropWebhooks: 0,
  };
}

/** Sets what a JSON body or form names; what it does not know is left. */
export function setFaults(faults: Faults, given: Readonly<Record<string, unknown>> | Form): void {
  for (const [name, value] of Object.entries(given)) {
    if (name in faults && typeof value === typeof Reflect.get(faults, name)) Reflect.set(faults, name, value);
  }
}

type Countdown = 'error500' | 'dropConnection' | 'timeoutAfterWork' | 'processing' | 'pendingRefund';

/** Whether a fault strikes now; it is used up by one. */
export function strikes(faults: Faults, name: Countdown, request: string): boolean {
  if (faults[name] <= 0 || !request.includes(faults.match)) return false;
  faults[name] -= 1;
  return true;
}
