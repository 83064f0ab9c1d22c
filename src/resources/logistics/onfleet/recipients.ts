import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../../../context.ts';
import { askOnfleet, OnfleetProblem } from './client.ts';

/** Whom a task meets; Onfleet keeps them apart from its tasks, one for each phone, also when the tasks are gone. */

const recipientSchema = z.looseObject({ id: z.string().min(1), phone: z.string().nullish() });

/** The phone of a recipient, in E.164; `null` when Onfleet has neither. Throws `OnfleetProblem`. */
export async function phoneOfRecipient(ctx: Context, id: string): Promise<string | null> {
  try {
    const ask = { method: 'GET', path: `/recipients/${encodeURIComponent(id)}` } as const;
    return (await askOnfleet(ctx, ask, recipientSchema)).phone ?? null;
  } catch (error) {
    if (error instanceof OnfleetProblem && error.status === 404) return null;
    throw error;
  }
}

/** Gives a recipient another name, without notes, and where nobody else has it a phone that is none. Throws `OnfleetProblem`. */
export async function overwriteRecipient(
  ctx: Context,
  id: string,
  { name, keepsPhone }: { readonly name: string; readonly keepsPhone: boolean },
): Promise<void> {
  const phone = { phone: noPhone(id), skipPhoneNumberValidation: true };
  await askOnfleet(
    ctx,
    {
      method: 'PUT',
      path: `/recipients/${encodeURIComponent(id)}`,
      body: { name, notes: '', skipSMSNotifications: true, ...(!keepsPhone && phone) },
    },
    z.unknown(),
  );
}

/** Onfleet has no two recipients of one phone: each gets a number of its own, in an area that there is not. */
export function noPhone(id: string): string {
  const digits = createHash('sha256').update(id).digest().readUInt32BE() % 10_000_000;
  return `+1000${String(digits).padStart(7, '0')}`;
}
