import type { ActionContext, ActionRequest, ActionResponse, RecordJSON } from 'adminjs';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { Row } from '../kit/columns.ts';
import { readRow } from '../kit/read-rows.ts';
import type { SafeResource } from '../safe-resource.ts';

/** What every action is given, and what they all read of it. */

export interface Call {
  readonly ctx: Context;
  readonly request: ActionRequest;
  readonly resource: SafeResource;
  readonly context: ActionContext;
}
export type Handler = (call: Call) => Promise<ActionResponse>;

/** The record that AdminJS found for the action, as the role sees it now. */
export async function currentRow(ctx: Context, resource: SafeResource, context: ActionContext): Promise<Row> {
  const row = context.record ? await readRow(ctx, resource.definition, String(context.record.id())) : null;
  if (!row) throw new Refusal('not_found');
  return row;
}

export function recordJson(resource: SafeResource, row: Row, { currentAdmin }: ActionContext): RecordJSON {
  return { ...resource.record(row).toJSON(currentAdmin), title: resource.definition.title.of(row) };
}

/** The same under its whole name. */
export async function pageJson(ctx: Context, resource: SafeResource, row: Row, context: ActionContext) {
  const { title } = resource.definition;
  const record = recordJson(resource, row, context);
  return { ...record, title: (await title.inFull?.(ctx, row)) ?? record.title };
}

export function versionOf({ version }: Row): number | undefined {
  if (version === undefined || version === null || version === '') return undefined;
  const number = Number(version);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  const violations = [{ path: 'version', code: 'invalid_value', message: 'This is no version.' }];
  throw new Refusal('invalid', { violations });
}

/** Whether a form only asks what would happen. */
export function isPreview(preview: unknown): boolean {
  return preview === true || preview === 'true';
}
