import type { ContentType } from './document.states.ts';

/**
 * What a file is by its first bytes, or `null` for what nobody may upload. A table of our own: four signatures do not pay
 * for a library of ten packages that knows two hundred.
 */
export function fileTypeOf(bytes: Buffer): ContentType | null {
  return signatures.find(({ fits }) => fits(bytes))?.type ?? null;
}

const begins = (first: string) => (bytes: Buffer) =>
  bytes.subarray(0, first.length / 2).equals(Buffer.from(first, 'hex'));

/** Brands of the ISO container that mean a HEIF picture coded by HEVC. */
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'mif1']);

const signatures: readonly {
  readonly type: ContentType;
  readonly fits: (bytes: Buffer) => boolean;
}[] = [
  { type: 'application/pdf', fits: begins('255044462d') },
  { type: 'image/jpeg', fits: begins('ffd8ff') },
  { type: 'image/png', fits: begins('89504e470d0a1a0a') },
  {
    type: 'image/heic',
    fits: (bytes) =>
      bytes.toString('latin1', 4, 8) === 'ftyp' && heicBrands.has(bytes.toString('latin1', 8, 12)),
  },
];
