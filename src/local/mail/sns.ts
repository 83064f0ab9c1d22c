import { createSign, generateKeyPair } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What SNS posts, before it is signed. */
export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation';
  /** A UUID, the same at each try. */
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  /** ISO 8601: when it was published, not when it is posted. */
  readonly Timestamp: string;
  readonly Subject?: string;
  readonly Token?: string;
  readonly SubscribeURL?: string;
  readonly UnsubscribeURL?: string;
}

export interface SignedSnsMessage extends SnsMessage {
  readonly SignatureVersion: '2';
  readonly SigningCertURL: string;
  /** Base64, over `canonicalText`. */
  readonly Signature: string;
}

/** What signs, and what the world checks with: the PEM of a public key, which `createVerify` takes like a certificate. */
export interface SigningKey {
  readonly privatePem: string;
  readonly publicPem: string;
}

const signedFields = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
} as const;

/** The text that SNS signs: each field it covers and its value, a line each, without those that are absent. */
export function canonicalText(message: SnsMessage): string {
  return signedFields[message.Type]
    .flatMap((field) => (message[field] === undefined ? [] : `${field}\n${message[field]}\n`))
    .join('');
}

/** Signs with SHA-256, as SNS does where a topic's signature version is 2. */
export function signMessage(message: SnsMessage, key: SigningKey, signingCertUrl: string): SignedSnsMessage {
  const Signature = createSign('RSA-SHA256').update(canonicalText(message)).sign(key.privatePem, 'base64');
  return { ...message, SignatureVersion: '2', Signature, SigningCertURL: signingCertUrl };
}

/** The key that lies in a directory; when there is none, the one of this process. */
export async function keptKey(directory: string): Promise<SigningKey> {
  const file = join(directory, 'sns-key.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as SigningKey;
  ownKey ??= makeKey();
  const key = await ownKey;
  writeFileSync(`${file}.new`, JSON.stringify(key), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
}

/** Made when it is first asked for: that takes a while. */
let ownKey: Promise<SigningKey> | null = null;

async function makeKey(): Promise<SigningKey> {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privatePem: pair.privateKey, publicPem: pair.publicKey };
}
