import { z } from 'zod';

/** What people who sign in are called and sign in with; a name that looks like markup is refused. */

export const personName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((typed) => !/[<>]/.test(typed), {
    error: 'A name has no < or >.',
    params: { code: 'not_allowed' },
  });

export const personEmail = z.string().trim().toLowerCase().max(254).pipe(z.email());
