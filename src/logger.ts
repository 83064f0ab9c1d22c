import { pino } from 'pino';
import type { Config } from './config.ts';

type Write = (facts: object, words: string) => void;
type Level = 'debug' | 'info' | 'warn' | 'error';

/** What the application logs with: facts, then words. */
export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** One whose lines carry these facts, too. */
  child(facts: object): Logger;
  isLevelEnabled(level: Level): boolean;
}

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

/** A child that is made with its first line: most requests write none, and making it costs more than answering (ADR 14). */
export class LazyLogger implements Logger {
  readonly #parent: Logger;
  readonly #facts: object;
  #own: Logger | undefined;

  constructor(parent: Logger, facts: object) {
    this.#parent = parent;
    this.#facts = facts;
  }

  debug(facts: object, words: string): void {
    this.#made().debug(facts, words);
  }

  info(facts: object, words: string): void {
    this.#made().info(facts, words);
  }

  warn(facts: object, words: string): void {
    this.#made().warn(facts, words);
  }

  error(facts: object, words: string): void {
    this.#made().error(facts, words);
  }

  child(facts: object): Logger {
    return new LazyLogger(this.#parent, { ...this.#facts, ...facts });
  }

  isLevelEnabled(level: Level): boolean {
    return this.#parent.isLevelEnabled(level);
  }

  #made(): Logger {
    this.#own ??= this.#parent.child(this.#facts);
    return this.#own;
  }
}
