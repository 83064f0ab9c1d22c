import { SESClient, SESServiceException, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { MailConfig } from '../../../config.ts';
import { Refusal } from '../../../errors.ts';
import { composeMail, type OutgoingMail } from './compose-mail.ts';
import { MailProblem } from './mail-problem.ts';

export interface MailContext {
  readonly config: { readonly mail: MailConfig | null };
}

const TIMEOUT_MS = 10_000;
const clients = new WeakMap<MailConfig, SESClient>();

/**
 * Sends one mail, by one call: whoever asks again must know that after a timeout the first may have gone. Throws
 * `MailProblem` for what will never go, `unavailable` when SES is out of reach, busy, broken or does not let us in.
 */
export async function sendMail(
  { config }: MailContext,
  mail: OutgoingMail,
  timeoutMs: number = TIMEOUT_MS,
): Promise<{ messageId: string }> {
  if (!config.mail) throw new Refusal('unavailable');
  const { configurationSet } = config.mail;
  const { raw, sender, recipient } = await composeMail(config.mail, mail);
  const command = new SendRawEmailCommand({
    Source: sender,
    Destinations: [recipient],
    RawMessage: { Data: raw },
    Tags: Object.entries(mail.tags ?? {}).map(([Name, Value]) => ({ Name, Value })),
    ...(configurationSet !== null && { ConfigurationSetName: configurationSet }),
  });
  return { messageId: await sent(config.mail, command, timeoutMs) };
}

async function sent(
  config: MailConfig,
  command: SendRawEmailCommand,
  requestTimeout: number,
): Promise<string> {
  try {
    const { MessageId } = await clientOf(config).send(command, { requestTimeout });
    if (!MessageId) throw new Error('SES gave no MessageId');
    return MessageId;
  } catch (error) {
    if (error instanceof SESServiceException && isFinal(error)) {
      throw new MailProblem(error.name, error.message, { cause: error });
    }
    throw new Refusal('unavailable', { cause: error, retryAfterSeconds: 5 });
  }
}

/** What SES says of its own state, of our account or of our clock, and not of this mail. */
const passing =
  /^(?:Throttl|TooManyRequests|RequestLimit|SlowDown|RequestTimeout|RequestExpired|RequestTimeTooSkewed|LimitExceeded|AccountSendingPaused|ConfigurationSet)/;

function isFinal({ name, $metadata: { httpStatusCode: status = 0 } }: SESServiceException): boolean {
  // 401 and 403 speak of our key.
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status) && !passing.test(name);
}

function clientOf(config: MailConfig): SESClient {
  const known = clients.get(config);
  if (known) return known;
  const { region, accessKeyId, secretAccessKey, endpoint } = config;
  const client = new SESClient({
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Our own queue tries again.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: TIMEOUT_MS / 2, throwOnRequestTimeout: true },
    ...(endpoint !== null && { endpoint }),
  });
  clients.set(config, client);
  return client;
}
