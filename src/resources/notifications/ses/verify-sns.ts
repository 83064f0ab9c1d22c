import { createVerify } from 'node:crypto';
import { z } from 'zod';
import { parseInstant, realNow } from '../../../clock.ts';
import { Refusal } from '../../../errors.ts';
import type { MailContext } from './client.ts';
import { type FetchKey, signingKey } from './signing-key.ts';
import { snsAddress } from './sns-address.ts';

interface Verified {
  /** The same for each copy of it. */
  readonly messageId: string;
  readonly publishedAt: Date;
}

export type VerifiedSns =
  | (Verified & { readonly type: 'Notification' /** What was published. */; readonly message: string })
  | (Verified & { readonly type: 'SubscriptionConfirmation'; readonly subscribeUrl: string })
  | (Verified & { readonly type: 'UnsubscribeConfirmation' });

type SnsConfig = MailContext['config'];

const TWO_DAYS_MS = 2 * 86_400_000;
const TIMEOUT_MS = 5_000;

/** A line of its own in the text that is signed, so that no field can pass for another. */
const line = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^\P{Cc}+$/u);
const envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: line.max(255),
  TopicArn: line,
  Message: z.string(),
  Timestamp: line,
  Subject: line.nullish(),
  SubscribeURL: line.nullish(),
  Token: line.nullish(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64(),
  SigningCertURL: line,
});
type Envelope = z.infer<typeof envelope>;

/**
 * Checks that a message is our topic's: nothing of it is trusted before. Throws `bad_signature` for what is not, and for
 * what is older than two days; `bad_request` for what is signed but no message; `unavailable` when the key cannot be had
 * just now. Copies pass: whoever stores it knows them by their `messageId`.
 */
export async function verifySnsMessage(
  { mail }: SnsConfig,
  rawBody: Buffer,
  fetchKey?: FetchKey,
): Promise<VerifiedSns> {
  const read = envelope.safeParse(parsed(rawBody));
  if (!mail || !read.success || read.data.TopicArn !== mail.topicArn) throw new Refusal('bad_signature');
  const { SignatureVersion, Signature, SigningCertURL } = read.data;
  const key = await signingKey(mail, SigningCertURL, fetchKey);
  const isSigned = createVerify(SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
    .update(canonicalText(read.data), 'utf8')
    .verify(key, Signature, 'base64');
  if (!isSigned) throw new Refusal('bad_signature');
  const message = messageOf(read.data);
  if (realNow().getTime() - message.publishedAt.getTime() > TWO_DAYS_MS) throw new Refusal('bad_signature');
  return message;
}

/** Tells SNS that we want the topic, by the address in its message. Throws `bad_request` when SNS will not have it. */
export async function confirmSubscription(
  { mail }: SnsConfig,
  { subscribeUrl }: { readonly subscribeUrl: string },
): Promise<void> {
  const address = mail && snsAddress(mail, subscribeUrl);
  if (!address) throw new Refusal('bad_request', { detail: 'This is no address of SNS.' });
  const status = await statusOf(address);
  if (status === 429 || status >= 500) throw new Refusal('unavailable', { retryAfterSeconds: 5 });
  if (status !== 200) throw new Refusal('bad_request', { detail: `SNS answered ${status}.` });
}

async function statusOf(address: URL): Promise<number> {
  try {
    const answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    throw new Refusal('unavailable', { cause: error, retryAfterSeconds: 5 });
  }
}

/** Each field that is signed and its value, a line each, without those that are absent. */
function canonicalText(message: Envelope): string {
  const fields =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return fields.flatMap((field) => (message[field] == null ? [] : `${field}\n${message[field]}\n`)).join('');
}

function messageOf({ Type, MessageId, Message, Timestamp, SubscribeURL }: Envelope): VerifiedSns {
  const verified = { messageId: MessageId, publishedAt: instantIn(Timestamp) };
  switch (Type) {
    case 'Notification':
      return { ...verified, type: Type, message: Message };
    case 'SubscriptionConfirmation':
      if (SubscribeURL == null) throw new Refusal('bad_request', { detail: 'This says no SubscribeURL.' });
      return { ...verified, type: Type, subscribeUrl: SubscribeURL };
    case 'UnsubscribeConfirmation':
      return { ...verified, type: Type };
  }
}

function instantIn(text: string): Date {
  try {
    return parseInstant(text);
  } catch (error) {
    throw new Refusal('bad_request', { detail: 'This is no time.', cause: error });
  }
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
}
