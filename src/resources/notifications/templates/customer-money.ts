import {
  bookingButton,
  bookingLines,
  bookingLink,
  bookingRows,
  bookingVariables,
  greeting,
} from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

const cardWords = { label: "Card, '' when unknown", sample: 'Visa ending 4242' } as const;
const payUrl = { label: 'Link to the payment page', sample: 'https://totetaxi.example/pay/k7Qm2x' } as const;

/** Mail about money: paid, declined, to pay, given back. */
export const customerMoneyTemplates = {
  payment_receipt: {
    name: 'Payment receipt',
    about: 'Sent after each payment that settles.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Receipt: {{ amount }} for booking {{ bookingNumber }}',
    html: `<h1>We received {{ amount }}</h1>
${greeting}
<p>Thank you. Your payment went through{% if cardWords != '' %} with the {{ cardWords }}{% endif %}.</p>
<table class="facts">
<tr><th>Paid</th><td class="strong">{{ amount }}</td></tr>
<tr><th>Paid on</th><td>{{ paidOn }}</td></tr>
{% if cardWords != '' %}<tr><th>Card</th><td>{{ cardWords }}</td></tr>
{% endif %}<tr><th>Booking</th><td>{{ bookingNumber }} · {{ serviceName }}</td></tr>
<tr><th>Day</th><td>{{ day }}, {{ window }}</td></tr>
<tr><th>Total</th><td>{{ total }}</td></tr>
<tr><th>Still to pay</th><td>{% if amountDue != '' %}{{ amountDue }}{% else %}Nothing{% endif %}</td></tr>
</table>
{% if documentUrl != '' %}<a class="button" href="{{ documentUrl }}">Get the receipt as a PDF</a>
{% endif %}<p>If you do not know this payment or the sum is wrong, reply to this mail.</p>
<p class="quiet"><a href="{{ bookingUrl }}">See your booking</a></p>`,
    text: `Hi {{ firstName }},

Thank you. Your payment went through{% if cardWords != '' %} with the {{ cardWords }}{% endif %}.

Paid: {{ amount }}
Paid on: {{ paidOn }}
Booking: {{ bookingNumber }} · {{ serviceName }}
Day: {{ day }}, {{ window }}
Total: {{ total }}
Still to pay: {% if amountDue != '' %}{{ amountDue }}{% else %}nothing{% endif %}

{% if documentUrl != '' %}The receipt as a PDF: {{ documentUrl }}
{% endif %}${bookingLink}

If you do not know this payment or the sum is wrong, reply to this mail.`,
    variables: {
      ...bookingVariables,
      amount: { label: 'Sum paid', sample: '$500.00' },
      paidOn: { label: 'Day of the payment', sample: 'Tue 4 May 2027' },
      cardWords,
      documentUrl: {
        label: "Link to the receipt, '' when there is none",
        sample: 'https://totetaxi.example/booking/k7Qm2x/receipts/1.pdf',
      },
    },
  },

  payment_failed: {
    name: 'Payment failed',
    about: 'Sent when a card is declined, at most every ten minutes.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your payment for booking {{ bookingNumber }} did not go through',
    html: `<h1>Your payment did not go through</h1>
${greeting}
<p>We could not take {{ amount }} for your booking. Your card was not charged.</p>
{% if reason != '' %}<p class="note">{{ reason }}</p>
{% endif %}<table class="facts">
${bookingRows}
</table>
{% if payUrl != '' %}<p>Your day is not held without a payment. You can try again with this or another card:</p>
<a class="button" href="{{ payUrl }}">Try again</a>
{% elsif isConfirmed != '' %}<p>Your booking stays as it was; only the change you asked for waits for its payment. Reply to this mail, and we find a way.</p>
{% else %}<p>Your day is no longer held. Reply to this mail or start again from your booking, and we see what is free.</p>
{% endif %}<p>If the bank shows a charge all the same, reply to this mail and we look into it.</p>
<p class="quiet"><a href="{{ bookingUrl }}">See your booking</a></p>`,
    text: `Hi {{ firstName }},

We could not take {{ amount }} for your booking. Your card was not charged.

{% if reason != '' %}{{ reason }}
{% endif %}
${bookingLines}

{% if payUrl != '' %}Your day is not held without a payment. You can try again with this or another card: {{ payUrl }}
{% elsif isConfirmed != '' %}Your booking stays as it was; only the change you asked for waits for its payment. Reply to this mail, and we find a way.
{% else %}Your day is no longer held. Reply to this mail or start again from your booking, and we see what is free.
{% endif %}
If the bank shows a charge all the same, reply to this mail and we look into it.

${bookingLink}`,
    variables: {
      ...bookingVariables,
      amount: { label: 'Sum that was tried', sample: '$995.00' },
      reason: {
        label: "Why, '' when unknown",
        sample: 'The bank declined the card: not enough money in the account.',
      },
      payUrl: { ...payUrl, label: "Link to try again, '' when there is none" },
      isConfirmed: { label: "'yes' when only a change is to be paid, else ''", sample: 'yes' },
    },
  },

  payment_link: {
    name: 'Payment link',
    about: 'Sent when staff ask the customer to pay, for a booking or for a difference.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Please pay {{ amount }} for booking {{ bookingNumber }}',
    html: `<h1>{{ amount }} to pay</h1>
${greeting}
<p>Here is the link to pay {{ amount }} for your booking. We hold your day until {{ linkExpires }}; after that the link stops working and the day is free again.</p>
{% if reason != '' %}<p class="note">{{ reason }}</p>
{% endif %}<table class="facts">
${bookingRows}
<tr><th>Total</th><td>{{ total }}</td></tr>
<tr><th>To pay now</th><td class="strong">{{ amount }}</td></tr>
</table>
<a class="button" href="{{ payUrl }}">Pay {{ amount }}</a>
<p>As soon as the payment settles, we send you a receipt. If the sum or the booking is not what you expected, do not pay; reply to this mail.</p>
<p class="quiet">The button does not work? Copy this address: <a href="{{ payUrl }}">{{ payUrl }}</a></p>`,
    text: `Hi {{ firstName }},

Here is the link to pay {{ amount }} for your booking:

{{ payUrl }}

We hold your day until {{ linkExpires }}; after that the link stops working and the day is free again.

{% if reason != '' %}{{ reason }}
{% endif %}
${bookingLines}
Total: {{ total }}
To pay now: {{ amount }}

As soon as the payment settles, we send you a receipt. If the sum or the booking is not what you expected, do not pay; reply to this mail.`,
    variables: {
      ...bookingVariables,
      amount: { label: 'Sum to pay', sample: '$995.00' },
      payUrl,
      linkExpires: { label: 'When the link stops working', sample: 'Wed 5 May 2027, 6 pm' },
      reason: {
        label: "What it is for, '' when not said",
        sample: 'As discussed on the phone, with the piano.',
      },
    },
  },

  refund_issued: {
    name: 'Refund issued',
    about: 'Sent when a refund has gone out to the bank.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your refund of {{ amount }} for booking {{ bookingNumber }}',
    html: `<h1>{{ amount }} is on its way back</h1>
${greeting}
<p>We sent a refund of <strong>{{ amount }}</strong>{% if cardWords != '' %} to the {{ cardWords }}{% endif %}. The bank usually shows it within 5 to 10 days.</p>
<table class="facts">
<tr><th>Refund</th><td class="strong">{{ amount }}</td></tr>
{% if cardWords != '' %}<tr><th>Card</th><td>{{ cardWords }}</td></tr>
{% endif %}{% if reason != '' %}<tr><th>Reason</th><td>{{ reason }}</td></tr>
{% endif %}<tr><th>Booking</th><td>{{ bookingNumber }} · {{ serviceName }}</td></tr>
<tr><th>Day</th><td>{{ day }}</td></tr>
</table>
${bookingButton}
<p>There is nothing for you to do. If the money has not arrived after 10 days, or the sum is wrong, reply to this mail.</p>`,
    text: `Hi {{ firstName }},

We sent a refund of {{ amount }}{% if cardWords != '' %} to the {{ cardWords }}{% endif %}. The bank usually shows it within 5 to 10 days.

{% if reason != '' %}Reason: {{ reason }}
{% endif %}Booking: {{ bookingNumber }} · {{ serviceName }}
Day: {{ day }}

${bookingLink}

There is nothing for you to do. If the money has not arrived after 10 days, or the sum is wrong, reply to this mail.`,
    variables: {
      ...bookingVariables,
      amount: { label: 'Sum given back', sample: '$285.00' },
      cardWords,
      reason: { label: "Why, '' when not said", sample: 'Booking cancelled' },
    },
  },
} as const satisfies Record<string, TemplateType>;
