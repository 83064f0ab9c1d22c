import type { ServiceDay } from '../../clock.ts';
import type { Violation } from '../../errors.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { isAirportEnd } from '../../pricing/quote-checks.ts';
import { normalizeDiscountCode } from '../../pricing/rate-card.ts';
import type { RateCardSnapshot } from '../services/rate-card-snapshot.ts';
import { fitsAnEmptyVan } from '../services/van-load.ts';
import type { AddressSnapshot, Basket } from './basket.ts';
import type { Booking } from './booking.model.ts';
import type { AddressInput, BookingRequest, Contact } from './booking-request.ts';
import { digitsOf } from './booking-request.ts';

/** Between a request and a booking's columns, both ways. */

/** The columns that a request decides. */
export function columnsOf(request: BookingRequest) {
  return {
    ...contactColumns(request.contact),
    service: request.service,
    basket: basketOf(request),
    pickupDate: request.pickupDate as ServiceDay,
    pickupWindow: request.pickupWindow,
    pickupHour: request.pickupHour ?? null,
    pickupZip: zipText(request.pickupZip),
    deliveryZip: zipText(request.deliveryZip),
    pickupAddress: request.pickupAddress ? snapshotOf(request.pickupAddress) : null,
    deliveryAddress: request.deliveryAddress ? snapshotOf(request.deliveryAddress) : null,
    coi: request.coi,
    sameDay: request.sameDay ?? false,
    instructions: request.instructions ?? '',
    marketingOptIn: request.marketingOptIn ?? false,
    discountCode: request.discountCode === undefined ? null : normalizeDiscountCode(request.discountCode),
  };
}

/** The columns that a price decides. */
export function priceColumnsOf(quote: PricedQuote, rateCardVersion: number, lockedUntil: Date) {
  return {
    price: quote,
    subtotalCents: quote.subtotalCents,
    discountCents: quote.discountCents,
    totalCents: quote.totalCents,
    coiRequired: quote.coiRequired,
    rateCardVersion,
    priceLockedUntil: lockedUntil,
  };
}

/** The request that would make this booking again. */
export function requestOf(booking: Booking): BookingRequest {
  return {
    service: booking.service,
    ...booking.basket,
    pickupDate: booking.pickupDate,
    pickupWindow: booking.pickupWindow,
    coi: booking.coi,
    ...(booking.sameDay && { sameDay: true }),
    ...(booking.pickupHour !== null && { pickupHour: booking.pickupHour }),
    ...(booking.pickupZip !== null && { pickupZip: booking.pickupZip }),
    ...(booking.deliveryZip !== null && { deliveryZip: booking.deliveryZip }),
    ...(booking.discountCode !== null && { discountCode: booking.discountCode }),
    ...withContact(booking),
    ...(booking.pickupAddress && { pickupAddress: inputOf(booking.pickupAddress) }),
    ...(booking.deliveryAddress && { deliveryAddress: inputOf(booking.deliveryAddress) }),
    ...(booking.instructions !== '' && { instructions: booking.instructions }),
    marketingOptIn: booking.marketingOptIn,
  };
}

/** What is still missing before a booking can be paid (`api.md`); a quote does not ask for it. */
export function missingDetails(request: BookingRequest): Violation[] {
  const missing: string[] = [];
  if (!request.contact) missing.push('contact');
  for (const [address, zip] of [
    ['pickupAddress', 'pickupZip'],
    ['deliveryAddress', 'deliveryZip'],
  ] as const) {
    if (!request[address] && !isAirportEnd(request, zip)) missing.push(address);
  }
  if (request.miniMove && request.miniMove.itemCount === undefined) missing.push('miniMove.itemCount');
  if (request.standardDelivery && request.standardDelivery.itemCount > 0) {
    if (request.standardDelivery.description === undefined) missing.push('standardDelivery.description');
    if (request.standardDelivery.heaviestItemLbs === undefined)
      missing.push('standardDelivery.heaviestItemLbs');
  }
  if (request.airportTransfer && request.airportTransfer.flightTime === undefined)
    missing.push('airportTransfer.flightTime');
  return missing.map((path) => ({ path, code: 'required', message: 'This is required before you can pay.' }));
}

