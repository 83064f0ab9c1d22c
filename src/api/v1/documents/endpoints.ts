import { z } from 'zod';
import { Refusal } from '../../../errors.ts';
import { completeUpload } from '../../../resources/documents/complete-upload.ts';
import type { Document } from '../../../resources/documents/document.model.ts';
import { findDocument, storedDocuments } from '../../../resources/documents/find-document.ts';
import { openDocument } from '../../../resources/documents/open-document.ts';
import { requestUpload } from '../../../resources/documents/request-upload.ts';
import { uploadRequestSchema } from '../../../resources/documents/upload-request.ts';
import type { Call, Endpoint } from '../../endpoint.ts';
import { openedBooking } from '../../middleware/bearer.ts';
import { sendFresh } from '../../send-json.ts';
import { documentSchema, documentsSchema, newDocumentSchema, openedDocumentSchema } from './schema.ts';

const params = z.strictObject({ id: z.uuid() });
const oneOf = z.strictObject({ id: z.uuid(), documentId: z.uuid() });

/** Files that a customer gives to a booking, and has of it. */
export const documentEndpoints: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/bookings/{id}/documents',
    operationId: 'createDocument',
    tag: 'Documents',
    summary: 'Announce a file and get the form to upload it by',
    description:
      'PDF, JPEG, PNG or HEIC of at most 15 MB, at most 20 files a booking. Send the file within 15 minutes to the form, ' +
      'which takes exactly what was announced; then complete it. What is never completed is thrown away after a day.',
    params,
    body: uploadRequestSchema,
    token: true,
    limit: 'booking',
    answer: { status: 201, description: 'The document and its form.', schema: newDocumentSchema },
    errors: ['not_found', 'too_many_files', 'conflict', 'invalid', 'file_store_unavailable'],
    async handle({ ctx: visitor, request, response }) {
      const { bookingId, ctx } = await openedBooking(visitor, request);
      const { document, upload } = await requestUpload(ctx, { bookingId, request: request.body });
      const answer: z.input<typeof newDocumentSchema> = {
        document: present(document),
        upload: { url: upload.url, fields: { ...upload.fields } },
      };
      sendFresh(response.status(201), answer);
    },
  },
  {
    method: 'get',
    path: '/bookings/{id}/documents',
    operationId: 'listDocuments',
    tag: 'Documents',
    summary: 'List the files of a booking',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'What is stored, the latest first.', schema: documentsSchema },
    errors: ['not_found'],
    async handle({ ctx, request, response }) {
      const { bookingId } = await openedBooking(ctx, request);
      const documents = await storedDocuments(bookingId);
      const answer: z.input<typeof documentsSchema> = { data: documents.map(present), nextCursor: null };
      sendFresh(response, answer);
    },
  },
  {
    method: 'post',
    path: '/bookings/{id}/documents/{documentId}/complete',
    operationId: 'completeDocument',
    tag: 'Documents',
    summary: 'Say that the file is uploaded',
    description: 'It is looked into, and counts from then on. Again gives the same answer.',
    params: oneOf,
    token: true,
    limit: 'booking',
    answer: { status: 200, description: 'The document, stored.', schema: documentSchema },
    errors: ['not_found', 'not_uploaded', 'conflict', 'file_refused', 'file_store_unavailable'],
    async handle(call) {
      const { ctx, id } = await asked(call);
      sendFresh(call.response, present(await completeUpload(ctx, id)));
    },
  },
  {
    method: 'get',
    path: '/bookings/{id}/documents/{documentId}',
    operationId: 'getDocument',
    tag: 'Documents',
    summary: 'Read a document, with an address to get the file at',
    description: 'The address is good for two minutes. Who asked, and when, is kept.',
    params: oneOf,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'The document.', schema: openedDocumentSchema },
    errors: ['not_found', 'file_store_unavailable'],
    async handle(call) {
      const { ctx, id } = await asked(call);
      const document = await findDocument(ctx, id);
      const opened =
        document.status === 'stored'
          ? await openDocument(ctx, { documentId: id, disposition: 'attachment' })
          : null;
      const answer: z.input<typeof openedDocumentSchema> = {
        ...present(document),
        url: opened?.url ?? null,
        urlExpiresAt: opened?.expiresAt.toISOString() ?? null,
      };
      sendFresh(call.response, answer);
    },
  },
];

/** Acts as the booking's customer, whose documents alone the use cases then find. */
async function asked({ ctx: visitor, request }: Call): Promise<{ ctx: Call['ctx']; id: string }> {
  const { ctx } = await openedBooking(visitor, request);
  return { ctx, id: String(request.params.documentId) };
}

function present(document: Document): z.input<typeof documentSchema> {
  const { status } = document;
  if (status === 'gone') throw new Refusal('not_found');
  return {
    id: document.id,
    category: document.category,
    fileName: document.fileName,
    contentType: document.contentType,
    byteSize: document.byteSize,
    status,
    createdAt: document.createdAt.toISOString(),
    storedAt: document.storedAt?.toISOString() ?? null,
  };
}
