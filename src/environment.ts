import { z } from 'zod';

/** Queues apart from one another: who is slow makes only its own lane wait. */
export const laneNames = ['main', 'road', 'mail', 'files'] as const;
export type Lane = (typeof laneNames)[number];

const text = z.string().trim().min(1);
const flag = z
  .enum(['on', 'off', 'true', 'false', '1', '0'])
  .transform((value) => ['on', 'true', '1'].includes(value));

/** Every variable that the application knows, with what it is where nobody sets it. */
export const environmentSchema = z.object({
  APP_MODE: z.enum(['local', 'production']).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: text.optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: text.default('./var'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(8),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  WORKER_LANES: z
    .string()
    .transform((value) => value.split(',').map((lane) => lane.trim()))
    .pipe(z.array(z.enum(laneNames)).min(1))
    .default([...laneNames]),
  STRIPE_SECRET_KEY: text.optional(),
  STRIPE_PUBLISHABLE_KEY: text.optional(),
  STRIPE_WEBHOOK_SECRET: text.optional(),
  STRIPE_API_BASE: z.url().optional(),
  ONFLEET_API_KEY: text.optional(),
  ONFLEET_WEBHOOK_SECRET: z
    .string()
    .regex(/^([0-9a-f]{2}){16,}$/i, 'It is hexadecimal, at least 16 bytes.')
    .optional(),
  ONFLEET_API_BASE: z.url().default('https://onfleet.com/api/v2'),
  ONFLEET_UPLOADS_BASE: z.url().default('https://d15p8tr8p0vffz.cloudfront.net'),
  AWS_REGION: text.default('us-east-1'),
  AWS_ACCESS_KEY_ID: text.optional(),
  AWS_SECRET_ACCESS_KEY: text.optional(),
  SES_FROM: text.optional(),
  SES_REPLY_TO: text.optional(),
  SES_UNSUBSCRIBE_ADDRESS: z.email().optional(),
  SES_CONFIGURATION_SET: text.optional(),
  SES_TOPIC_ARN: text.optional(),
  S3_BUCKET: text.optional(),
  S3_REGION: text.optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_PUBLIC_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_FORCE_PATH_STYLE: flag.default(false),
  SESSION_SECRET: text.min(32).optional(),
  JWT_SECRET: text.min(32).optional(),
  RATE_LIMITS: flag.optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  CORS_ORIGINS: z.string().default(''),
  PANEL: flag.default(true),
  SEED: z.enum(['demo', 'reference', 'none']).optional(),
  DEMO_PASSWORD: text.min(8).default('totetaxi-demo'),
  METRICS_TOKEN: text.optional(),
  CRASH_AT: text.optional(),
});

export type Environment = z.infer<typeof environmentSchema>;

/** What production cannot start without. */
export const requiredInProduction = [
  'DATABASE_URL',
  'PUBLIC_URL',
  'SESSION_SECRET',
  'JWT_SECRET',
  'STRIPE_SECRET_KEY',
  'STRIPE_PUBLISHABLE_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'ONFLEET_API_KEY',
  'ONFLEET_WEBHOOK_SECRET',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'SES_FROM',
  'SES_TOPIC_ARN',
  'S3_BUCKET',
] as const satisfies readonly (keyof Environment)[];
