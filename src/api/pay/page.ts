import { formatInstant } from '../../clock.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import type { OpenedLink } from '../../resources/bookings/open-payment-link.ts';
import { testCards } from '../../resources/payments/pay-with-test-card.ts';
import { summary } from '../pages/booking-summary.ts';
import { escapeHtml, message, page, scriptText } from '../pages/page.ts';

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
