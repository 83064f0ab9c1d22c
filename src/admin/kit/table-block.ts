import type { Cell } from './columns.ts';

/** A table of cells on a page. */
export interface TableBlock {
  readonly kind: 'table';
  readonly title: string;
  readonly head: readonly string[];
  /** Columns of numbers, by position. */
  readonly right?: readonly number[];
  readonly rows: readonly (readonly (Cell | null)[])[];
  readonly empty: string;
}
