import { type AddressObject, type EmailAddress, simpleParser } from 'mailparser';
import type { MailAttachment, MailHeader } from './store.ts';

/** What a mail says, read from its raw form. */
export interface ReadMail {
  readonly from: string;
  /** Bare addresses of the `From` header. */
  readonly senders: readonly string[];
  /** Bare addresses of `To`, `Cc` and `Bcc`. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: readonly MailHeader[];
  readonly attachments: readonly MailAttachment[];
}

export async function readMime(raw: Buffer): Promise<ReadMail> {
  const read = await simpleParser(raw, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    keepCidLinks: true,
  });
  return {
    from: read.from?.text ?? '',
    senders: addressesIn(read.from),
    recipients: [...addressesIn(read.to), ...addressesIn(read.cc), ...addressesIn(read.bcc)],
    subject: read.subject ?? '',
    text: read.text || null,
    html: read.html || null,
    headers: read.headerLines.map(({ line }) => headerOf(line)),
    attachments: read.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? null,
      contentType,
      size,
    })),
  };
}

/** The HTML of a mail with its own pictures in it. */
export async function readHtml(raw: Buffer): Promise<string | null> {
  const { html } = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  return html || null;
}

function addressesIn(header: AddressObject | AddressObject[] | undefined): string[] {
  const flat = (entries: readonly EmailAddress[]): string[] =>
    entries.flatMap(({ address, group }) => (group ? flat(group) : address ? [address] : []));
  return [header ?? []].flat().flatMap(({ value }) => flat(value));
}

function headerOf(line: string): MailHeader {
  const colon = line.indexOf(':');
  return {
    name: line.slice(0, colon),
    value: line
      .slice(colon + 1)
      .replace(/\r?\n(?=[ \t])/g, '')
      .trim(),
  };
}
