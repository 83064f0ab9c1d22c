import type { Cell, FormField, Labelled, Values } from './types.ts';

/** What the calendar's page answers. */

export interface DayHead {
  readonly day: string;
  readonly weekday: string;
  readonly number: string;
  readonly words: string;
  readonly isToday: boolean;
  readonly isWeekend: boolean;
  readonly isOutside: boolean;
}

/** A van on a day as the grid shows it. */
export interface DayCell {
  readonly text: string;
  readonly specialty: string | null;
  readonly state: 'room' | 'full' | 'closed' | 'overfull';
  /** How full, in whole percent. */
  readonly share: number;
  readonly hasNote: boolean;
  /** All of it in words, for who hears the grid. */
  readonly label: string;
}

/** A booking in an opened day. */
export interface Ride {
  readonly bookingId: string;
  readonly purpose: 'ride' | 'move';
  readonly number: Cell;
  readonly facts: readonly Labelled[];
  /** The other vans of the day, for who may move it. */
  readonly vans: readonly {
    readonly vanId: string;
    readonly name: string;
    readonly room: string;
    readonly refusal: string | null;
  }[];
}

export interface Opened {
  readonly vanId: string;
  readonly day: string;
  readonly title: string;
  readonly load: string;
  readonly note: string;
  readonly isOverfull: boolean;
  readonly bookingsHref: string;
  readonly rides: readonly Ride[];
  /** What the office may change of the day. */
  readonly form: {
    readonly fields: readonly FormField[];
    readonly values: Values;
    readonly scheduleId: string | null;
    readonly version: number | null;
  } | null;
}

export interface Month {
  readonly title: string;
  readonly month: string;
  readonly previous: string;
  readonly next: string;
  readonly thisMonth: string;
  readonly days: readonly DayHead[];
  readonly vans: readonly {
    readonly id: string;
    readonly name: string;
    readonly cells: readonly DayCell[];
  }[];
  readonly opened: Opened | null;
  readonly bulk: { readonly fields: readonly FormField[]; readonly values: Values } | null;
}

export type Undo = Values;
