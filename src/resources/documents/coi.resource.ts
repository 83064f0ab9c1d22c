import { z } from 'zod';
import {
  type Cell,
  choice,
  instant,
  longText,
  made,
  money,
  type Row,
  reference,
  serviceDay,
  text,
} from '../../admin/kit/columns.ts';
import { type FieldSql, wordsSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { day, line, long, optional, optionalLine } from '../../admin/kit/fields.ts';
import type { FileBlock } from '../../admin/kit/file-block.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRow, readRows } from '../../admin/kit/read-rows.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { coiStatusTones, coiStatusWords } from '../../admin/kit/words.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { Booking } from '../bookings/booking.model.ts';
import { bookings } from '../bookings/booking.resource.ts';
import { customerCell, whenCell } from '../bookings/booking-cells.resource.ts';
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

function bookingOf(row: Row): Promise<Booking> {
  return Booking.findByPk(String(row.bookingId), { rejectOnEmpty: true });
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
    const { pickupDate } = await bookingOf(row);
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

/** Of the bookings that they are for: who, and when. */
const ofBooking =
  (cell: (booking: Row) => Cell | null) =>
  async (ctx: Context, ids: readonly string[]): Promise<Map<string, Cell>> => {
    const rows = await readRows(ctx, bookings, { where: { id: [...ids] }, limit: ids.length });
    return new Map(
      rows.flatMap((row) => {
        const words = cell(row);
        return words ? [[String(row.id), words] as const] : [];
      }),
    );
  };

const bookingSql = (of: FieldSql, words: string) =>
  `(select ${words} from bookings b where b.id = ${of('bookingId')})`;

export const cois = defineResource({
  noun: { model: Coi, policy: coiPolicy },
  label: { one: 'Certificate', many: 'Certificates (COI)' },
  group: 'Bookings',
  icon: 'Shield',
  title: {
    fields: ['status'],
    of: (row) => `Certificate, ${coiStatusWords[row.status as CoiStatus].toLowerCase()}`,
    sql: (of) => `'Certificate, ' || lower(${wordsSql(of('status'), coiStatusWords)})`,
    async inFull(_ctx, row) {
      const { number, pickupDate } = await bookingOf(row);
      return `Certificate of ${number} for ${formatServiceDay(pickupDate)}, ${coiStatusWords[row.status as CoiStatus].toLowerCase()}`;
    },
  },
  columns: {
    status: choice('Status', coiStatusWords, coiStatusTones),
    bookingId: reference('Booking', 'bookings'),
    documentId: reference('File', 'documents'),
    customer: made(
      'Customer',
      ['bookingId'],
      () => null,
      (of) => bookingSql(of, `concat_ws(' ', b.contact_first_name, b.contact_last_name)`),
      { lookUp: { by: 'bookingId', cells: ofBooking(customerCell) } },
    ),
    serviceDay: made(
      'Service day',
      ['bookingId'],
      () => null,
      (of) => bookingSql(of, 'b.pickup_date::text'),
      { isHarmless: true, lookUp: { by: 'bookingId', cells: ofBooking(whenCell) } },
    ),
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
    'documentId',
    'bookingId',
    'customer',
    'serviceDay',
    'expiryDate',
    'reviewedBy',
  ],
  sections: [
    {
      title: 'Certificate',
      columns: ['status', 'bookingId', 'customer', 'serviceDay', 'documentId', 'building', 'createdAt'],
    },
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
