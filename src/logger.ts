import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/** Structured JSON lines on standard error, without personal data: identifiers only, never bodies or queries. */
export function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'password', 'accessToken', 'clientSecret'],
    },
    pino.destination(2),
  );
}
