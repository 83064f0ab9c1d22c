import { bookingLines, bookingLink, bookingRows, bookingVariables, greeting } from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

const documentUrl = {
  label: 'Link to the certificate, or to send one',
  sample: 'https://totetaxi.example/bookings/TT-000123/certificate',
} as const;
const buildingName = { label: 'Building that wants the certificate', sample: '215 W 88th St' } as const;

/** Mail about a building's certificate of insurance (COI). */
export const customerCoiTemplates = {
  coi_missing: {
    name: 'COI missing',
    about: 'Sent 3 days before the service day when a booking needs a COI and has none.',
    audience: 'customer',
    isTransactional: true,
    subject: 'We still need the insurance certificate for {{ day }}',
    html: `<h1>One thing is missing: the insurance certificate</h1>
${greeting}
<p>Your booking needs a certificate of insurance (COI) for {{ buildingName }}, and we do not have it yet. Without it, the building can turn our crew away.</p>
<table class="facts">
${bookingRows}
</table>
<p><strong>What to do:</strong> ask your building manager for their requirements or a sample certificate, and send it to us.</p>
<a class="button" href="{{ documentUrl }}">Send the certificate</a>
<p>You can also reply to this mail with the document. If your building does not ask for one, reply and tell us.</p>`,
    text: `Hi {{ firstName }},

Your booking needs a certificate of insurance (COI) for {{ buildingName }}, and we do not have it yet. Without it, the building can turn our crew away.

${bookingLines}

What to do: ask your building manager for their requirements or a sample certificate, and send it to us: {{ documentUrl }}

You can also reply to this mail with the document. If your building does not ask for one, reply and tell us.`,
    variables: { ...bookingVariables, buildingName, documentUrl },
  },

  coi_approved: {
    name: 'COI approved',
    about: 'Sent when staff approve a COI.',
    audience: 'customer',
    isTransactional: true,
    subject: 'The insurance certificate for {{ day }} is approved',
    html: `<h1>Your certificate is approved</h1>
${greeting}
<p>We checked the certificate of insurance (COI) for {{ buildingName }}. It is good for your booking {{ bookingNumber }} on {{ day }}.</p>
<a class="button" href="{{ documentUrl }}">See the certificate</a>
<p>There is nothing else to do. If your building asks for changes, reply to this mail.</p>`,
    text: `Hi {{ firstName }},

We checked the certificate of insurance (COI) for {{ buildingName }}. It is good for your booking {{ bookingNumber }} on {{ day }}.

See the certificate: {{ documentUrl }}

There is nothing else to do. If your building asks for changes, reply to this mail.`,
    variables: { ...bookingVariables, buildingName, documentUrl },
  },

  coi_rejected: {
    name: 'COI rejected',
    about: 'Sent when staff reject a COI, with their reason.',
    audience: 'customer',
    isTransactional: true,
    subject: 'The insurance certificate for {{ day }} needs a change',
    html: `<h1>The certificate needs a change</h1>
${greeting}
<p>We could not accept the certificate of insurance (COI) for {{ buildingName }}, for this reason:</p>
<p class="note">{{ reason }}</p>
<p><strong>What to do:</strong> please send a corrected one before {{ day }}. Your booking {{ bookingNumber }} stays as it is meanwhile.</p>
<a class="button" href="{{ documentUrl }}">Send a new certificate</a>
<p>If you are not sure what is wrong, reply to this mail and we help.</p>`,
    text: `Hi {{ firstName }},

We could not accept the certificate of insurance (COI) for {{ buildingName }}, for this reason:

{{ reason }}

What to do: please send a corrected one before {{ day }}. Your booking {{ bookingNumber }} stays as it is meanwhile.

Send a new certificate: {{ documentUrl }}

If you are not sure what is wrong, reply to this mail and we help.`,
    variables: {
      ...bookingVariables,
      buildingName,
      reason: {
        label: "Staff's reason",
        sample: 'The certificate holder must be 215 W 88th St Owners Corp.',
      },
      documentUrl,
    },
  },

  coi_expiring: {
    name: 'COI expiring',
    about: 'Sent when a COI ends before, or close to, the service day.',
    audience: 'customer',
    isTransactional: true,
    subject: 'The insurance certificate for {{ day }} ends {{ expiresOn }}',
    html: `<h1>Your certificate ends {{ expiresOn }}</h1>
${greeting}
<p>The certificate of insurance (COI) for {{ buildingName }} ends on {{ expiresOn }}. Your booking {{ bookingNumber }} is on {{ day }}, and the building needs one that is valid on that day.</p>
<p><strong>What to do:</strong> please send a newer certificate.</p>
<a class="button" href="{{ documentUrl }}">Send a newer certificate</a>
<p>If you have sent one already, or the day has changed, reply to this mail.</p>
<p class="quiet"><a href="{{ bookingUrl }}">See your booking</a></p>`,
    text: `Hi {{ firstName }},

The certificate of insurance (COI) for {{ buildingName }} ends on {{ expiresOn }}. Your booking {{ bookingNumber }} is on {{ day }}, and the building needs one that is valid on that day.

What to do: please send a newer certificate: {{ documentUrl }}

If you have sent one already, or the day has changed, reply to this mail.

${bookingLink}`,
    variables: {
      ...bookingVariables,
      buildingName,
      expiresOn: { label: 'Last day of the certificate', sample: 'Mon 10 May 2027' },
      documentUrl,
    },
  },
} as const satisfies Record<string, TemplateType>;
