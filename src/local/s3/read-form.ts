import type { ByteReader } from './byte-reader.ts';
import { invalidArgument, S3Problem } from './problems.ts';

/** A form up to its file: what comes after the file means nothing to S3. */
export interface UploadForm {
  /** By their names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** What may come before the file. */
const FIELD_BYTES = 20_000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Reads `multipart/form-data` as it comes. Throws what S3 says of what is none, and of one without a file. */
export async function readForm(reader: ByteReader, contentType: string): Promise<UploadForm> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const fields = new Map<string, string>();
  let left = FIELD_BYTES;
  const read = async (mark: Buffer): Promise<string> => {
    const text = await reader.textBefore(mark, left, tooLong);
    left -= text.length;
    return text;
  };
  if ((await read(delimiter.subarray(2))).trim() !== '') throw malformed();
  while ((await reader.textOf(2)) === '\r\n') {
    const head = await read(END_OF_HEAD);
    const [, name] = /^content-disposition:\s*form-data;.*?\bname="([^"]*)"/im.exec(head) ?? [];
    if (name === undefined) throw malformed();
    if (name === 'file') {
      const [, fileName = ''] = /\bfilename="([^"]*)"/i.exec(head) ?? [];
      return { fields, fileName, bytes: reader.before(delimiter) };
    }
    fields.set(name.toLowerCase(), await read(delimiter));
  }
  throw invalidArgument('POST requires exactly one file upload per request.');
}

function tooLong(): S3Problem {
  return new S3Problem(
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceding the upload file were too large.',
  );
}

function malformed(): S3Problem {
  return new S3Problem(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  );
}
