import { z } from 'zod';
import { invalidArgument, notFound } from './errors.ts';
import { read } from './read-task.ts';
import type { Recipient } from './shapes.ts';
import type { World } from './world.ts';

const change = z.object({
  name: z.string().trim().min(1).optional(),
  phone: z.string().optional(),
  notes: z.string().optional(),
  skipSMSNotifications: z.boolean().optional(),
  skipPhoneNumberValidation: z.boolean().optional(),
});

export function findRecipient({ store }: World, id: string): Recipient {
  const recipient = store.get('recipient', id);
  if (!recipient) throw notFound('recipient', id);
  return recipient;
}

/** Changes a recipient, and with it every task that meets them, also one that is over. Tells nobody. */
export function updateRecipient(world: World, id: string, body: unknown): Recipient {
  const before = findRecipient(world, id);
  const { skipPhoneNumberValidation, ...given } = read(change, body);
  const isNumber = given.phone === undefined || /^\+1[2-9]\d{2}[2-9]\d{6}$/.test(given.phone);
  if (!isNumber && !skipPhoneNumberValidation) throw invalidArgument('phone: this is no phone number');
  const isTaken = world.store
    .list('recipient')
    .some((other) => other.id !== id && other.phone === given.phone);
  if (isTaken) throw invalidArgument('phone: another recipient has it');
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const after: Recipient = { ...before, ...changes };
  world.store.put('recipient', id, after);
  for (const task of world.store.list('task')) {
    if (!task.recipients.some((each) => each.id === id)) continue;
    const recipients = task.recipients.map((each) => (each.id === id ? after : each));
    world.store.put('task', task.id, { ...task, recipients });
  }
  return after;
}
