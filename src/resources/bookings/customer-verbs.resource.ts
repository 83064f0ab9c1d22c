import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { contactSchema } from './booking-request.ts';
import { eraseCustomer, planErasure } from './erase-customer.ts';
import { customerName } from './find-customer.ts';
import { mergeCustomers, planMerge } from './merge-customers.ts';

/** What admins do with a profile beside editing it. */

const isOpen = (row: Row) => !row.mergedIntoId && !row.erasedAt;

/** `1 booking`, `3 bookings`. */
const many = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

const mergeForm = z.strictObject({
  intoEmail: contactSchema.shape.email.meta({
    label: 'E-mail of the profile that stays',
    kind: 'line',
    maximumLength: 254,
    help: 'The profile of this page is closed, and what is theirs moves to the one with this e-mail.',
  }),
});

const merge = useCaseAction<z.output<typeof mergeForm>>({
  name: 'merge',
  label: 'Merge into another',
  icon: 'Users',
  form: mergeForm,
  destructive: true,
  isOffered: isOpen,
  async preview(ctx, row, { intoEmail }) {
    const { into, bookings, addresses, newTags, joinsNotes } = await planMerge(ctx, {
      fromId: String(row.id),
      intoEmail,
    });
    const name = customerName(into);
    return [
      `${many(bookings, 'booking')} and ${many(addresses, 'address', 'addresses')} move to ${name} (${into.email}).`,
      'Each booking keeps the contact that it was made with.',
      ...(newTags.length > 0
        ? [`${name} also gets the ${newTags.length === 1 ? 'tag' : 'tags'} ${newTags.join(', ')}.`]
        : []),
      ...(joinsNotes ? [`The notes of both stand together at ${name}.`] : []),
      `The profile of ${customerName(row)} (${String(row.email)}) is closed. What is booked with its e-mail from now on goes to ${name}.`,
      'This cannot be taken back.',
    ];
  },
  async run(ctx, row, { intoEmail }) {
    const into = await mergeCustomers(ctx, { fromId: String(row.id), intoEmail });
    return { message: `${customerName(row)} was merged into ${customerName(into)} (${into.email}).` };
  },
});

const eraseForm = z.strictObject({
  isSure: z
    .boolean()
    .default(false)
    .refine((isSure) => isSure, { error: 'Tick this to go on.', params: { code: 'required' } })
    .meta({ label: 'I know that this cannot be taken back', kind: 'yesNo' }),
});

const erase = useCaseAction<z.output<typeof eraseForm>>({
  name: 'erase',
  label: 'Erase personal data',
  icon: 'UserX',
  form: eraseForm,
  destructive: true,
  isOffered: isOpen,
  async preview(ctx, row) {
    const { bookings, inquiries } = await planErasure(ctx, String(row.id));
    return [
      `Name, e-mail, phone, addresses, notes and everything else personal of ${customerName(row)} is erased${
        bookings > 0 ? `, in the profile and in ${many(bookings, 'booking')}` : ''
      }.`,
      ...(inquiries.length > 0
        ? [
            `${inquiries.join(', ')} ${inquiries.length === 1 ? 'is' : 'are'} cancelled: nothing was paid yet.`,
          ]
        : []),
      ...(bookings > 0 ? ['The links to their bookings stop working.'] : []),
      'What was paid and refunded stays in the books, without a name. The audit log stays whole, without what was personal in it.',
      'This cannot be taken back, by anybody.',
    ];
  },
  async run(ctx, row) {
    await eraseCustomer(ctx, String(row.id));
    return { message: 'The personal data was erased.' };
  },
});

export const customerVerbs = [merge, erase];
