import type { Child } from './children.ts';

/** What every measure works on: the application on a database of some size, and how long to ask it. */
export interface Scene {
  readonly app: Child;
  readonly databaseUrl: string;
  /** What the application was started with, for measures that start one of their own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bookings in the database at the start. */
  readonly size: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly say: (words: string) => void;
}
