/** What the panel's own API answers, as the pages read it. */

export interface Cell {
  readonly text: string;
  readonly href?: string;
  readonly isFile?: true;
  readonly tone?: 'good' | 'warn' | 'bad' | 'quiet' | 'plain';
  readonly hint?: string;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  readonly help?: string;
  readonly required: boolean;
  readonly maximumLength?: number;
  readonly options?: readonly (readonly [string, string])[];
  readonly reference?: string;
  readonly section?: string;
  readonly shownWhen?: { readonly field: string; readonly values: readonly string[]; readonly not?: boolean };
}

export type Values = Readonly<Record<string, unknown>>;

export interface FieldError {
  readonly type: string;
  readonly message: string;
  readonly by?: string;
  readonly version?: number;
  readonly theirs?: { readonly value: unknown; readonly text: string };
  readonly mine?: { readonly value: unknown; readonly text: string };
}
export type Errors = Readonly<Record<string, FieldError>>;

export interface Notice {
  readonly message: string;
  readonly type: 'success' | 'error' | 'info';
}

export interface TableBlock {
  readonly kind: 'table';
  readonly title: string;
  readonly head: readonly string[];
  readonly right?: readonly number[];
  readonly rows: readonly (readonly (Cell | null)[])[];
  readonly empty: string;
}
export interface TimelineEntry {
  readonly id: string;
  readonly at: Cell;
  readonly who: string;
  readonly what: string;
  readonly details: readonly string[];
  readonly kinds: readonly string[];
  readonly href?: string;
}
export interface TimelineBlock {
  readonly kind: 'timeline';
  readonly title: string;
  readonly kinds: readonly { readonly name: string; readonly label: string; readonly count: number }[];
  readonly entries: readonly TimelineEntry[];
  readonly beyond?: string;
  readonly empty: string;
}
export interface PicturesBlock {
  readonly kind: 'pictures';
  readonly title: string;
  readonly pictures: readonly { readonly label: string; readonly path: string }[];
  readonly note: string;
}
export interface FileBlock {
  readonly kind: 'file';
  readonly title: string;
  readonly documentId: string;
  readonly fileName: string;
  readonly contentType: string;
}
export interface UploadBlock extends Omit<TableBlock, 'kind'> {
  readonly kind: 'upload';
  readonly bookingId: string;
  readonly categories: readonly (readonly [string, string])[];
  readonly types: Readonly<Record<string, string>>;
  readonly largestBytes: number;
}
export type Block =
  | TableBlock
  | TimelineBlock
  | PicturesBlock
  | FileBlock
  | UploadBlock
  | { readonly kind: 'text'; readonly title: string; readonly text: string };

export interface Labelled {
  readonly label: string;
  readonly cell: Cell | null;
}

export interface FieldThen extends Labelled {
  readonly name: string;
  readonly isChanged: boolean;
  readonly now: Cell | null;
}

/** A record as it was right after an entry of its timeline. */
export interface Moment {
  readonly entry: TimelineEntry;
  readonly older: string | null;
  readonly newer: string | null;
  readonly sections: readonly { readonly title: string; readonly fields: readonly FieldThen[] }[];
  readonly blocks: readonly Block[];
  readonly notes: readonly string[];
}

/** How many there are: all of them, more than them, or about so many. */
export interface Count {
  readonly total: number;
  readonly counted: 'all' | 'more' | 'about';
}

/** A row of a list or of a chooser. */
export interface ListedRecord {
  readonly id: string;
  readonly title: string;
  readonly cells?: Readonly<Record<string, Cell | null>>;
}

export interface RecordJson {
  readonly id: string;
  readonly title: string;
  readonly params: Values;
  readonly errors: Errors;
  readonly baseError: { readonly message: string; readonly type: string } | null;
  readonly recordActions: readonly ActionJson[];
  readonly screen?: {
    readonly label: { readonly one: string; readonly many: string };
    readonly summary: readonly Labelled[];
    readonly sections: readonly {
      readonly title: string;
      readonly fields: readonly (Labelled & { name: string })[];
    }[];
    readonly blocks: readonly Block[];
  };
  readonly form?: {
    readonly fields: readonly FormField[];
    readonly values: Values;
    readonly version?: number;
    /** Whether to ask for warnings before saving. */
    readonly warns?: boolean;
    /** What a page of its own needs besides. */
    readonly facts?: object;
  };
  readonly verb?: {
    readonly title: string;
    readonly destructive: boolean;
    readonly fields: readonly FormField[];
    readonly values: Values;
    readonly version?: number;
    readonly consequences?: readonly string[];
    /** What to have in sight while the form is filled in. */
    readonly beside?: Block;
  };
  readonly keep?: { readonly label: string; readonly value: string };
  readonly moment?: Moment;
  /** What a verb shows of the record. */
  readonly shown?: object;
}

export interface ActionJson {
  readonly name: string;
  readonly variant?: string;
  readonly custom?: { readonly label?: string };
}

export interface ResourceJson {
  readonly id: string;
  readonly name: string;
  readonly href: string | null;
  readonly navigation: { readonly name: string; readonly icon: string } | null;
}

export interface Answer {
  /** What a new record would come to, when that was asked. */
  readonly consequences?: readonly string[];
  readonly notice?: Notice;
  readonly redirectUrl?: string;
  /** What to know before it is done. */
  readonly warnings?: readonly string[];
  readonly record?: RecordJson;
}
