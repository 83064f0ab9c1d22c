import type { Cell } from './types.ts';

/** What the dispatch board's page answers. */

/** A stop as its card shows it. */
export interface Stop {
  readonly id: string;
  readonly leg: string;
  readonly href: string;
  readonly window: string;
  readonly status: string;
  readonly state: Cell;
  readonly number: Cell;
  readonly customer: string;
  readonly place: string;
  readonly van: string | null;
  readonly driverId: string | null;
  /** `Expected 11:20 am`, `Arrived 11:05 am`; of what is over, when that was. */
  readonly time: string | null;
  readonly late: string | null;
  /** What keeps it from being given to a driver. */
  readonly trouble: string | null;
  readonly mayGive: boolean;
}

export interface Lane {
  /** The driver, or `null` for what waits for one. */
  readonly id: string | null;
  readonly name: string;
  readonly hint: string;
  readonly cards: readonly Stop[];
}

export interface Board {
  readonly title: string;
  readonly day: string;
  readonly previous: string;
  readonly next: string;
  readonly today: string;
  readonly total: number;
  readonly late: number;
  readonly states: readonly { readonly status: string; readonly label: string; readonly count: number }[];
  readonly lanes: readonly Lane[];
  readonly drivers: readonly { readonly id: string; readonly name: string }[];
}
