import { createTransport } from 'nodemailer';
import { bareAddress, hasControl, refuseUnverified } from './addresses.ts';
import { membersOf, namedRecipients } from './call-form.ts';
import { emitFate } from './events.ts';
import { isoNow, newMailId } from './ids.ts';
import { readMime } from './read-mime.ts';
import { invalidValue, missingValue } from './ses-answers.ts';
import type { Mail } from './store.ts';
import type { World } from './world.ts';

const RECIPIENTS_AT_MOST = 50;
const BYTES_AT_MOST = 10 * 1024 * 1024;
const TAGS_AT_MOST = 50;

/** Checks a mail as SES does, keeps it and owes its events. Throws `SesProblem`. */
export async function takeMail(
  world: World,
  operation: Mail['operation'],
  form: URLSearchParams,
): Promise<Mail> {
  const named = namedRecipients(form).map(bareAddress);
  refuseTooMany(named);
  const tags = tagsOf(form);
  const configurationSet = form.get('ConfigurationSetName');
  if (configurationSet !== null && !/^[\w-]{1,64}$/.test(configurationSet)) {
    throw invalidValue(`Invalid configuration set name <${configurationSet}>.`);
  }
  const raw = operation === 'SendRawEmail' ? rawOf(form) : await composed(form);
  if (raw.length > BYTES_AT_MOST) {
    throw invalidValue(`Message length is more than ${BYTES_AT_MOST} bytes long: '${raw.length}'.`);
  }
  const read = await readMime(raw);
  const froms = read.headers.filter(({ name }) => name.toLowerCase() === 'from').length;
  if (froms !== 1) throw invalidValue(`${froms === 0 ? 'Missing required' : 'Duplicate'} header 'From'.`);
  const senders = read.senders.map(bareAddress);
  const source = bareAddress(form.get('Source') ?? senders[0] ?? '');
  const destinations = named.length > 0 ? named : read.recipients.map(bareAddress);
  if (destinations.length === 0) throw invalidValue("Missing required header 'To'.");
  refuseTooMany(destinations);
  refuseUnverified([source, ...senders], world.allowedSenders);
  const { senders: _senders, recipients: _recipients, ...content } = read;
  const mail: Mail = {
    id: newMailId(),
    operation,
    configurationSet,
    source,
    destinations,
    ...content,
    tags,
    at: isoNow(),
  };
  world.mailbox.keep(mail, raw, () => emitFate(world.store, mail));
  return mail;
}

function refuseTooMany(recipients: readonly string[]): void {
  if (recipients.length > RECIPIENTS_AT_MOST) {
    throw invalidValue(`Recipient count exceeds ${RECIPIENTS_AT_MOST}.`);
  }
}

function rawOf(form: URLSearchParams): Buffer {
  const encoded = form.get('RawMessage.Data');
  if (!encoded) throw missingValue('rawMessage.data');
  return Buffer.from(encoded, 'base64');
}

/** The MIME that SES makes of a simple mail. */
async function composed(form: URLSearchParams): Promise<Buffer> {
  const source = form.get('Source');
  const subject = form.get('Message.Subject.Data');
  const text = form.get('Message.Body.Text.Data');
  const html = form.get('Message.Body.Html.Data');
  if (source === null) throw missingValue('source');
  if (subject === null) throw missingValue('message.subject.data');
  if (hasControl(subject)) throw invalidValue('Subject contains control characters');
  bareAddress(source);
  const replyTo = membersOf(form, 'ReplyToAddresses');
  replyTo.forEach(bareAddress);
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    from: source,
    to: membersOf(form, 'Destination.ToAddresses'),
    cc: membersOf(form, 'Destination.CcAddresses'),
    replyTo,
    subject,
    ...(text !== null && { text }),
    ...(html !== null && { html }),
  });
  return Buffer.isBuffer(message) ? message : Buffer.from([]);
}

function tagsOf(form: URLSearchParams): Record<string, string[]> {
  const tags = new Map<string, string[]>();
  for (let number = 1; ; number += 1) {
    const name = form.get(`Tags.member.${number}.Name`);
    const value = form.get(`Tags.member.${number}.Value`);
    if (name === null && value === null) return Object.fromEntries(tags);
    if (number > TAGS_AT_MOST) throw invalidValue(`Tag count exceeds ${TAGS_AT_MOST}.`);
    if (!/^[\w-]{1,256}$/.test(name ?? '') || name === null) {
      throw invalidValue(
        `Invalid tag name <${name ?? ''}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`,
      );
    }
    if (!/^[\w.@-]{1,256}$/.test(value ?? '') || value === null) {
      throw invalidValue(
        `Invalid tag value <${value ?? ''}>: only alphanumeric ASCII characters, '_', '-', '.', and '@' are allowed.`,
      );
    }
    if (tags.has(name)) throw invalidValue(`Duplicate tag name <${name}>.`);
    tags.set(name, [value]);
  }
}
