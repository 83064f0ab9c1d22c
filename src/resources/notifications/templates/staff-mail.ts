import type { TemplateType } from './template-type.ts';

const firstName = { label: "Reader's first name", sample: 'Dana' } as const;

/** Mail to the people who work here. */
export const staffMailTemplates = {
  staff_alert: {
    name: 'Staff alert',
    about:
      'Sent to staff when something needs a person: a failed delivery, a mail that cannot be sent, a stale job.',
    audience: 'staff',
    isTransactional: true,
    subject: 'Please look: {{ alertTitle }}',
    html: `<h1>{{ alertTitle }}</h1>
<p>Hi {{ firstName }},</p>
{{ alertBody | paragraphs }}
<a class="button" href="{{ panelUrl }}">Open it in the back office</a>
<p class="quiet">{% if bookingNumber != '' %}Booking {{ bookingNumber }}. {% endif %}It happened {{ happenedAt }}. It waits on the dashboard until someone has settled it.</p>`,
    text: `Hi {{ firstName }},

{{ alertTitle }}

{{ alertBody }}

{% if bookingNumber != '' %}Booking: {{ bookingNumber }}
{% endif %}Open it in the back office: {{ panelUrl }}

It happened {{ happenedAt }}. It waits on the dashboard until someone has settled it.`,
    variables: {
      firstName,
      alertTitle: { label: 'What happened, in one line', sample: 'Delivery failed for TT-000123' },
      alertBody: {
        label: 'What happened, and what to do',
        sample:
          'Nobody answered the door at 48 Dune Rd, East Hampton.\n\nCall Maya Stone and agree on a new day.',
      },
      bookingNumber: { label: "Booking number, '' when it is about none", sample: 'TT-000123' },
      panelUrl: {
        label: 'Link into the back office',
        sample: 'https://totetaxi.example/admin/bookings/TT-000123',
      },
      happenedAt: { label: 'When it happened', sample: 'Wed 12 May 2027, 10:42 am' },
    },
  },

  scheduled_report: {
    name: 'Scheduled report',
    about: 'Sent to staff on the schedule of a report, with a link or the file attached.',
    audience: 'staff',
    isTransactional: true,
    subject: '{{ reportName }}, {{ period }}',
    html: `<h1>{{ reportName }}</h1>
<p>Hi {{ firstName }},</p>
<p>Your report is ready{% if isAttached != '' %}, and attached to this mail{% endif %}.</p>
<table class="facts">
<tr><th>Period</th><td>{{ period }}</td></tr>
<tr><th>Rows</th><td>{{ rowCount }}</td></tr>
</table>
<a class="button" href="{{ reportUrl }}">Open the report</a>
<p class="quiet">It comes {{ scheduleWords }}. An admin can change that under Reports.</p>`,
    text: `Hi {{ firstName }},

Your report "{{ reportName }}" is ready{% if isAttached != '' %}, and attached to this mail{% endif %}.

Period: {{ period }}
Rows: {{ rowCount }}

Open the report: {{ reportUrl }}

It comes {{ scheduleWords }}. An admin can change that under Reports.`,
    variables: {
      firstName,
      reportName: { label: 'Name of the report', sample: 'Revenue by service' },
      period: { label: 'Period it covers', sample: 'Mon 3 May to Sun 9 May 2027' },
      rowCount: { label: 'Number of rows', sample: '42' },
      reportUrl: { label: 'Link to the report', sample: 'https://totetaxi.example/admin/reports/revenue' },
      isAttached: { label: "'yes' when the file is attached, else ''", sample: 'yes' },
      scheduleWords: { label: 'How often it comes', sample: 'every Monday at 7 am' },
    },
  },
} as const satisfies Record<string, TemplateType>;
