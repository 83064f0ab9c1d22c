import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Payload } from './payload.ts';
import { S3Problem } from './problems.ts';
import type { Kept, Store } from './store.ts';
import { watchBytes } from './watch-bytes.ts';

/** Bytes on the disk, in files whose names are made from digests: no key can name a file. */
export interface Folder {
  /** Keeps bytes that are what they must be, whole or not at all. `isFull` is asked in the middle of them. */
  keep(name: string, payload: Payload, isFull: () => boolean): Promise<Kept>;
  open(kept: Pick<Kept, 'file'>): Promise<FileHandle>;
  drop(files: readonly Pick<Kept, 'file'>[]): Promise<void>;
}

/** What nothing in the store refers to is from a process that was killed, and goes. */
export function openFolder(directory: string, store: Store): Folder {
  const incoming = join(directory, 'incoming');
  const objects = join(directory, 'objects');
  rmSync(incoming, { recursive: true, force: true });
  for (const folder of [incoming, objects]) mkdirSync(folder, { recursive: true });
  const known = new Set([...store.list('object'), ...store.list('part')].map(({ file }) => file));
  for (const file of readdirSync(objects)) if (!known.has(file)) rmSync(join(objects, file));

  return {
    async keep(name, payload, isFull) {
      const digest = createHash('sha256').update(name).digest('hex');
      const file = `${digest}.${randomBytes(8).toString('hex')}`;
      const temporary = join(incoming, file);
      const handle = await open(temporary, 'wx');
      try {
        const watch = watchBytes(payload);
        for await (const bytes of payload.bytes) {
          watch.take(bytes);
          if (isFull()) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
          await handle.writeFile(bytes);
        }
        const seen = watch.end();
        await handle.sync();
        await handle.close();
        await rename(temporary, join(objects, file));
        await syncFolder(objects);
        return { file, ...seen };
      } catch (error) {
        await handle.close().catch(() => undefined);
        await rm(temporary, { force: true });
        throw told(error);
      }
    },
    open: ({ file }) => open(join(objects, file)),
    async drop(files) {
      for (const { file } of files) await rm(join(objects, file), { force: true });
    },
  };
}

/** A name is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return error;
  return new S3Problem(
    'XMinioStorageFull',
    'Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.',
  );
}
