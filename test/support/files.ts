import type { Answer } from './api.ts';
import type { TestApplication } from './application.ts';
import type { Made } from './bookings.ts';

/** Files that begin like what they are. */
export const samples = {
  pdf: Buffer.from('%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n'),
  jpeg: Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'),
  png: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  heic: Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from('ftypheic0000mif1heic')]),
  html: Buffer.from('<html><script>alert(document.domain)</script></html>'),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
};

export interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Announces a file as the website does. */
export function announce(
  { api }: Pick<TestApplication, 'api'>,
  made: Made,
  file: Record<string, unknown> = {},
): Promise<Answer> {
  const asked = { category: 'coi', fileName: 'certificate.pdf', contentType: 'application/pdf' };
  return api.post(
    `${made.path}/documents`,
    { ...asked, byteSize: samples.pdf.length, ...file },
    made.headers,
  );
}

/** Sends bytes by the form, as a browser does; gives the store's status. */
export async function send(
  { url, fields }: Form,
  bytes: Buffer,
  changes: Readonly<Record<string, string>> = {},
): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(bytes)]), 'file');
  const answer = await fetch(url, { method: 'POST', body: form });
  await answer.arrayBuffer();
  return answer.status;
}

export function complete(
  { api }: Pick<TestApplication, 'api'>,
  made: Made,
  documentId: string,
): Promise<Answer> {
  return api.post(`${made.path}/documents/${documentId}/complete`, undefined, made.headers);
}

/** Announces, sends and completes; throws when anything is refused. */
export async function upload(
  app: Pick<TestApplication, 'api'>,
  made: Made,
  file: Record<string, unknown> = {},
  bytes: Buffer = samples.pdf,
): Promise<Record<string, any>> {
  const { status, body } = await announce(app, made, { ...file, byteSize: bytes.length });
  if (status !== 201) throw new Error(`not announced: ${JSON.stringify(body)}`);
  const sent = await send(body.upload, bytes);
  if (sent >= 300) throw new Error(`the store answered ${sent}`);
  const done = await complete(app, made, body.document.id);
  if (done.status !== 200) throw new Error(`not stored: ${JSON.stringify(done.body)}`);
  return done.body;
}
