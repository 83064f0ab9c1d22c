import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Config } from '../../../config.ts';
import { Refusal } from '../../../errors.ts';

export interface OnfleetEvent {
  /** The same for each copy of it: Onfleet gives none. */
  readonly id: string;
  readonly type: string;
  readonly body: object;
}

const eventSchema = z.looseObject({
  taskId: z.string().min(1).max(100).nullish(),
  workerId: z.string().max(100).nullish(),
  triggerId: z.int(),
  triggerName: z.string().min(1).max(100),
  time: z.number(),
  /** All that is kept of it: where the driver was. Of whom the task meets we know, and what it is now is read anew. */
  data: z
    .object({ worker: z.object({ location: z.unknown() }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/**
 * Checks a webhook's signature (HMAC-SHA512 of the raw bytes, hex, under the secret's bytes) before anything is read.
 * Throws `bad_signature`, and `bad_request` for what is signed but no event.
 */
export function verifyOnfleetEvent(config: Config, raw: Buffer, signature: string | undefined): OnfleetEvent {
  if (!config.onfleet || !isSigned(config.onfleet.webhookSecret, raw, signature))
    throw new Refusal('bad_signature');
  const event = eventSchema.safeParse(parsed(raw));
  if (!event.success) throw new Refusal('bad_request', { detail: 'This is no event.', cause: event.error });
  const { triggerId, triggerName, taskId, workerId, time } = event.data;
  const id = createHash('sha256')
    .update(JSON.stringify([triggerId, taskId ?? null, workerId ?? null, time]))
    .digest('hex');
  return { id, type: triggerName, body: event.data };
}

function isSigned(secret: string, raw: Buffer, signature: string | undefined): boolean {
  if (signature === undefined || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  const expected = createHmac('sha512', Buffer.from(secret, 'hex')).update(raw).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
}
