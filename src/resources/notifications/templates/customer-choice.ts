import { bookingLines, bookingRows, bookingVariables, greeting } from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

const unsubscribeUrl = {
  label: 'Link to unsubscribe; the foot of the mail shows it',
  sample: 'https://totetaxi.example/unsubscribe/k7Qm2x',
} as const;

/** Mail that customers can turn off. */
export const customerChoiceTemplates = {
  abandoned_inquiry: {
    name: 'Unfinished inquiry',
    about: 'Sent once, a day after a customer asked for a price and did not go on.',
    audience: 'customer',
    isTransactional: false,
    subject: 'Your price for {{ day }} is still here',
    html: `<h1>Still thinking about {{ day }}?</h1>
${greeting}
<p>You asked us for a price, and we kept it for you. The day is not held yet: it is yours once you pay.</p>
<table class="facts">
${bookingRows}
<tr><th>Price</th><td class="strong">{{ total }}</td></tr>
</table>
<a class="button" href="{{ bookingUrl }}">Go on with your booking</a>
<p>Is something unclear, or does another day suit you better? Reply to this mail, and a person answers.</p>`,
    text: `Hi {{ firstName }},

You asked us for a price, and we kept it for you. The day is not held yet: it is yours once you pay.

${bookingLines}
Price: {{ total }}

Go on with your booking: {{ bookingUrl }}

Is something unclear, or does another day suit you better? Reply to this mail, and a person answers.`,
    variables: { ...bookingVariables, unsubscribeUrl },
  },

  feedback_request: {
    name: 'Feedback request',
    about: 'Sent some days after a completed booking, when no feedback has come.',
    audience: 'customer',
    isTransactional: false,
    subject: 'How was your move on {{ day }}?',
    html: `<h1>How did we do?</h1>
${greeting}
<p>A few days ago we delivered your things to {{ deliveryAddress }}. Would you tell us how it went? It takes a minute, and we read every answer.</p>
<a class="button" href="{{ feedbackUrl }}">Tell us how it went</a>
<p>If something went wrong, reply to this mail instead, and we put it right.</p>
<p class="quiet">Booking {{ bookingNumber }} · {{ serviceName }} · {{ day }}</p>`,
    text: `Hi {{ firstName }},

A few days ago we delivered your things to {{ deliveryAddress }}. Would you tell us how it went? It takes a minute, and we read every answer:

{{ feedbackUrl }}

If something went wrong, reply to this mail instead, and we put it right.

Booking {{ bookingNumber }} · {{ serviceName }} · {{ day }}`,
    variables: {
      ...bookingVariables,
      feedbackUrl: { label: 'Link to the feedback page', sample: 'https://totetaxi.example/feedback/k7Qm2x' },
      unsubscribeUrl,
    },
  },
} as const satisfies Record<string, TemplateType>;
