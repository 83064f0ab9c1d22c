/** What the page of analytics answers. */

/** A figure as people read it. */
export interface Figure {
  readonly text: string;
  readonly href?: string;
  /** Of a rate: how much of the whole, in whole percent, for its bar. */
  readonly share?: number;
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  /** How many of the first say what the row is about; all others are numbers. */
  readonly names: number;
  /** Said above the rows when they are not all there are. */
  readonly more?: string;
  readonly rows: readonly (readonly Figure[])[];
  readonly total: readonly Figure[];
  readonly csv: string;
}

export interface Part {
  readonly title: string;
  /** What the figures mean, in a sentence. */
  readonly note: string;
  readonly cards: readonly { readonly label: string; readonly text: string; readonly hint?: string }[];
  readonly tables: readonly Table[];
  /** What to say when there is nothing. */
  readonly empty: string;
}

export interface Analytics {
  readonly from: string;
  readonly to: string;
  readonly words: string;
  readonly choices: readonly { readonly label: string; readonly from: string; readonly to: string }[];
  readonly parts: readonly Part[];
}
