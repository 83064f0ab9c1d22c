import type { WhereOptions } from 'sequelize';
import type { Context } from '../../context.ts';
import type { Role } from '../../resources/_kit/policy.ts';
import type { WritableNoun } from '../../resources/_kit/write-record.ts';
import type { NavigationGroup } from '../navigation.ts';
import type { Cell, Column, Row } from './columns.ts';
import type { FieldSql } from './csv-sql.ts';
import type { Form } from './fields.ts';
import type { FileBlock } from './file-block.ts';
import type { TableBlock } from './table-block.ts';
import type { Making, Outcome, UseCaseAction } from './use-case-action.ts';

/** One thing that happened, as far as the role may read it. */
export interface TimelineEntry {
  readonly id: string;
  readonly at: Cell;
  readonly who: string;
  readonly what: string;
  readonly details: readonly string[];
  /** The kinds, by name, that it is found under. */
  readonly kinds: readonly string[];
  /** Where the record is shown as it was then. */
  readonly href?: string;
}

/** Everything that happened to a record, newest first, filtered by kind on the screen. */
export interface TimelineBlock {
  readonly kind: 'timeline';
  readonly title: string;
  /** The kinds there are, in order, with how many entries each has. */
  readonly kinds: readonly { readonly name: string; readonly label: string; readonly count: number }[];
  readonly entries: readonly TimelineEntry[];
  /** What is older than the entries, in words. */
  readonly beyond?: string;
  readonly empty: string;
}

/** Pictures that are fetched when somebody asks to see them, by their paths in the panel's API. */
export interface PicturesBlock {
  readonly kind: 'pictures';
  readonly title: string;
  readonly pictures: readonly { readonly label: string; readonly path: string }[];
  readonly note: string;
}

/** A record's documents, and where more of them are uploaded. */
export interface UploadBlock extends Omit<TableBlock, 'kind'> {
  readonly kind: 'upload';
  readonly bookingId: string;
  /** Values and their words, in order. */
  readonly categories: readonly (readonly [string, string])[];
  /** Endings of names and the types that they are. */
  readonly types: Readonly<Record<string, string>>;
  readonly largestBytes: number;
}

/** A part of a record's page below its fields. */
export type Block =
  | TableBlock
  | TimelineBlock
  | PicturesBlock
  | FileBlock
  | UploadBlock
  | { readonly kind: 'text'; readonly title: string; readonly text: string };

/** A field as it was, beside what it is now where that is something else. */
export interface FieldThen {
  readonly name: string;
  readonly label: string;
  readonly cell: Cell | null;
  readonly isChanged: boolean;
  readonly now: Cell | null;
}

/** A record as it was right after an entry of its timeline: to be looked at only. */
export interface Moment {
  readonly entry: TimelineEntry;
  readonly older: string | null;
  readonly newer: string | null;
  readonly sections: readonly { readonly title: string; readonly fields: readonly FieldThen[] }[];
  readonly blocks: readonly Block[];
  /** What the log cannot tell, in sentences. */
  readonly notes: readonly string[];
}

/** Fields that belong together on a record's page. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
}

/** A named selection of a list, one click away. */
export interface View {
  readonly label: string;
  where(ctx: Context): WhereOptions;
  readonly sort?: Sort;
}

export interface Sort {
  readonly by: string;
  readonly direction: 'asc' | 'desc';
}

/** One thing at the top of a record's page. */
export interface Card {
  readonly label: string;
  readonly cell: Cell | null;
}

/** What a person changed of a record, and the version that they read. */
export interface Change {
  readonly id: string;
  readonly version: number | undefined;
  readonly values: Row;
}

/**
 * A table that keeps the columns of `search` and `searchExact` by the row's key, for a noun that changes often: an index of
 * words costs each change of the rows that it stands on, whatever is changed.
 */
export interface SearchTable {
  readonly name: string;
  readonly key: string;
  /** Its columns as `word_parts` takes them, which has an index. */
  readonly parts: string;
}

/** The panel's face of a noun: everything about its screens, nothing about its rules. */
export interface ResourceDefinition {
  readonly noun: WritableNoun;
  /** `{ one: 'Payment', many: 'Payments' }` */
  readonly label: { readonly one: string; readonly many: string };
  readonly group: NavigationGroup;
  /** A name of the design system's icons. */
  readonly icon: string;
  /** What a record is called, from fields that everyone who sees it may read. */
  readonly title: {
    readonly fields: readonly string[];
    of(row: Row): string;
    /** The same in SQL, for exports of what refers to it; without it the first field says it all. */
    readonly sql?: (of: FieldSql) => string;
    /** Who reads it where others refer to it, though nothing else of the record. */
    readonly knownTo?: readonly Role[];
    /** On its own pages, where what it belongs to is part of its name. */
    inFull?(ctx: Context, row: Row): Promise<string>;
  };
  readonly columns: Readonly<Record<string, Column>>;
  readonly list: readonly string[];
  readonly sections: readonly Section[];
  /** Columns offered as filters. */
  readonly filters: readonly string[];
  /** Fields that the search box looks into, as far as the role may read them. */
  readonly search: readonly string[];
  /** Fields that it compares as a whole: ids that people paste. Each has an index. */
  readonly searchExact?: readonly string[];
  /**
   * Fields of `search` with an index of whole values: what text would be stored as, or `null` when it is no whole value. Text
   * that is one is looked for nowhere else.
   */
  readonly searchWhole?: Readonly<Record<string, (typed: string) => string | null>>;
  readonly searchTable?: SearchTable;
  readonly searchWords?: string;
  readonly sort: Sort;
  readonly views?: Readonly<Record<string, View>>;
  /** Rows that belong to this screen. */
  readonly scope?: WhereOptions;
  /** What is filled in to make or change one. */
  readonly form?: Form;
  /** How one is changed where that is a use case of its own. */
  readonly changing?: (ctx: Context, change: Change) => Promise<void>;
  /** A page of its own to change one on, in place of the form, and what it needs besides. */
  readonly editor?: { readonly component: string; facts(ctx: Context, row: Row): Promise<object> };
  /** What to know before one is made or changed; told, and asked once more, only when there is something. */
  readonly warnings?: (ctx: Context, before: Row | null, values: Row) => Promise<readonly string[]>;
  /** How one is made where that is a use case of its own, in place of `form`. */
  readonly making?: Making;
  /** What is done with a new one right after, and told. */
  readonly created?: (ctx: Context, row: Row) => Promise<Outcome>;
  readonly actions?: readonly UseCaseAction[];
  /** Cards at the top of a record's page: who, when, where, how much, what next. */
  readonly summary?: (row: Row, now: Date, ctx: Context) => readonly Card[] | Promise<readonly Card[]>;
  /** Blocks below, for what the role may read. */
  readonly blocks?: (ctx: Context, row: Row) => Promise<readonly Block[]>;
  /** The record as it was after an entry of its timeline. Throws `not_found` for an entry that the role does not see there. */
  readonly asItWas?: (ctx: Context, row: Row, entryId: string) => Promise<Moment>;
  /** What to do when there is none. */
  readonly empty: string;
}

export function defineResource(definition: ResourceDefinition): ResourceDefinition {
  return definition;
}
