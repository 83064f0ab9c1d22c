/** What documents are, their states and the only moves between them. The database holds the same tables. A leaf. */

export const documentCategories = [
  'coi',
  'invoice',
  'receipt',
  'photo',
  'proof_of_delivery',
  'other',
] as const;
export type DocumentCategory = (typeof documentCategories)[number];

export const documentStatuses = ['awaiting', 'stored', 'refused', 'gone'] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

export const documentMoves = {
  awaiting: ['stored', 'refused', 'gone'],
  stored: ['gone'],
  refused: ['gone'],
  gone: [],
} as const satisfies Record<DocumentStatus, readonly DocumentStatus[]>;

/** What may be uploaded, and how such a file's name ends. */
export const fileEndings = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/heic': ['heic', 'heif'],
} as const satisfies Record<string, readonly string[]>;
export type ContentType = keyof typeof fileEndings;
export const contentTypes = Object.keys(fileEndings) as [ContentType, ...ContentType[]];

/** Why a file was not taken: it is not the size or the type that was announced, or a scan found something. */
export type DocumentRefusal = 'size' | 'type' | 'infected';
export type GoneReason = 'abandoned' | 'kept_long_enough' | 'replaced' | 'erased';

/** 15 MB. */
export const LARGEST_FILE_BYTES = 15 * 1024 * 1024;
export const MOST_FILES = 20;
