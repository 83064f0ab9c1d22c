import { greeting } from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

/** Mail about no booking in particular: the way to all of them. */
export const customerDoorTemplates = {
  sign_in_link: {
    name: 'Sign-in link',
    about: 'Sent when customers ask to see all of their bookings.',
    audience: 'customer',
    isTransactional: true,
    subject: 'Your link to your ToteTaxi bookings',
    html: `<h1>See your bookings</h1>
${greeting}
<p>This link opens all of your bookings with us. It works once, until {{ linkExpires }}.</p>
<a class="button" href="{{ signInUrl }}">See my bookings</a>
<p>If you did not ask for it, do nothing: without the link nobody sees anything. Never pass it on; nobody at ToteTaxi asks you for it.</p>
<p class="quiet">The button does not work? Copy this address: <a href="{{ signInUrl }}">{{ signInUrl }}</a></p>`,
    text: `Hi {{ firstName }},

This link opens all of your bookings with us. It works once, until {{ linkExpires }}:

{{ signInUrl }}

If you did not ask for it, do nothing: without the link nobody sees anything. Never pass it on; nobody at ToteTaxi asks you for it.`,
    variables: {
      firstName: { label: "Customer's first name", sample: 'Maya' },
      signInUrl: { label: 'The link', sample: 'https://totetaxi.example/sign-in/k7Qm2x9Lr4' },
      linkExpires: { label: 'When the link stops working', sample: 'Wed 12 May 2027, 6:00 pm' },
    },
  },
} as const satisfies Record<string, TemplateType>;
