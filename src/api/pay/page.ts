import { formatInstant, formatServiceDay } from '../../clock.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import type { Service } from '../../pricing/rate-card.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import { amountDue } from '../../resources/bookings/find-booking.ts';
import type { OpenedLink } from '../../resources/bookings/open-payment-link.ts';
import { testCards } from '../../resources/payments/pay-with-test-card.ts';

/** The page of a payment link, made on the server: what is booked, what is due, and how it stands, in words. */

export interface PageFrame {
  /** Lets our own style and script run, and nothing else. */
  readonly nonce: string;
  readonly publishableKey: string;
  /** A form with test cards in place of Stripe's own. */
  readonly isStandIn: boolean;
}

export function linkPage(frame: PageFrame, link: OpenedLink): string {
  const { booking } = link;
  return page(frame.nonce, titleOf(link), `${standing(frame, link)}\n${summary(booking)}`);
}

export function refusalPage(nonce: string, words: string): string {
  return page(nonce, 'Not possible', `<p role="alert">${escapeHtml(words)}</p>`);
}

function titleOf({ state }: OpenedLink): string {
  return state === 'paid' ? 'Thank you' : state === 'payable' ? 'Pay for your booking' : 'Your booking';
}

function standing(frame: PageFrame, link: OpenedLink): string {
  switch (link.state) {
    case 'paid':
      return message('good', 'This booking is paid and confirmed. There is nothing more to do.');
    case 'processing':
      return message('warn', 'Your payment is being processed. Please look again in a minute.');
    case 'cancelled':
      return message('bad', 'This booking was cancelled. Nothing is to be paid.');
    case 'lapsed':
      return message('bad', 'This payment link has lapsed. Please call us for a new one.');
    case 'refused':
      return message('bad', link.words);
    case 'payable':
      return payment(frame, link);
  }
}

function payment(frame: PageFrame, link: OpenedLink & { readonly state: 'payable' }): string {
  const due = formatUsd(cents(link.payment.amountCents));
  const { failureReason } = link.payment;
  const until = link.booking.holdExpiresAt;
  const declined = failureReason ? message('bad', failureReason) : '';
  const held = until === null ? '' : `<p>Your day is held until ${escapeHtml(formatInstant(until))}.</p>`;
  return `${declined}<p class="due">Amount due <strong>${due}</strong></p>${held}
${frame.isStandIn ? testForm(due) : stripeForm(frame, link.clientSecret, due)}`;
}

/** On a developer's machine: a test card, confirmed at the stand-in. */
function testForm(due: string): string {
  const options = Object.entries(testCards).map(
    ([card, words], index) => `<option value="${card}"${index === 0 ? ' selected' : ''}>${words}</option>`,
  );
  return `<form method="post"><label for="card">Test card</label>
<select id="card" name="card">${options.join('')}</select>
<button type="submit">Pay ${due}</button>
<p class="hint">This machine charges no real card.</p></form>`;
}

/** Stripe's Payment Element. The page comes back to itself and then tells how the payment stands. */
function stripeForm({ nonce, publishableKey }: PageFrame, clientSecret: string, due: string): string {
  return `<form id="payment"><div id="element"></div>
<p id="problem" class="message bad" role="alert" hidden></p>
<button type="submit" id="pay">Pay ${due}</button></form>
<noscript><p class="message bad">Please allow scripts: the card form is Stripe’s.</p></noscript>
<script src="https://js.stripe.com/v3/"></script>
<script nonce="${nonce}">
const stripe = Stripe(${scriptText(publishableKey)});
const elements = stripe.elements({ clientSecret: ${scriptText(clientSecret)} });
elements.create('payment').mount('#element');
const form = document.getElementById('payment');
const button = document.getElementById('pay');
const problem = document.getElementById('problem');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  problem.hidden = true;
  const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: location.href } });
  problem.textContent = error.message || 'The card could not be charged. Please try another one.';
  problem.hidden = false;
  button.disabled = false;
});
</script>`;
}

