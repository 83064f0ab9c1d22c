import { type Column, choice, choices, instant, type Row, reference, text } from '../../admin/kit/columns.ts';
import { type Block, defineResource, type UploadBlock } from '../../admin/kit/define-resource.ts';
import type { FileBlock } from '../../admin/kit/file-block.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { readRows } from '../../admin/kit/read-rows.ts';
import { rowsBlock } from '../../admin/kit/rows-block.ts';
import { documentStatusTones, documentStatusWords } from '../../admin/kit/words.ts';
import type { Context } from '../../context.ts';
import { sendVerb } from './certificate/certificate.resource.ts';
import { Document } from './document.model.ts';
import { documentPolicy } from './document.policy.ts';
import { type DocumentCategory, fileEndings, LARGEST_FILE_BYTES } from './document.states.ts';

export const categoryWords: Readonly<Record<DocumentCategory, string>> = {
  coi: 'Certificate of insurance',
  invoice: 'Invoice',
  receipt: 'Receipt',
  photo: 'Photo',
  proof_of_delivery: 'Proof of delivery',
  other: 'Other',
};

const tagWords = {
  from_customer: 'from the customer',
  from_staff: 'from the office',
  from_system: 'from ToteTaxi',
  before_payment: 'before the payment',
  before_pickup: 'before the pickup',
  on_the_way: 'on the way',
  after_delivery: 'after the delivery',
  after_cancelling: 'after cancelling',
  insurance: 'insurance',
  damage: 'damage',
  signed: 'signed',
  invoice: 'invoice',
  receipt: 'receipt',
  floor_plan: 'floor plan',
};

const typeWords = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG picture',
  'image/png': 'PNG picture',
  'image/heic': 'HEIC picture',
};

/** Bytes as people read them: `48 kB`, `3.2 MB`. */
export function sizeColumn(label: string): Column {
  return {
    label,
    align: 'right',
    sortable: true,
    cell: (value) => (value == null ? null : { text: sizeWords(Number(value)) }),
    csv: (of, name) => `${of(name)}::text`,
    isHarmless: true,
  };
}

const TENTH_OF_A_MB = 100_000;

export function sizeWords(bytes: number): string {
  if (bytes >= 1_000_000) return `${Math.floor(bytes / TENTH_OF_A_MB) / 10} MB`;
  return bytes >= 1_000 ? `${Math.floor(bytes / 1_000)} kB` : `${bytes} bytes`;
}

/** The file itself on a page, as long as it is there. */
export function fileBlock({ id, status, fileName, contentType }: Row): FileBlock[] {
  if (status !== 'stored') return [];
  return [
    {
      kind: 'file',
      title: 'File',
      documentId: String(id),
      fileName: String(fileName),
      contentType: String(contentType),
    },
  ];
}

export const documents = defineResource({
  noun: { model: Document, policy: documentPolicy },
  label: { one: 'Document', many: 'Documents' },
  group: 'Bookings',
  icon: 'Paperclip',
  title: { fields: ['fileName'], of: (row) => String(row.fileName) },
  columns: {
    fileName: text('Name'),
    category: choice('Category', categoryWords),
    tags: choices('Tags', tagWords),
    status: choice('Status', documentStatusWords, documentStatusTones),
    bookingId: reference('Booking', 'bookings'),
    customerId: reference('Customer', 'customers'),
    byteSize: sizeColumn('Size'),
    contentType: choice('Type', typeWords),
    uploader: choice('From', { customer: 'The customer', staff: 'The office', system: 'ToteTaxi' }),
    uploadedBy: reference('Uploaded by', 'staffUsers'),
    refusal: choice('Why not accepted', {
      size: 'Not as large as announced',
      type: 'Not what its name says',
      infected: 'A virus was found',
    }),
    scannedBy: text('Scanned by'),
    createdAt: instant('Announced'),
    storedAt: instant('Stored'),
    goneAt: instant('Deleted'),
    goneBecause: choice('Why deleted', {
      abandoned: 'Never uploaded whole',
      kept_long_enough: 'Kept long enough',
      replaced: 'A newer one took its place',
      erased: 'The customer’s data was erased',
    }),
    fileDeletedAt: instant('Gone from the store'),
  },
  list: ['fileName', 'category', 'status', 'bookingId', 'customerId', 'byteSize', 'uploader', 'createdAt'],
  sections: [
    { title: 'Document', columns: ['fileName', 'category', 'tags', 'bookingId', 'customerId'] },
    { title: 'File', columns: ['status', 'contentType', 'byteSize', 'refusal', 'scannedBy'] },
    {
      title: 'When',
      columns: ['uploader', 'uploadedBy', 'createdAt', 'storedAt', 'goneAt', 'goneBecause', 'fileDeletedAt'],
    },
  ],
  filters: ['category', 'status', 'bookingId', 'customerId', 'uploader', 'createdAt'],
  search: ['fileName'],
  searchWords: 'Part of the name',
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    stored: { label: 'Stored', where: () => ({ status: 'stored' }) },
    certificates: { label: 'Certificates', where: () => ({ status: 'stored', category: 'coi' }) },
    refused: { label: 'Not accepted', where: () => ({ status: 'refused' }) },
  },
  actions: [sendVerb],
  blocks: async (ctx, row) => [...fileBlock(row), await recordHistory(ctx, 'document', String(row.id))],
  empty: 'No document here. They are uploaded on a booking’s page, and by customers.',
});

/** A booking's documents on its page, with a way to upload more; nothing for who may see none. */
export async function documentsBlock(ctx: Context, bookingId: string, isOpen: boolean): Promise<Block[]> {
  const { actor } = ctx;
  if (actor.type !== 'staff' || !documentPolicy.actions.list?.includes(actor.role)) return [];
  const rows = await readRows(ctx, documents, {
    where: { bookingId, status: ['stored', 'refused'] },
    order: [['createdAt', 'DESC']],
    limit: 50,
  });
  const columns = ['fileName', 'category', 'status', 'byteSize', 'uploader', 'createdAt'];
  const table = await rowsBlock(ctx, documents, rows, columns, 'No document yet.');
  if (table.kind !== 'table') return [];
  if (!isOpen) return rows.length > 0 ? [table] : [];
  const upload: UploadBlock = {
    ...table,
    kind: 'upload',
    bookingId,
    categories: Object.entries(categoryWords),
    types: Object.fromEntries(
      Object.entries(fileEndings).flatMap(([type, endings]) => endings.map((ending) => [ending, type])),
    ),
    largestBytes: LARGEST_FILE_BYTES,
  };
  return [upload];
}
