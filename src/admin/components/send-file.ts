import { postJson } from './api.ts';
import type { UploadBlock } from './types.ts';

/** A file under way. */
export interface Sending {
  /** Rejects with words for the person. */
  readonly done: Promise<void>;
  readonly cancel: () => void;
}

interface Announced {
  readonly id: string;
  readonly upload: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
}

/** Announces a file, sends it straight to the store, and has it checked. */
export function sendFile(
  { bookingId, types, largestBytes }: UploadBlock,
  file: File,
  category: string,
  progress: (percent: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  let isCancelled = false;
  const work = async () => {
    const ending = file.name.split('.').at(-1)?.toLowerCase() ?? '';
    const contentType = Object.hasOwn(types, ending) ? types[ending] : undefined;
    if (contentType === undefined) throw new Error('Only PDF, JPEG, PNG and HEIC files are taken.');
    if (file.size === 0) throw new Error('This file is empty.');
    if (file.size > largestBytes) throw new Error('This file is larger than 15 MB.');
    const { id, upload } = await postJson<Announced>('/documents', {
      bookingId,
      category,
      fileName: file.name,
      contentType,
      byteSize: file.size,
    });
    if (isCancelled) throw new Error('Cancelled.');
    await post(request, upload, file, progress);
    await postJson(`/documents/${id}/complete`, {});
  };
  return {
    done: work(),
    cancel() {
      isCancelled = true;
      request.abort();
    },
  };
}

function post(
  request: XMLHttpRequest,
  { url, fields }: Announced['upload'],
  file: File,
  progress: (percent: number) => void,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  return new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      progress(total > 0 ? Math.floor((loaded * 100) / total) : 0),
    );
    request.addEventListener('load', () => {
      if (request.status >= 300) reject(new Error('The file store did not take it. Please try again.'));
      else resolve();
    });
    request.addEventListener('error', () => reject(new Error('The connection broke. Please try again.')));
    request.addEventListener('abort', () => reject(new Error('Cancelled.')));
    request.open('POST', url);
    request.send(form);
  });
}
