import {
  bookingButton,
  bookingLines,
  bookingLink,
  bookingRows,
  bookingVariables,
  greeting,
} from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

/** Mail about a booking's life: made, soon, moved, cancelled, done. */
export const customerBookingTemplates = {
  booking_confirmed: {
    name: 'Booking confirmed',
    about: 'Sent once, when the payment settles or nothing is left to pay.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your booking {{ bookingNumber }} is confirmed for {{ day }}',
    html: `<h1>You are booked for {{ day }}</h1>
${greeting}
<p>Your booking is confirmed, and a van is reserved for you. Here is what we have:</p>
<table class="facts">
${bookingRows}
<tr><th>Total</th><td>{{ total }}</td></tr>
{% if amountDue != '' %}<tr><th>Still to pay</th><td class="strong">{{ amountDue }}</td></tr>
{% endif %}</table>
${bookingButton}
<p><strong>What happens next:</strong> we write again the day before. On the day, the crew arrives within your window, {{ window }}; please have everything packed and someone at the door.</p>
<p>If anything above is wrong, or your plans change, reply to this mail. The earlier we know, the more we can do.</p>`,
    text: `Hi {{ firstName }},

Your booking is confirmed, and a van is reserved for you. Here is what we have:

${bookingLines}
Total: {{ total }}
{% if amountDue != '' %}Still to pay: {{ amountDue }}
{% endif %}
${bookingLink}

What happens next: we write again the day before. On the day, the crew arrives within your window, {{ window }}; please have everything packed and someone at the door.

If anything above is wrong, or your plans change, reply to this mail. The earlier we know, the more we can do.`,
    variables: bookingVariables,
  },

  reminder: {
    name: 'Reminder, the day before',
    about: 'Sent the day before the service day of a confirmed booking.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Tomorrow, {{ window }}: your pickup {{ bookingNumber }}',
    html: `<h1>We come tomorrow, {{ window }}</h1>
${greeting}
<p>Your pickup is tomorrow. Please check the day and both addresses once more:</p>
<table class="facts">
${bookingRows}
</table>
{% if amountDue != '' %}<p class="note">{{ amountDue }} is still to pay. You can pay on the page of your booking.</p>
{% endif %}${bookingButton}
<p><strong>Before we come:</strong></p>
<ul>
<li>Pack and close every tote and box.</li>
<li>Tell your doorman or building manager that we are coming.</li>
<li>Have someone there who can let the crew in.</li>
</ul>
<p>We write again when the van is on its way. If something is not right, reply to this mail today.</p>`,
    text: `Hi {{ firstName }},

Your pickup is tomorrow. Please check the day and both addresses once more:

${bookingLines}

{% if amountDue != '' %}{{ amountDue }} is still to pay. You can pay on the page of your booking.
{% endif %}
${bookingLink}

Before we come:
- Pack and close every tote and box.
- Tell your doorman or building manager that we are coming.
- Have someone there who can let the crew in.

We write again when the van is on its way. If something is not right, reply to this mail today.`,
    variables: bookingVariables,
  },

  booking_rescheduled: {
    name: 'Booking rescheduled',
    about: 'Sent when a booking has moved to another day or window.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your booking {{ bookingNumber }} is now on {{ newDay }}',
    html: `<h1>Your new day is {{ newDay }}</h1>
${greeting}
<p>We moved your booking from {{ oldDay }} to {{ newDay }}. The old day no longer counts.</p>
{% if reason != '' %}<p class="note">{{ reason }}</p>
{% endif %}<table class="facts">
<tr><th>Booking</th><td>{{ bookingNumber }} · {{ serviceName }}</td></tr>
<tr><th>New day</th><td class="strong">{{ newDay }}, {{ window }}</td></tr>
<tr><th>Old day</th><td>{{ oldDay }}</td></tr>
<tr><th>From</th><td>{{ pickupAddress }}</td></tr>
<tr><th>To</th><td>{{ deliveryAddress }}</td></tr>
<tr><th>Total</th><td>{{ total }}</td></tr>
{% if amountDue != '' %}<tr><th>Still to pay</th><td class="strong">{{ amountDue }}</td></tr>
{% endif %}</table>
${bookingButton}
<p>There is nothing else to do; we write again the day before. If the new day does not suit you, reply to this mail.</p>`,
    text: `Hi {{ firstName }},

We moved your booking from {{ oldDay }} to {{ newDay }}. The old day no longer counts.

{% if reason != '' %}{{ reason }}
{% endif %}
Booking: {{ bookingNumber }} · {{ serviceName }}
New day: {{ newDay }}, {{ window }}
Old day: {{ oldDay }}
From: {{ pickupAddress }}
To: {{ deliveryAddress }}
Total: {{ total }}
{% if amountDue != '' %}Still to pay: {{ amountDue }}
{% endif %}
${bookingLink}

There is nothing else to do; we write again the day before. If the new day does not suit you, reply to this mail.`,
    variables: {
      ...bookingVariables,
      newDay: { label: 'New service day', sample: 'Fri 14 May 2027' },
      oldDay: { label: 'Old service day', sample: 'Wed 12 May 2027' },
      reason: { label: "Why it moved, '' when not said", sample: 'You asked us by phone for a later day.' },
    },
  },

  booking_cancelled: {
    name: 'Booking cancelled',
    about: 'Sent when a booking is cancelled, by its customer or by staff.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your booking {{ bookingNumber }} is cancelled',
    html: `<h1>Your booking is cancelled</h1>
${greeting}
<p>Booking {{ bookingNumber }} ({{ serviceName }}) on {{ day }} is cancelled. No van will come.</p>
{% if reason != '' %}<p class="note">{{ reason }}</p>
{% endif %}{% if amount != '' %}<p>We are giving back <strong>{{ amount }}</strong>{% if cardWords != '' %} to the {{ cardWords }}{% endif %}. We write again when the refund is on its way; the bank then needs 5 to 10 days to show it.</p>
{% else %}<p>No refund goes with this cancellation.</p>
{% endif %}${bookingButton}
<p>If you did not ask for this, or expected another refund, reply to this mail and we look into it.</p>`,
    text: `Hi {{ firstName }},

Booking {{ bookingNumber }} ({{ serviceName }}) on {{ day }} is cancelled. No van will come.

{% if reason != '' %}{{ reason }}
{% endif %}
{% if amount != '' %}We are giving back {{ amount }}{% if cardWords != '' %} to the {{ cardWords }}{% endif %}. We write again when the refund is on its way; the bank then needs 5 to 10 days to show it.
{% else %}No refund goes with this cancellation.
{% endif %}
${bookingLink}

If you did not ask for this, or expected another refund, reply to this mail and we look into it.`,
    variables: {
      ...bookingVariables,
      reason: { label: "Why, '' when not said", sample: 'You cancelled it on our website.' },
      amount: { label: "Refund, '' when there is none", sample: '$497.50' },
      cardWords: { label: "Card the refund goes to, '' when unknown", sample: 'Visa ending 4242' },
    },
  },

  booking_completed: {
    name: 'Booking completed',
    about: 'Sent two hours after the last delivery of a booking is done; asks how it went.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Delivered: your booking {{ bookingNumber }}',
    html: `<h1>Everything is delivered</h1>
${greeting}
<p>Your things have arrived at {{ deliveryAddress }}. Thank you for moving with us.</p>
{% if feedbackUrl != '' %}<p>How did we do? It takes a minute, and we read every answer.</p>
<a class="button" href="{{ feedbackUrl }}">Tell us how it went</a>
{% endif %}<p>Please look your things over in the next days. If something is missing or damaged, reply to this mail with a photo and we take care of it.</p>
<p class="quiet">Booking {{ bookingNumber }} · {{ serviceName }} · {{ day }} · {{ total }} · <a href="{{ bookingUrl }}">see it</a></p>`,
    text: `Hi {{ firstName }},

Your things have arrived at {{ deliveryAddress }}. Thank you for moving with us.

{% if feedbackUrl != '' %}How did we do? It takes a minute, and we read every answer: {{ feedbackUrl }}

{% endif %}Please look your things over in the next days. If something is missing or damaged, reply to this mail with a photo and we take care of it.

Booking {{ bookingNumber }} · {{ serviceName }} · {{ day }} · {{ total }}
${bookingLink}`,
    variables: {
      ...bookingVariables,
      feedbackUrl: {
        label: "Link to the feedback page, '' when feedback was given",
        sample: 'https://totetaxi.example/feedback/k7Qm2x',
      },
    },
  },

  custom_message: {
    name: 'Message from staff',
    about: 'Sent when staff write to the customer from a booking.',
    audience: 'customer',
    isTransactional: true,
    subject: '{{ subject }}',
    html: `${greeting}
{{ body | paragraphs }}
<p class="quiet">This is about your booking {{ bookingNumber }} on {{ day }}: <a href="{{ bookingUrl }}">see it</a>. Reply to this mail to answer us.</p>`,
    text: `Hi {{ firstName }},

{{ body }}

This is about your booking {{ bookingNumber }} on {{ day }}: {{ bookingUrl }}
Reply to this mail to answer us.`,
    variables: {
      ...bookingVariables,
      subject: { label: 'Subject that staff typed', sample: 'The elevator on Wednesday' },
      body: {
        label: 'Message that staff typed',
        sample:
          'Your building told us that the service elevator is booked until 10 am.\n\nWe will come at 10:15 am instead. Does that work for you?',
      },
    },
  },
} as const satisfies Record<string, TemplateType>;
