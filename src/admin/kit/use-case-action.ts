import type { Context } from '../../context.ts';
import type { Row } from './columns.ts';
import type { Form } from './fields.ts';
import type { FileBlock } from './file-block.ts';
import type { TableBlock } from './table-block.ts';

/** What a person is told after a verb. */
export interface Outcome {
  readonly message: string;
  /** Something to keep, shown once (a link to hand on). */
  readonly keep?: { readonly label: string; readonly value: string };
  /** What the page that asked shows of it. */
  readonly shown?: object;
  /** The record to go on with, where it is another one of the same noun. */
  readonly goTo?: string;
}

/** A form, or how it is made of what is in force at the moment (the choices of the catalogue). */
export type FormSource = Form | ((ctx: Context) => Promise<Form>);

export async function formFrom(ctx: Context, source: FormSource): Promise<Form> {
  return typeof source === 'function' ? source(ctx) : source;
}

/** How a record is made where that is a use case of its own: a form, a preview of what it comes to, a result. */
interface Make<Values> {
  /** Without a field the person only confirms. */
  readonly form: FormSource;
  /** What the fields begin with. */
  readonly initial?: Readonly<Record<string, unknown>>;
  /** What its last button says, where “make” is not the word. */
  readonly label?: string;
  /** Set apart, since it takes away what does not come back. */
  readonly destructive?: boolean;
  /** What to have in sight below. */
  below?(ctx: Context): Promise<readonly TableBlock[]>;
  /** What will be made, in sentences. */
  preview(ctx: Context, values: Values): Promise<readonly string[]>;
  /** Calls the use case. Refusals are told at their fields. */
  run(ctx: Context, values: Values): Promise<Outcome & { readonly id: string }>;
}

export type Making = Make<Readonly<Record<string, unknown>>>;

/** Types a making by its form. */
export function makingOf<Values extends object>(making: Make<Values>): Making {
  return making as unknown as Making;
}

interface Verb<Values> {
  /** Its name in the panel's API and in the policy's `actions`. */
  readonly name: string;
  readonly label: string;
  readonly icon: string;
  /** What is filled in; without it the person only confirms. */
  readonly form?: FormSource;
  /** Set apart and asked twice. */
  readonly destructive?: boolean;
  /** Whether it makes sense for a record as the role sees it. Not a permission: the use case asks that itself. */
  isOffered?(row: Row): boolean;
  /** What the fields begin with. */
  initial?(
    row: Row,
    ctx: Context,
  ): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  /** What to have in sight while the form is filled in. */
  beside?(ctx: Context, row: Row): Promise<FileBlock | null>;
  /** What will happen, in sentences, before it does. */
  preview(ctx: Context, row: Row, values: Values): Promise<readonly string[]>;
  /** Calls the use case. Refusals are told at their fields. */
  run(ctx: Context, row: Row, values: Values, version: number | undefined): Promise<Outcome>;
}

/** A verb on one record: a form made from a schema, a preview of its consequences, a result. Done by POST alone. */
export type UseCaseAction = Verb<Readonly<Record<string, unknown>>>;

/** Types a verb by its form. */
export function useCaseAction<Values extends object>(verb: Verb<Values>): UseCaseAction {
  return verb as unknown as UseCaseAction;
}
