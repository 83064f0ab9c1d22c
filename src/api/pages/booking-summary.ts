import { formatServiceDay } from '../../clock.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import { amountDue } from '../../resources/bookings/find-booking.ts';
import { serviceWords } from '../../resources/bookings/service-words.ts';
import { escapeHtml } from './page.ts';

/** What is booked and what it costs, as its customer sees it. */
export function summary(booking: Booking): string {
  const { lines, discount } = booking.price;
  const credits: number = booking.creditsCents;
  const row = (label: string, amountCents: number) =>
    `<tr><th scope="row">${escapeHtml(label)}</th><td>${formatUsd(cents(amountCents))}</td></tr>`;
  const paid = booking.capturedCents - booking.refundedCents - booking.lostDisputeCents;
  return `<h2>What is booked</h2>
<dl><div><dt>Booking</dt><dd>${escapeHtml(booking.number)}</dd></div>
<div><dt>Service</dt><dd>${serviceWords[booking.service]}</dd></div>
<div><dt>Day</dt><dd>${escapeHtml(formatServiceDay(booking.pickupDate))}, ${windowWords(booking)}</dd></div>
<div><dt>From</dt><dd>${placeWords(booking, 'pickup')}</dd></div>
<div><dt>To</dt><dd>${placeWords(booking, 'delivery')}</dd></div></dl>
<table><caption>Price</caption><tbody>
${lines.map((line) => row(line.label, line.amountCents)).join('\n')}
${booking.discountCents > 0 ? row(`Code ${discount?.code ?? ''}`.trim(), -booking.discountCents) : ''}
${booking.waitingTotalCents === null ? '' : row('More for the new day', booking.waitingTotalCents - booking.totalCents)}
${credits > 0 ? row('Credit', -credits) : ''}
${paid > 0 ? row('Paid', -paid) : ''}
</tbody><tfoot>${row('Due', Math.max(0, amountDue(booking)))}</tfoot></table>`;
}

function windowWords({ pickupWindow, pickupHour }: Booking): string {
  if (pickupWindow === 'specific_hour') return `pickup at ${pickupHour} am`;
  return pickupWindow === 'morning' ? 'pickup 8–11 am' : 'pickup time flexible';
}

function placeWords(booking: Booking, end: 'pickup' | 'delivery'): string {
  const { airportTransfer } = booking.basket;
  const airportEnd = airportTransfer?.direction === 'to_airport' ? 'delivery' : 'pickup';
  if (airportTransfer && airportEnd === end) return escapeHtml(airportTransfer.airport);
  const [address, zip] =
    end === 'pickup'
      ? [booking.pickupAddress, booking.pickupZip]
      : [booking.deliveryAddress, booking.deliveryZip];
  return escapeHtml([address?.city, zip?.slice(0, 5)].filter(Boolean).join(' '));
}
