import { z } from 'zod';
import {
  choice,
  instant,
  longText,
  money,
  type Row,
  reference,
  serviceDay,
  text,
} from '../../admin/kit/columns.ts';
import { wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { day, line, long, optional, optionalLine } from '../../admin/kit/fields.ts';
import type { FileBlock } from '../../admin/kit/file-block.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRow } from '../../admin/kit/read-rows.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { coiStatusTones, coiStatusWords } from '../../admin/kit/words.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { Booking } from '../bookings/booking.model.ts';
import { approveCoi, refuseUncovered } from './approve-coi.ts';
import { Coi } from './coi.model.ts';
import { coiPolicy } from './coi.policy.ts';
import type { CoiStatus } from './coi.states.ts';
import { documents, fileBlock } from './document.resource.ts';
import { rejectCoi } from './reject-coi.ts';

const waits = ({ status }: Row) => status === 'submitted';

/** Coverage runs into millions, more than any price. */
function coverage(label: string, hint: string) {
  return z.int().min(1).max(2_000_000_000).meta({ label, kind: 'money', help: hint });
}

const reading = z.strictObject({
  insurer: line('Insurer', 100, 'As it stands on the certificate.'),
  policyNumber: line('Policy number'),
  certificateHolder: line('Certificate holder', 200, 'The building or its owners, who ask for it.'),
  building: optionalLine('Building', 200),
  effectiveDate: day('Valid from'),
  expiryDate: day('Valid until', 'It must cover the service day.'),
  coverageCents: coverage('Coverage', 'For each occurrence.'),
  aggregateCents: optional(coverage('Aggregate', 'For all together, where it says so.')),
  notes: long('Notes', 2_000, 'Only the office sees them.'),
});
type Reading = Omit<z.output<typeof reading>, 'effectiveDate' | 'expiryDate'> & {
  effectiveDate: ServiceDay;
  expiryDate: ServiceDay;
};

/** The certificate itself. */
async function certificate(ctx: Context, row: Row): Promise<FileBlock[]> {
  const document = await readRow(ctx, documents, String(row.documentId));
  return document ? fileBlock(document) : [];
}

async function serviceDayOfCoi(row: Row): Promise<ServiceDay> {
  const booking = await Booking.findByPk(String(row.bookingId), { rejectOnEmpty: true });
  return booking.pickupDate;
}

const approve = useCaseAction<Reading>({
  name: 'approve',
  label: 'Approve',
  icon: 'CheckCircle',
  form: reading,
  isOffered: waits,
  initial: (row) =>
    Object.fromEntries(Object.keys(reading.shape).map((name) => [name, row[name] ?? ''] as const)),
  beside: async (ctx, row) => (await certificate(ctx, row))[0] ?? null,
  async preview(_ctx, row, values) {
    const pickupDate = await serviceDayOfCoi(row);
    refuseUncovered({ pickupDate }, values);
    return [
      `${values.insurer} covers ${formatUsd(cents(values.coverageCents))} for ${values.certificateHolder}.`,
      `It is valid until ${formatServiceDay(values.expiryDate)}; the service day is ${formatServiceDay(pickupDate)}.`,
      'The customer is told by mail.',
    ];
  },
  async run(ctx, row, values) {
    await approveCoi(ctx, { coiId: String(row.id), reading: values });
    return { message: 'Certificate approved; the customer is told.' };
  },
});

const rejection = z.strictObject({
  reason: line('Reason', 500, 'The customer reads it as it stands: say what to change.'),
});

const reject = useCaseAction<z.output<typeof rejection>>({
  name: 'reject',
  label: 'Reject',
  icon: 'XCircle',
  form: rejection,
  destructive: true,
  isOffered: waits,
  beside: async (ctx, row) => (await certificate(ctx, row))[0] ?? null,
  preview: async (_ctx, _row, { reason }) => [
    `The customer is told by mail: “${reason}”`,
    'The booking needs another certificate then.',
  ],
  async run(ctx, row, { reason }) {
    await rejectCoi(ctx, { coiId: String(row.id), reason });
    return { message: 'Certificate rejected; the customer is told.' };
  },
});

export const cois = defineResource({
  noun: { model: Coi, policy: coiPolicy },
  label: { one: 'Certificate', many: 'Certificates (COI)' },
  group: 'Bookings',
  icon: 'Shield',
  title: {
    fields: ['status'],
    of: (row) => `Certificate, ${coiStatusWords[row.status as CoiStatus].toLowerCase()}`,
    sql: (of) => `'Certificate, ' || lower(${wordsSql(of('status'), coiStatusWords)})`,
  },
  columns: {
    status: choice('Status', coiStatusWords, coiStatusTones),
    bookingId: reference('Booking', 'bookings'),
    documentId: reference('Document', 'documents'),
    building: text('Building'),
    insurer: text('Insurer'),
    policyNumber: text('Policy number'),
    certificateHolder: text('Certificate holder'),
    coverageCents: money('Coverage'),
    aggregateCents: money('Aggregate'),
    effectiveDate: serviceDay('Valid from'),
    expiryDate: serviceDay('Valid until'),
    notes: longText('Notes'),
    reviewedBy: reference('Reviewed by', 'staffUsers'),
    reviewedAt: instant('Reviewed'),
    rejectedReason: longText('Why rejected'),
    createdAt: instant('Came in'),
    updatedAt: instant('Changed'),
  },
  list: [
    'createdAt',
    'status',
    'bookingId',
    'building',
    'insurer',
    'coverageCents',
    'expiryDate',
    'reviewedBy',
  ],
  sections: [
    { title: 'Certificate', columns: ['status', 'bookingId', 'documentId', 'building', 'createdAt'] },
    {
      title: 'Insurance',
      columns: [
        'insurer',
        'policyNumber',
        'certificateHolder',
        'coverageCents',
        'aggregateCents',
        'effectiveDate',
        'expiryDate',
      ],
    },
    { title: 'Review', columns: ['reviewedBy', 'reviewedAt', 'rejectedReason', 'notes'] },
  ],
  filters: ['status', 'bookingId', 'expiryDate', 'createdAt', 'reviewedBy'],
  search: ['insurer', 'policyNumber', 'certificateHolder', 'building'],
  searchWords: 'Insurer, policy, holder or building',
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    waiting: {
      label: 'To review',
      where: () => ({ status: 'submitted' }),
      sort: { by: 'createdAt', direction: 'asc' },
    },
    approved: {
      label: 'Approved',
      where: () => ({ status: 'approved' }),
      sort: { by: 'expiryDate', direction: 'asc' },
    },
  },
  actions: [approve, reject],
  blocks: async (ctx, row) => [
    ...(await certificate(ctx, row)),
    await recordHistory(ctx, 'coi', String(row.id)),
  ],
  empty: 'No certificate here. One comes in when somebody uploads a document of that category.',
});