export const serviceWords: Readonly<Record<Service, string>> = {
  mini_move: 'Mini move',
  standard_delivery: 'Delivery by the item',
  specialty_item: 'Specialty delivery',
  airport_transfer: 'Airport transfer',
};

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

/** How something stands, in a box. */
export function message(tone: 'good' | 'warn' | 'bad', words: string): string {
  return `<p class="message ${tone}" role="${tone === 'good' ? 'status' : 'alert'}">${escapeHtml(words)}</p>`;
}

/** A whole page of ours, without script. */
export function page(nonce: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="icon" href="data:,"><title>${escapeHtml(title)} · ToteTaxi</title>
<style nonce="${nonce}">${style}</style></head>
<body><main><p class="brand">ToteTaxi</p><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>`;
}

const style = `
body{margin:0;font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif;color:#1c2433;background:#f5f6f8}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border:1px solid #dfe3ea;border-radius:8px}
.brand{margin:0;font-weight:650;color:#14213d}h1{font-size:1.5rem;margin:.5rem 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
dl div{display:flex;gap:1rem;padding:.25rem 0}dt{flex:none;width:6rem;color:#566074}dd{margin:0}
table{width:100%;border-collapse:collapse;margin-top:1rem}caption{text-align:left;font-weight:600}
th{text-align:left;font-weight:400}td{text-align:right;font-variant-numeric:tabular-nums}
th,td{padding:.4rem 0;border-bottom:1px solid #dfe3ea}tfoot th,tfoot td{font-weight:650}
.message{padding:.75rem 1rem;border-radius:6px}.good{color:#1d6b42;background:#e3f3ea}
.warn{color:#7a4b00;background:#fbf0da}.bad{color:#a4262c;background:#fbe6e6}.due strong{font-size:1.25rem;margin-left:.5rem}
label{display:block;font-weight:600}select,button{font:inherit;width:100%;padding:.7rem;margin-top:.5rem;border-radius:6px;border:1px solid #566074}
button{border:0;background:#14213d;color:#fff;cursor:pointer}button:disabled{background:#566074}button.quiet{border:1px solid #566074;background:#fff;color:#14213d}
fieldset{margin:0 0 1.25rem;padding:0;border:0}legend{padding:0;font-weight:600;margin-bottom:.25rem}
.choice{display:flex;align-items:center;gap:.75rem;padding:.6rem .75rem;margin-top:.4rem;border:1px solid #dfe3ea;border-radius:6px;font-weight:400;cursor:pointer}
.choice:has(:checked){border-color:#14213d;background:#f5f6f8}.choice input{flex:none;width:1.15rem;height:1.15rem;margin:0;accent-color:#14213d}.choice span{color:#566074;min-width:1rem;font-variant-numeric:tabular-nums}
textarea{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin-top:.5rem;border-radius:6px;border:1px solid #566074}
.hint{color:#566074}
input[type=email]{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin-top:.5rem;border-radius:6px;border:1px solid #566074}
a{color:#14213d}.who,.pages{display:flex;align-items:center;justify-content:space-between;gap:1rem;flex-wrap:wrap}.who p{margin:0;overflow-wrap:anywhere}.who button{width:auto;margin:0;padding:.4rem .8rem}
.bookings{list-style:none;margin:1rem 0;padding:0}.bookings li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.15rem 1rem;padding:.7rem 0;border-top:1px solid #dfe3ea}.bookings li:last-child{border-bottom:1px solid #dfe3ea}
.bookings a{font-weight:600}.bookings .hint{flex-basis:100%}.status{padding:.1rem .6rem;border-radius:1rem;font-size:.9rem}.status.quiet{color:#424b5c;background:#edeff3}
:focus-visible{outline:3px solid #c8963e;outline-offset:2px}`;

/** A text inside a script that it cannot end. */
export function scriptText(text: string): string {
  return JSON.stringify(text).replace(/</g, '\\u003c');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
