import { z } from 'zod';
import { contentTypes, documentCategories } from '../../../resources/documents/document.states.ts';
import { instantSchema } from '../schema.ts';

const documentShape = {
  id: z.uuid(),
  category: z.enum(documentCategories),
  fileName: z.string(),
  contentType: z.enum(contentTypes),
  byteSize: z.int(),
  status: z.enum(['awaiting', 'stored', 'refused']).meta({
    description:
      '`awaiting` the file; `stored` once it was looked into and counts; `refused` when it is not what it said.',
  }),
  createdAt: instantSchema,
  storedAt: instantSchema.nullable(),
};

export const documentSchema = z.strictObject(documentShape).meta({ id: 'Document' });

export const openedDocumentSchema = z
  .strictObject({
    ...documentShape,
    url: z
      .string()
      .nullable()
      .meta({ description: 'Where the file can be had for a short while, once it is `stored`.' }),
    urlExpiresAt: instantSchema.nullable().meta({ description: 'In real time.' }),
  })
  .meta({ id: 'OpenedDocument' });

export const newDocumentSchema = z
  .strictObject({
    document: documentSchema,
    upload: z.strictObject({
      url: z.string(),
      fields: z.record(z.string(), z.string()).meta({
        description:
          'Send them by POST as `multipart/form-data`, in this order, and the file last as `file`.',
      }),
    }),
  })
  .meta({ id: 'NewDocument' });

export const documentsSchema = z
  .strictObject({ data: z.array(documentSchema), nextCursor: z.null() })
  .meta({ id: 'Documents' });
