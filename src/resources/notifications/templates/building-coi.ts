import { bookingVariables } from './booking-parts.ts';
import type { TemplateType } from './template-type.ts';

const { bookingNumber, day, window } = bookingVariables;

/** Mail to a building: it has no link to the booking, which is its customer's alone. */
export const buildingTemplates = {
  coi_issued: {
    name: 'Certificate for a building',
    about: 'Sent with the certificate attached when staff mail it to a building.',
    audience: 'building',
    isTransactional: true,
    subject: 'Certificate of insurance for {{ day }}',
    html: `<h1>Certificate of insurance</h1>
<p>Our crew works at {{ buildingName }} on {{ day }}, {{ window }}. The certificate of insurance for {{ certificateHolder }} is attached as a PDF.</p>
{% if body != '' %}{{ body | paragraphs }}
{% endif %}<p class="quiet">This is about move {{ bookingNumber }}. If the certificate needs a change, reply to this mail and say what.</p>`,
    text: `Our crew works at {{ buildingName }} on {{ day }}, {{ window }}. The certificate of insurance for {{ certificateHolder }} is attached as a PDF.

{% if body != '' %}{{ body }}

{% endif %}This is about move {{ bookingNumber }}. If the certificate needs a change, reply to this mail and say what.`,
    variables: {
      bookingNumber,
      day,
      window,
      buildingName: { label: 'Building where the crew works', sample: '215 W 88th St, New York' },
      certificateHolder: {
        label: 'Holder of the certificate',
        sample: '215 W 88th St Owners Corp., 215 W 88th St, New York, NY 10024',
      },
      body: {
        label: "Message that staff typed, '' for none",
        sample: 'The service elevator is booked for us from 8 am.\n\nPlease tell the doorman.',
      },
    },
  },
} as const satisfies Record<string, TemplateType>;
