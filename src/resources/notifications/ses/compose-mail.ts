import MailComposer from 'nodemailer/lib/mail-composer';
import { MailProblem } from './mail-problem.ts';

export interface MailAttachment {
  readonly filename: string;
  /** Without parameters. */
  readonly contentType: string;
  readonly content: string | Buffer;
  /** iCalendar's, as a parameter of the content type. */
  readonly method?: string;
}

export interface OutgoingMail {
  /** One bare address. */
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Further ones; those that make a mail what it is are not among them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly MailAttachment[];
  /** An iCalendar text, shown by clients beside the mail. Who also wants it as a file attaches it. */
  readonly calendar?: string;
  /** Names and values of `[A-Za-z0-9_-]`. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ComposedMail {
  readonly raw: Buffer;
  /** Bare addresses, domains in ASCII. */
  readonly sender: string;
  readonly recipient: string;
}

/** The MIME of a mail. Line breaks in what becomes a header are spaces. Throws `MailProblem` for what makes no mail. */
export async function composeMail(
  { from, replyTo }: { readonly from: string; readonly replyTo: string | null },
  mail: OutgoingMail,
): Promise<ComposedMail> {
  if (!ADDRESS.test(mail.to)) throw new MailProblem('Unsendable', 'This is no address.');
  const message = new MailComposer({
    from,
    to: { name: '', address: mail.to },
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    headers: Object.entries(mail.headers ?? {}).map(headerOf),
    attachments: (mail.attachments ?? []).map(attachmentOf),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(replyTo !== null && { replyTo }),
    ...(mail.calendar !== undefined && { alternatives: [calendarOf(mail.calendar)] }),
  }).compile();
  const { from: sender, to } = message.getEnvelope();
  const [recipient] = to;
  if (!sender || !recipient) throw new MailProblem('Unsendable', 'It needs a sender and a recipient.');
  return { raw: await message.build(), sender, recipient };
}

const ADDRESS = /^[^\s\p{C}<>,;:"()[\]\\@]+@[^\s\p{C}<>,;:"()[\]\\@]+$/u;
const HEADER = /^[A-Za-z][A-Za-z0-9-]*$/;
const OWN_HEADER =
  /^(?:from|sender|reply-to|to|cc|bcc|subject|date|message-id|mime-version|return-path|content-.*)$/i;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+$/;
const ASCII = /^[\x20-\x7e]*$/;

function oneLine(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function headerOf([key, given]: [string, string]) {
  if (!HEADER.test(key) || OWN_HEADER.test(key)) {
    throw new MailProblem('Unsendable', `It cannot have the header ${JSON.stringify(key)}.`);
  }
  const value = oneLine(given);
  // Else long web addresses, which clients look for in `List-Unsubscribe`, become encoded words.
  return { key, value: ASCII.test(value) ? { prepared: true, foldLines: true, value } : value };
}

function attachmentOf({ filename, contentType, content, method }: MailAttachment) {
  if (!CONTENT_TYPE.test(contentType) || (method !== undefined && !/^[A-Za-z-]+$/.test(method))) {
    throw new MailProblem('Unsendable', `${JSON.stringify(contentType)} is no content type.`);
  }
  const parameters = method === undefined ? '' : `; charset=utf-8; method=${method}`;
  return { filename: oneLine(filename), contentType: `${contentType}${parameters}`, content };
}

function calendarOf(content: string) {
  return { contentType: 'text/calendar; charset=utf-8; method=PUBLISH', content };
}
