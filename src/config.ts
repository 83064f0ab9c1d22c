import { type Environment, environmentSchema, type Lane, requiredInProduction } from './environment.ts';

/**
 * The only reader of the environment. `APP_MODE=local` (the default without `DATABASE_URL`) fills in what is missing
 * with stand-ins; `production` refuses to start and lists everything missing (`rules.md` §9).
 */

export type Mode = 'local' | 'production';
export type Role = 'web' | 'worker' | 'all';

export interface StripeConfig {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly webhookSecret: string;
  /** Base URL of the API; `null` is Stripe's own. */
  readonly apiBase: string | null;
}

export interface OnfleetConfig {
  readonly apiKey: string;
  /** Hex, as Onfleet gives it. */
  readonly webhookSecret: string;
  /** With its version: `https://onfleet.com/api/v2`. */
  readonly apiBase: string;
  /** Where photos and signatures lie, by their id. */
  readonly uploadsBase: string;
}

export interface MailConfig {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Base URL of the API; `null` is Amazon's own. */
  readonly endpoint: string | null;
  /** `Name <address>`. */
  readonly from: string;
  readonly replyTo: string | null;
  /** Where people may also unsubscribe by mail: somebody reads it. */
  readonly unsubscribeAddress: string | null;
  readonly configurationSet: string | null;
  /** Of the SNS topic that tells what becomes of mails. */
  readonly topicArn: string;
  /** Base URL of a stand-in's topic, trusted beside Amazon's; `null` outside local mode. */
  readonly snsHost: string | null;
}

export interface FilesConfig {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Base URL of the API; `null` is Amazon's own. */
  readonly endpoint: string | null;
  /** The same as browsers reach it; `null` where that is no other. */
  readonly publicEndpoint: string | null;
  /** The bucket in the path instead of in the host. */
  readonly forcePathStyle: boolean;
}

export interface Config {
  readonly mode: Mode;
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
  readonly dataDirectory: string;
  readonly logLevel: string;
  /** `null` in local mode until the embedded server is up. */
  readonly databaseUrl: string | null;
  readonly databasePoolSize: number;
  readonly redisUrl: string | null;
  /** What a worker works; all lanes need one somewhere. */
  readonly workerLanes: readonly Lane[];
  /** `null` in local mode until the stand-in is up. */
  readonly stripe: StripeConfig | null;
  /** `null` in local mode until the stand-in is up. */
  readonly onfleet: OnfleetConfig | null;
  /** `null` in local mode until the stand-in is up. */
  readonly mail: MailConfig | null;
  /** `null` in local mode until the stand-in is up. */
  readonly files: FilesConfig | null;
  /** Signs booking tokens and digests of personal values. */
  readonly sessionSecret: string;
  readonly rateLimits: boolean;
  readonly trustedProxies: number;
  readonly corsOrigins: readonly string[];
  /** Whether web processes serve the staff panel beside the API. */
  readonly panel: boolean;
  readonly seed: 'demo' | 'reference' | 'none';
  readonly demoPassword: string;
  /** Where to protect `/metrics` outside local mode; `null` closes it. */
  readonly metricsToken: string | null;
  /** Local mode only: the named point at which this process kills itself, for the crash proofs. */
  readonly crashAt: string | null;
}

/** A start that must not happen, with one list of everything wrong. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** `DATABASE_URL` alone, for commands that need nothing else. Throws `ConfigurationError` when it is missing. */
export function loadDatabaseUrl(): string {
  const { databaseUrl } = loadConfig({ ...process.env, APP_MODE: 'local' });
  if (databaseUrl === null) throw new ConfigurationError(['DATABASE_URL is missing']);
  return databaseUrl;
}

/** Reads and checks the environment. Throws `ConfigurationError` naming every problem at once. */
export function loadConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const values = parsed.data;
  const mode: Mode = values.APP_MODE ?? (values.DATABASE_URL ? 'production' : 'local');
  if (mode === 'production') refuseIncomplete(values);
  const local = mode === 'local';
  return {
    mode,
    port: values.PORT,
    host: values.HOST ?? (local ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    dataDirectory: values.DATA_DIR,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL ?? null,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    workerLanes: values.WORKER_LANES,
    redisUrl: values.REDIS_URL ?? null,
    stripe: stripeConfig(values),
    onfleet: onfleetConfig(values),
    mail: mailConfig(values),
    files: filesConfig(values),
    // Local mode has no secret to keep: a fixed one lets booking links survive a restart.
    sessionSecret: values.SESSION_SECRET ?? 'local-mode-only-session-secret-0000000000',
    rateLimits: values.RATE_LIMITS ?? !local,
    trustedProxies: values.TRUSTED_PROXIES,
    corsOrigins: values.CORS_ORIGINS.split(',').flatMap((origin) => origin.trim() || []),
    panel: values.PANEL,
    seed: values.SEED ?? (local ? 'demo' : 'none'),
    demoPassword: values.DEMO_PASSWORD,
    metricsToken: values.METRICS_TOKEN ?? null,
    crashAt: local ? (values.CRASH_AT ?? null) : null,
  };
}

function refuseIncomplete(values: Environment): void {
  const problems = requiredInProduction
    .filter((name) => values[name] === undefined)
    .map((name) => `${name} is missing`);
  if (values.SEED === 'demo') problems.push('SEED=demo is for local mode only');
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function onfleetConfig(values: Environment): OnfleetConfig | null {
  const { ONFLEET_API_KEY: apiKey, ONFLEET_WEBHOOK_SECRET: webhookSecret } = values;
  if (!apiKey) return null;
  return {
    apiKey,
    webhookSecret: webhookSecret ?? '',
    apiBase: values.ONFLEET_API_BASE,
    uploadsBase: values.ONFLEET_UPLOADS_BASE,
  };
}

function mailConfig(values: Environment): MailConfig | null {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, SES_FROM: from } = values;
  if (!accessKeyId || !secretAccessKey || !from) return null;
  return {
    region: values.AWS_REGION,
    accessKeyId,
    secretAccessKey,
    endpoint: null,
    from,
    replyTo: values.SES_REPLY_TO ?? null,
    unsubscribeAddress: values.SES_UNSUBSCRIBE_ADDRESS ?? null,
    configurationSet: values.SES_CONFIGURATION_SET ?? null,
    topicArn: values.SES_TOPIC_ARN ?? '',
    snsHost: null,
  };
}

function filesConfig(values: Environment): FilesConfig | null {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    S3_BUCKET: bucket,
  } = values;
  if (!accessKeyId || !secretAccessKey || !bucket) return null;
  return {
    bucket,
    region: values.S3_REGION ?? values.AWS_REGION,
    accessKeyId,
    secretAccessKey,
    endpoint: values.S3_ENDPOINT ?? null,
    publicEndpoint: values.S3_PUBLIC_ENDPOINT ?? null,
    forcePathStyle: values.S3_FORCE_PATH_STYLE,
  };
}

function stripeConfig(values: Environment): StripeConfig | null {
  if (!values.STRIPE_SECRET_KEY) return null;
  return {
    secretKey: values.STRIPE_SECRET_KEY,
    publishableKey: values.STRIPE_PUBLISHABLE_KEY ?? '',
    webhookSecret: values.STRIPE_WEBHOOK_SECRET ?? '',
    apiBase: values.STRIPE_API_BASE ?? null,
  };
}
