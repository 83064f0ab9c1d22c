import { z } from 'zod';
import { parseServiceDay, type ServiceDay } from '../../clock.ts';
import type { Violation } from '../../errors.ts';
import { type Check, isAirportEnd } from '../../pricing/quote-checks.ts';
import { quoteRequestShape } from '../../pricing/quote-request.ts';
import { type ReadRequest, readQuoteRequest } from '../../pricing/read-quote-request.ts';
import { fiveDigits } from '../../pricing/rules/zone.ts';
import { dateRefusal } from '../services/day-availability.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';

/** What a customer sends to make a booking: the quote request, who, where, and what else we should know (`api.md`). */

const states = ['NY', 'NJ', 'CT'] as const;
const line = z.string().trim().min(1).max(200);

export const contactSchema = z.strictObject({
  firstName: z.string().trim().min(1).max(100),
  lastName: z.string().trim().min(1).max(100),
  email: z.string().trim().toLowerCase().max(254).pipe(z.email()).meta({ example: 'jo@example.com' }),
  phone: z
    .string()
    .trim()
    .max(30)
    .refine((text) => /^\+?[\d\s().-]+$/.test(text) && [10, 11].includes(digitsOf(text).length), {
      message: 'Use a phone number like (212) 555-0100.',
      params: { code: 'invalid_format' },
    })
    .meta({ example: '(212) 555-0100' }),
});
export type Contact = z.output<typeof contactSchema>;

export const addressSchema = z.strictObject({
  line1: line,
  line2: z.string().trim().max(200).optional(),
  city: z.string().trim().min(1).max(100),
  state: z.string().trim().toUpperCase().pipe(z.enum(states)).meta({ type: 'string', example: 'NY' }),
  zip: z
    .string()
    .trim()
    .regex(/^\d{5}(-\d{4})?$/)
    .meta({ example: '10001' }),
  notes: z.string().trim().max(2_000).optional(),
});
export type AddressInput = z.output<typeof addressSchema>;

export const bookingRequestShape = {
  ...quoteRequestShape,
  contact: contactSchema.optional(),
  pickupAddress: addressSchema.optional(),
  deliveryAddress: addressSchema.optional(),
  instructions: z.string().trim().max(2_000).optional(),
  marketingOptIn: z.boolean().optional(),
};

export const bookingRequestSchema = z.strictObject(bookingRequestShape);

/** What the office may ask besides: the same-day fee, which the public does not know (`product.md` §2). */
const officeRequestSchema = z.strictObject({ ...bookingRequestShape, sameDay: z.boolean().optional() });
export type BookingRequest = z.output<typeof officeRequestSchema>;

/** A PATCH: any of the same fields; `null` takes an optional one away. */
export const bookingPatchSchema = z
  .strictObject({
    ...bookingRequestShape,
    coi: z.boolean(),
    pickupHour: quoteRequestShape.pickupHour.nullable(),
    discountCode: quoteRequestShape.discountCode.nullable(),
    specialtyItems: quoteRequestShape.specialtyItems.nullable(),
    instructions: bookingRequestShape.instructions.nullable(),
  })
  .partial();

interface Asker {
  /** Whether the office asks, or a booking as it is kept: both know `sameDay`. */
  readonly isOffice?: boolean;
  /** Whether the cut-off is passed with a reason (`rules.md` §3). */
  readonly passesCutOff?: boolean;
}

/** Reads a booking request. A refused one carries every violation: of form, rate card and day (`rules.md` §8). */
export function readBookingRequest(
  input: unknown,
  snapshot: RateCardSnapshot,
  dayAskedAt: Date | null,
  asker: Asker = {},
): ReadRequest<BookingRequest> {
  const read: ReadRequest<BookingRequest> = asker.isOffice
    ? readQuoteRequest(input, officeRequestSchema, snapshot.card, [checkAddresses])
    : readQuoteRequest(input, bookingRequestSchema, snapshot.card, [checkAddresses]);
  const asked = dayAskedAt === null ? [] : dayViolations(input, snapshot, dayAskedAt);
  const day = asked.filter(({ code }) => code !== 'cut_off' || !asker.passesCutOff);
  if (read.ok && day.length === 0) return read;
  return { ok: false, violations: [...(read.ok ? [] : read.violations), ...day] };
}

/** Days that even an inquiry may not have: past, after the cut-off, beyond the horizon. Full and closed do not refuse it. */
function dayViolations(input: unknown, snapshot: RateCardSnapshot, now: Date): Violation[] {
  const day = readDay(input);
  if (day === null) return [];
  const reason = dateRefusal(snapshot, now, day);
  if (reason === null) return [];
  return [{ path: 'pickupDate', code: reason, message: dayWords[reason] }];
}

export const dayWords = {
  past: 'This day has passed.',
  cut_off: 'It is too late to book this day online. Please choose a later day or call us.',
  beyond_horizon: 'This day is too far ahead. Please choose an earlier one.',
  closed: 'We are closed on this day.',
  full: 'This day is fully booked.',
} as const;

function readDay(input: unknown): ServiceDay | null {
  if (typeof input !== 'object' || input === null || !('pickupDate' in input)) return null;
  try {
    return parseServiceDay(String(input.pickupDate));
  } catch {
    return null;
  }
}

const checkAddresses: Check<BookingRequest> = (request, broken, complain) => {
  for (const [address, zip] of [
    ['pickupAddress', 'pickupZip'],
    ['deliveryAddress', 'deliveryZip'],
  ] as const) {
    const given = request[address];
    const atAirport = !broken.has('airportTransfer') && isAirportEnd(request, zip);
    const priced = fiveDigits(request[zip]);
    if (!given || atAirport || priced === null || !/^\d{5}$/.test(priced)) continue;
    if (fiveDigits(given.zip) === priced) continue;
    complain([address, 'zip'], 'zip_mismatch', `This is not the ZIP that was priced (${priced}).`);
  }
};

/** The digits of a phone number. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
