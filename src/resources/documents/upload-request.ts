import { z } from 'zod';
import {
  type ContentType,
  contentTypes,
  documentCategories,
  fileEndings,
  LARGEST_FILE_BYTES,
} from './document.states.ts';

/** What cannot stand in a file's name: the parts of paths, and characters that are not seen or turn the text around. */
const unseen = /[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What is said of a file before it is uploaded; the store then takes nothing else. */
export const uploadRequestSchema = z
  .strictObject({
    category: z.enum(documentCategories),
    fileName: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine((name) => !unseen.test(name) && name.isWellFormed() && !/^\.+$/.test(name), {
        error: 'Give the name of the file alone, without a path.',
        params: { code: 'invalid_format' },
      })
      .meta({ example: 'certificate.pdf', description: 'The name alone, with its ending.' }),
    contentType: z.enum(contentTypes),
    byteSize: z.int().min(1).max(LARGEST_FILE_BYTES).meta({ example: 48_213 }),
  })
  .refine(({ fileName, contentType }) => endsAs(fileName, contentType), {
    path: ['fileName'],
    error: 'The name does not end like a file of this type.',
    params: { code: 'wrong_ending' },
  });

export type UploadRequest = z.output<typeof uploadRequestSchema>;

function endsAs(name: string, type: ContentType): boolean {
  const endings: readonly string[] = fileEndings[type];
  return endings.includes(/\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '');
}
