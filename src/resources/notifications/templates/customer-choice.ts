import { bookingLines, bookingRows, bookingVariables, greeting } from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

const foot = {
  unsubscribeUrl: {
    label: 'Link to unsubscribe; the foot of the mail shows it',
    sample: 'https://totetaxi.example/unsubscribe/k7Qm2x',
  },
  companyAddress: {
    label: 'Our postal address; the foot of the mail shows it',
    sample: 'ToteTaxi, 100 Example Avenue, New York, NY 10001',
  },
} as const;

/** Mail that customers can turn off. */
export const customerChoiceTemplates = {
  abandoned_inquiry: {
    name: 'Unfinished inquiry',
    about: 'Sent once, a day after a customer who wants such mail asked for a price and did not go on.',
    audience: 'customer',
    isTransactional: false,
    subject: 'Are you still moving on {{ day }}?',
    html: `<h1>Are you still moving on {{ day }}?</h1>
${greeting}
<p>Yesterday you asked us for a price. Your day is not held yet: it is yours once you pay.</p>
<table class="facts">
${bookingRows}
<tr><th>Price</th><td class="strong">{{ total }}</td></tr>
</table>
<a class="button" href="{{ bookingUrl }}">See your booking</a>
<p>Would you like to go on, or does another day suit you better? Reply to this mail: a person answers, looks whether the price is still the same, and sends you the link to pay.</p>`,
    text: `Hi {{ firstName }},

Yesterday you asked us for a price. Your day is not held yet: it is yours once you pay.

${bookingLines}
Price: {{ total }}

See your booking: {{ bookingUrl }}

Would you like to go on, or does another day suit you better? Reply to this mail: a person answers, looks whether the price is still the same, and sends you the link to pay.`,
    variables: { ...bookingVariables, ...foot },
  },
} as const satisfies Record<string, TemplateType>;
