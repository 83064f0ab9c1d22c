import type { Cell } from './types.ts';

/** What the dispatch board's page answers. */

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
  readonly time: string | null;
  readonly late: string | null;
  readonly trouble: string | null;
  readonly mayGive: boolean;
}

export interface Lane {
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
