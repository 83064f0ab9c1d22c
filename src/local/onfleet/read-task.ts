import { z } from 'zod';
import { invalidArgument } from './errors.ts';

const LONGEST_NOTES = 10_000;

const milliseconds = z.int().nonnegative().nullable();
const present = z.string().trim().min(1);

export const metadataBody = z.array(
  z.object({
    name: present,
    type: z.enum(['boolean', 'number', 'string', 'object', 'array']),
    value: z.unknown(),
    visibility: z.array(z.enum(['api', 'dashboard', 'worker'])).optional(),
  }),
);

const containerBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('WORKER'), worker: present }),
  z.object({ type: z.literal('ORGANIZATION') }),
]);

const changeable = {
  completeAfter: milliseconds.optional(),
  completeBefore: milliseconds.optional(),
  pickupTask: z.boolean().optional(),
  dependencies: z.array(z.string()).optional(),
  serviceTime: z.number().nonnegative().optional(),
  quantity: z.number().nonnegative().optional(),
  notes: z.string().max(LONGEST_NOTES).optional(),
  metadata: metadataBody.optional(),
  container: containerBody.optional(),
};

/** A whole address in one line, as Onfleet would find it on its map. */
function parsedOf({ unparsed, apartment }: { unparsed: string; apartment: string }) {
  const [street = unparsed, city = '', region = ''] = unparsed.split(/,\s*/);
  const [state = '', postalCode = ''] = region.split(' ');
  return { number: '', street, apartment, city, state, postalCode, country: 'United States' };
}

const newTask = z.object({
  ...changeable,
  destination: z.object({
    address: z.union([
      z.object({ unparsed: present, apartment: z.string().default('') }).transform(parsedOf),
      z.object({
        number: present,
        street: present,
        apartment: z.string().default(''),
        city: present,
        state: z.string().default(''),
        postalCode: z.string().default(''),
        country: present,
      }),
    ]),
    location: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).optional(),
    notes: z.string().default(''),
  }),
  recipients: z
    .array(
      z.object({
        name: present,
        phone: present,
        notes: z.string().default(''),
        skipSMSNotifications: z.boolean().default(false),
      }),
    )
    .max(1),
});

const taskChange = z.object({
  ...changeable,
  destination: z.undefined('is changed by its own endpoint, which the stand-in has not').optional(),
  recipients: z.undefined('are changed by their own endpoint, which the stand-in has not').optional(),
});

export type NewTask = z.infer<typeof newTask>;
export type TaskChange = z.infer<typeof taskChange>;

export function readNewTask(body: unknown): NewTask {
  return read(newTask, body);
}

/** Onfleet changes no embedded destination or recipient with its task. */
export function readTaskChange(body: unknown): TaskChange {
  return read(taskChange, body);
}

/** Reads a body, or throws `InvalidArgument` with the first thing that is wrong. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidArgument(`${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}