/** What no empty van could carry (`rules.md` §2). */
export function vanViolations(snapshot: RateCardSnapshot, booking: Booking): Violation[] {
  if (fitsAnEmptyVan(snapshot, booking.basket)) return [];
  const path = booking.basket.specialtyItems
    ? 'specialtyItems'
    : (Object.keys(booking.basket)[0] ?? 'service');
  return [
    {
      path,
      code: 'exceeds_van',
      message: 'This is more than one van can carry. Please call us to split it.',
    },
  ];
}

function contactColumns(contact: Contact | undefined) {
  return {
    contactFirstName: contact?.firstName ?? null,
    contactLastName: contact?.lastName ?? null,
    contactEmail: contact?.email ?? null,
    contactPhone: contact ? normalizePhone(contact.phone) : null,
  };
}

/** US numbers as `+12125550100`, so that the same phone is found however it was typed. */
export function normalizePhone(typed: string): string {
  const digits = digitsOf(typed);
  return digits.length === 10 ? `+1${digits}` : `+${digits}`;
}

/** The same for what is typed into a search; `null` unless it is a whole number. */
export function wholePhone(typed: string): string | null {
  const isWhole = /^[+\d\s().-]+$/.test(typed) && /^1?\d{10}$/.test(digitsOf(typed));
  return isWhole ? normalizePhone(typed) : null;
}

/** An e-mail address typed in full as it is stored; `null` for a part of one. */
export function wholeEmail(typed: string): string | null {
  return /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(typed) ? typed.toLowerCase() : null;
}

function withContact(booking: Booking): { contact?: Contact } {
  const { contactFirstName, contactLastName, contactEmail, contactPhone } = booking;
  if (contactFirstName === null || contactLastName === null || contactEmail === null || contactPhone === null)
    return {};
  return {
    contact: {
      firstName: contactFirstName,
      lastName: contactLastName,
      email: contactEmail,
      phone: contactPhone,
    },
  };
}

function basketOf(request: BookingRequest): Basket {
  const { miniMove, standardDelivery, specialtyItems, airportTransfer } = request;
  return {
    ...(miniMove && { miniMove }),
    ...(standardDelivery && { standardDelivery }),
    ...(specialtyItems && { specialtyItems }),
    ...(airportTransfer && { airportTransfer }),
  };
}

function zipText(zip: unknown): string | null {
  return typeof zip === 'string' ? zip : null;
}

/** One spelling for one place: words capitalised, spaces single (`product.md` §1). */
function snapshotOf(address: AddressInput): AddressSnapshot {
  return {
    line1: titleCase(address.line1),
    line2: titleCase(address.line2 ?? ''),
    city: titleCase(address.city),
    state: address.state,
    zip: address.zip,
    notes: address.notes ?? '',
  };
}

function titleCase(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\p{L}\d][\p{L}\d'’]*/gu, capitalized)
    .replace(/\b(Ne|Nw|Se|Sw|Po|Us)\b/g, (word) => word.toUpperCase());
}

/** `main` as `Main`, `24TH` as `24th`, `5b` as `5B`. */
function capitalized(word: string): string {
  if (/^\d+(st|nd|rd|th)$/i.test(word)) return word.toLowerCase();
  if (/^\d/.test(word)) return inCase(word, 'toUpperCase');
  return inCase(word.charAt(0), 'toUpperCase') + inCase(word.slice(1), 'toLowerCase');
}

/** Letters whose other case is longer (`ß`, `SS`) stay as they are: a line that passed must not outgrow its limit. */
function inCase(text: string, change: 'toUpperCase' | 'toLowerCase'): string {
  const changed = text[change]();
  return changed.length === text.length ? changed : text;
}

function inputOf(address: AddressSnapshot): AddressInput {
  const state = address.state as AddressInput['state'];
  return {
    line1: address.line1,
    line2: address.line2,
    city: address.city,
    state,
    zip: address.zip,
    notes: address.notes,
  };
}
