import {
  bookingButton,
  bookingLines,
  bookingLink,
  bookingRows,
  bookingVariables,
  greeting,
} from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

/** Mail on the day itself. */
export const customerRoadTemplates = {
  delivery_on_the_way: {
    name: 'Van on the way',
    about: 'Sent when the driver starts a ride to the customer.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your van is on its way{% if etaWords != "" %}: {{ etaWords }}{% endif %}',
    html: `<h1>Your van is on its way</h1>
${greeting}
<p>{% if driverName != '' %}{{ driverName }}{% else %}Your driver{% endif %} has set out for your booking {{ bookingNumber }}{% if etaWords != '' %} and should be there <strong>{{ etaWords }}</strong>{% endif %}.</p>
<table class="facts">
${bookingRows}
{% if driverName != '' %}<tr><th>Driver</th><td>{{ driverName }}</td></tr>
{% endif %}</table>
{% if trackingUrl != '' %}<a class="button" href="{{ trackingUrl }}">Follow the van</a>
{% endif %}<p>Please have someone there to open the door. If nobody can be, reply to this mail now, and we tell the driver.</p>
<p class="quiet"><a href="{{ bookingUrl }}">See your booking</a></p>`,
    text: `Hi {{ firstName }},

{% if driverName != '' %}{{ driverName }}{% else %}Your driver{% endif %} has set out for your booking {{ bookingNumber }}{% if etaWords != '' %} and should be there {{ etaWords }}{% endif %}.

${bookingLines}

{% if trackingUrl != '' %}Follow the van: {{ trackingUrl }}
{% endif %}${bookingLink}

Please have someone there to open the door. If nobody can be, reply to this mail now, and we tell the driver.`,
    variables: {
      ...bookingVariables,
      driverName: { label: "Driver's first name, '' when unknown", sample: 'Luis' },
      etaWords: { label: "When the van should be there, '' when unknown", sample: 'around 9:40 am' },
      trackingUrl: {
        label: "Link to follow the van, '' when there is none",
        sample: 'https://totetaxi.example/track/k7Qm2x',
      },
    },
  },

  delivery_failed: {
    name: 'Delivery failed',
    about: 'Sent when a pickup or delivery could not be done; offers a new date.',
    audience: 'customer',
    isTransactional: true,
    subject: 'We could not finish your booking {{ bookingNumber }}',
    html: `<h1>We could not finish today</h1>
${greeting}
<p>We are sorry: the crew could not finish your booking on {{ day }}.</p>
{% if reason != '' %}<p class="note">{{ reason }}</p>
{% endif %}<table class="facts">
${bookingRows}
</table>
<p><strong>What happens next:</strong> your booking stays, and so does your payment. We call you to agree on a new day. You can also reply to this mail with the days that suit you.</p>
${bookingButton}
<p>If you would rather cancel, reply to this mail, and we tell you first what you get back.</p>`,
    text: `Hi {{ firstName }},

We are sorry: the crew could not finish your booking on {{ day }}.

{% if reason != '' %}{{ reason }}
{% endif %}
${bookingLines}

What happens next: your booking stays, and so does your payment. We call you to agree on a new day. You can also reply to this mail with the days that suit you.

${bookingLink}

If you would rather cancel, reply to this mail, and we tell you first what you get back.`,
    variables: {
      ...bookingVariables,
      reason: { label: "Why, '' when not said", sample: 'Nobody answered the door at 48 Dune Rd.' },
    },
  },
} as const satisfies Record<string, TemplateType>;
