import type { Context } from '../../context.ts';

/** What a scan said: who looked, and what was found; `null` for nothing. */
interface ScanResult {
  readonly scanner: string | null;
  readonly finding: string | null;
}

/** Asked for every file before it counts, with its whole content. */
type FileScanner = (ctx: Context, bytes: Buffer) => Promise<ScanResult>;

/** Where a virus scanner is plugged in (ADR 20). There is none yet, and the document's row says so. */
export const scanFile: FileScanner = async () => ({ scanner: null, finding: null });
