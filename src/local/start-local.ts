import { join, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config, FilesConfig, MailConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { startMailStandIn } from './mail/start.ts';
import { startOnfleetStandIn } from './onfleet/start.ts';
import { startLocalPostgres } from './postgres/launch.ts';
import { startS3StandIn } from './s3/start.ts';
import { shareStandIn } from './share-stand-in.ts';
import { startStripeStandIn } from './stripe/start.ts';

/** What stands in for the outside on a developer's machine, and the configuration that points at it. */
export interface LocalMachine {
  readonly config: Config;
  /** Base URLs for `GET /local`; `null` where the real service is configured. */
  readonly standIns: Readonly<Record<string, string | null>>;
  /** The application can be called: what stand-ins owe it goes out. */
  webIsUp(): void;
  stopStandIns(): Promise<void>;
  /** After everything else. */
  stopPostgres(): Promise<void>;
}

const WEBHOOK_SECRET = 'whsec_local_mode_only';
/** As Onfleet gives it: bytes in hex. */
const ONFLEET_SECRET = '00112233445566778899aabbccddeeff';
/** What an installation makes webhooks for (docs/operations.md). */
const toldTriggers = [
  'taskStarted',
  'taskEta',
  'taskArrival',
  'taskCompleted',
  'taskFailed',
  'taskAssigned',
  'taskUnassigned',
] as const;

/**
 * Starts a stand-in for whatever is not configured (`rules.md` §9). Its data stay in `DATA_DIR`. Whether a window of a task
 * has passed is judged by business time, as we do; the others live in real time.
 */
export async function startLocal(
  config: Config,
  log: Logger,
  clock: Clock,
  webAddress: () => string | null,
): Promise<LocalMachine> {
  const directory = resolve(config.dataDirectory);
  const webhookUrl = (source: string): string | null => {
    const address = webAddress();
    return address === null ? null : `${address}/webhooks/${source}`;
  };
  const say = (part: string) => (words: string) => log.info({ part }, words);
  const postgres =
    config.databaseUrl === null
      ? await startLocalPostgres({ directory: join(directory, 'postgres'), log: say('postgres') })
      : null;
  await postgres?.ensureDatabase('totetaxi');
  const stripe =
    config.stripe === null
      ? await shareStandIn({
          name: 'Stripe',
          directory: join(directory, 'stripe'),
          log: say('stripe'),
          start: () =>
            startStripeStandIn({
              directory: join(directory, 'stripe'),
              webhook: { url: () => webhookUrl('stripe'), secret: WEBHOOK_SECRET },
              log: say('stripe'),
            }),
        })
      : null;
  const onfleet =
    config.onfleet === null
      ? await shareStandIn({
          name: 'Onfleet',
          directory: join(directory, 'onfleet'),
          log: say('onfleet'),
          start: () =>
            startOnfleetStandIn({
              directory: join(directory, 'onfleet'),
              webhook: { url: () => webhookUrl('onfleet'), secret: ONFLEET_SECRET, triggers: toldTriggers },
              now: () => clock.now().getTime(),
              log: say('onfleet'),
            }),
        })
      : null;
  const mail =
    config.mail === null
      ? await shareStandIn({
          name: 'mail',
          directory: join(directory, 'mail'),
          log: say('mail'),
          start: () =>
            startMailStandIn({
              directory: join(directory, 'mail'),
              webhook: { url: () => webhookUrl('ses') },
              log: say('mail'),
            }),
        })
      : null;
  const s3 =
    config.files === null
      ? await shareStandIn({
          name: 'S3',
          directory: join(directory, 's3'),
          log: say('s3'),
          start: () =>
            startS3StandIn({
              directory: join(directory, 's3'),
              origins: [new URL(config.publicUrl).origin, ...config.corsOrigins],
              log: say('s3'),
            }),
        })
      : null;
  return {
    config: {
      ...config,
      databaseUrl: postgres?.url('totetaxi') ?? config.databaseUrl,
      stripe: stripe
        ? {
            secretKey: 'sk_test_local',
            publishableKey: 'pk_test_local',
            webhookSecret: WEBHOOK_SECRET,
            apiBase: stripe.baseUrl,
          }
        : config.stripe,
      onfleet: onfleet
        ? {
            apiKey: 'local-onfleet-key',
            webhookSecret: ONFLEET_SECRET,
            apiBase: `${onfleet.baseUrl}/api/v2`,
            uploadsBase: `${onfleet.baseUrl}/uploads`,
          }
        : config.onfleet,
      mail: mail ? mailOf(mail.baseUrl) : config.mail,
      files: s3 ? filesOf(s3.baseUrl) : config.files,
    },
    standIns: {
      stripe: stripe?.baseUrl ?? null,
      onfleet: onfleet?.baseUrl ?? null,
      mail: mail?.baseUrl ?? null,
      s3: s3?.baseUrl ?? null,
    },
    webIsUp() {
      stripe?.deliver();
      onfleet?.deliver();
      mail?.deliver();
    },
    async stopStandIns() {
      await Promise.all([stripe?.close(), onfleet?.close(), mail?.close(), s3?.close()]);
    },
    async stopPostgres() {
      await postgres?.stop();
    },
  };
}

function mailOf(baseUrl: string): MailConfig {
  return {
    region: 'us-east-1',
    accessKeyId: 'local-ses-key',
    secretAccessKey: 'local-ses-secret',
    endpoint: baseUrl,
    from: 'ToteTaxi <hello@totetaxi.test>',
    replyTo: null,
    unsubscribeAddress: null,
    configurationSet: null,
    topicArn: 'arn:aws:sns:us-east-1:000000000000:totetaxi-mail',
    snsHost: baseUrl,
  };
}

function filesOf(baseUrl: string): FilesConfig {
  return {
    bucket: 'totetaxi-files',
    region: 'us-east-1',
    accessKeyId: 'local-s3-key',
    secretAccessKey: 'local-s3-secret',
    endpoint: baseUrl,
    publicEndpoint: null,
    forcePathStyle: true,
  };
}
