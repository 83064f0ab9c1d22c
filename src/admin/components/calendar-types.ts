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

export interface DayCell {
  readonly text: string;
  readonly specialty: string | null;
  readonly state: 'room' | 'full' | 'closed' | 'overfull';
  readonly share: number;
  readonly hasNote: boolean;
  readonly label: string;
}

export interface Ride {
  readonly bookingId: string;
  readonly purpose: string;
  readonly number: Cell;
  readonly facts: readonly Labelled[];
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
