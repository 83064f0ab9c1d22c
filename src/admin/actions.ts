import {
  type Action,
  type ActionContext,
  type ActionRequest,
  type ActionResponse,
  type BaseRecord,
  flat,
  type RecordJSON,
} from 'adminjs';
import type { Response } from 'express';
import type { Order, WhereOptions } from 'sequelize';
import { businessTimeInput } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal, type Violation } from '../errors.ts';
import { mayAct, mayWrite, type Role } from '../resources/_kit/policy.ts';
import { createRecord, deleteRecord, editRecord, isSameValue } from '../resources/_kit/write-record.ts';
import type { Row } from './kit/columns.ts';
import type { ResourceDefinition } from './kit/define-resource.ts';
import { type Form, type FormField, fieldsOf } from './kit/fields.ts';
import { readListQuery, searchWhere, sortOf } from './kit/list-query.ts';
import { readForm } from './kit/read-form.ts';
import { readPage } from './kit/read-page.ts';
import {
  cellsOf,
  foundFirst,
  keyOf,
  readableFields,
  readRow,
  readRows,
  recordPath,
  roleOf,
} from './kit/read-rows.ts';
import { formFrom, type Making, type UseCaseAction } from './kit/use-case-action.ts';
import { translated } from './panel-errors.ts';
import type { SafeResource } from './safe-resource.ts';
import { listScreen, recordScreen } from './screens.ts';
import type { CurrentStaff } from './session.ts';

/**
 * AdminJS's actions on a noun, each asked of its policy at once and synchronously, each with a handler of ours. What
 * AdminJS brings and the policy does not name is refused to everybody.
 */
export function actionsOf(definition: ResourceDefinition): Record<string, Partial<Action<ActionResponse>>> {
  const { policy } = definition.noun;
  const isAccessible: Action<ActionResponse>['isAccessible'] = ({ currentAdmin, action }) =>
    mayAct(policy, action.name, (currentAdmin as CurrentStaff | undefined)?.role ?? null);
  const own = (handler: Handler): Partial<Action<ActionResponse>> => ({
    isAccessible,
    handler: (request: ActionRequest, response: unknown, context: ActionContext) => {
      const ctx = (response as Response).locals.ctx as Context;
      const resource = context.resource as unknown as SafeResource;
      return translated(definition, ctx.clock.now(), () => handler({ ctx, request, resource, context }));
    },
  });
  const verbs = (definition.actions ?? []).map(
    (verb) => [verb.name, verbAction(verb, isAccessible, own)] as const,
  );
  return {
    list: { ...own(list), showFilter: false },
    show: own(show),
    search: own(search),
    new: own(definition.making ? make(definition.making) : create),
    edit: { ...own(edit), ...(definition.editor && { component: definition.editor.component }) },
    delete: { ...own(remove), guard: `Delete this ${definition.label.one.toLowerCase()}?` },
    bulkDelete: { isAccessible: false, isVisible: false },
    ...Object.fromEntries(verbs),
    ...(definition.asItWas && {
      asItWas: { ...own(asItWas), actionType: 'record', component: 'AsItWasPage' },
    }),
  };
}

interface Call {
  readonly ctx: Context;
  readonly request: ActionRequest;
  readonly resource: SafeResource;
  readonly context: ActionContext;
}
type Handler = (call: Call) => Promise<ActionResponse>;

const list: Handler = async ({ ctx, request, resource: { definition } }) => {
  const query = readListQuery(request.query ?? {});
  const { rows, total, counted, hasNext } = await readPage(ctx, definition, query);
  const cells = await cellsOf(ctx, definition, rows, definition.list);
  const sort = sortOf(definition, query);
  return {
    meta: {
      total,
      counted,
      hasNext,
      perPage: query.perPage,
      page: query.page,
      sortBy: definition.list.find((name) => definition.columns[name]?.sortBy === sort.by) ?? sort.by,
      direction: sort.direction,
    },
    records: rows.map((row, index) => ({ ...listed(definition, row), cells: cells[index] })),
    screen: listScreen(ctx, definition),
  };
};

const show: Handler = async ({ ctx, resource, context }) => {
  const row = await currentRow(ctx, resource, context);
  return {
    record: {
      ...(await pageJson(ctx, resource, row, context)),
      screen: await recordScreen(ctx, resource.definition, row),
    },
  };
};

/** The record after an entry of its timeline; without an entry the record alone, for AdminJS's frame of the page. */
const asItWas: Handler = async ({ ctx, request, resource, context }) => {
  if (request.method !== 'get') throw new Refusal('method_not_allowed');
  const row = await currentRow(ctx, resource, context);
  const record = recordJson(resource, row, context);
  const { entry } = request.query ?? {};
  if (typeof entry !== 'string') return { record };
  return { record: { ...record, moment: await resource.definition.asItWas?.(ctx, row, entry) } };
};

/** For choosers: what is called like that, by title. */
const search: Handler = async ({ ctx, request, resource: { definition } }) => {
  const role = roleOf(ctx);
  const { searchProperty } = request.query ?? {};
  const readable = readableFields(definition, role);
  if (searchProperty !== undefined && !readable.includes(String(searchProperty)))
    throw new Refusal('forbidden');
  const asked = readListQuery(request.query ?? {});
  for (const name of [asked.sortBy, ...Object.keys(asked.filters)]) {
    if (name !== undefined && !readable.includes(name.split('~~')[0] ?? '')) throw new Refusal('forbidden');
  }
  const typed = String(request.params.query ?? '')
    .slice(0, 200)
    .replaceAll('\0', '');
  const where: WhereOptions = searchWhere(definition, role, typed);
  const [by = keyOf(definition)] = definition.title.fields;
  // What is typed is found before it is sorted, as in a list (`read-page.ts`).
  const order: Order = [[typed.trim() === '' ? by : foundFirst(definition, by), 'ASC']];
  const rows = await readRows(ctx, definition, { where, order, limit: 50 });
  return {
    records: rows.map((row) => listed(definition, row)),
  };
};

const create: Handler = async ({ ctx, request, resource, context }) => {
  const { definition } = resource;
  const form = formOf(definition);
  if (request.method !== 'post')
    return {
      form: {
        fields: writableFields(definition, roleOf(ctx)),
        values: {},
        one: definition.label.one,
        warns: definition.warnings !== undefined,
      },
    };
  const { preview, ...given } = flat.unflatten(request.payload ?? {}) as Row;
  refuseUnwritable(definition, roleOf(ctx), given, null);
  const read = readForm(form, pick(given, Object.keys(form.shape)));
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  if (isPreview(preview)) return { warnings: (await definition.warnings?.(ctx, null, read.values)) ?? [] };
  const made = await createRecord(ctx, definition.noun, read.values);
  const id = String(made.get(keyOf(definition)));
  const row = (await readRow(ctx, definition, id)) ?? {};
  const outcome = await definition.created?.(ctx, row);
  return {
    redirectUrl: recordPath(definition.noun.policy.id, id),
    notice: { message: outcome?.message ?? `${definition.label.one} made.`, type: 'success' },
    record: { ...recordJson(resource, row, context), ...(outcome?.keep && { keep: outcome.keep }) },
  };
};

/** A making as an action: GET gives its form, POST with `preview` what it comes to, POST without makes it. */
function make(making: Making): Handler {
  return async ({ ctx, request, resource, context }) => {
    const { definition } = resource;
    const form = await formFrom(ctx, making.form);
    const about = {
      fields: fieldsOf(form),
      values: making.initial ?? {},
      one: definition.label.one,
      label: making.label ?? `Make the ${definition.label.one.toLowerCase()}`,
      destructive: making.destructive ?? false,
      isPreviewed: true,
    };
    if (request.method !== 'post') {
      const consequences = about.fields.length === 0 ? await making.preview(ctx, {}) : undefined;
      return { form: { ...about, consequences, below: (await making.below?.(ctx)) ?? [] } };
    }
    const { preview, ...given } = flat.unflatten(request.payload ?? {}) as Row;
    const read = readForm(form, given);
    if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
    if (preview === true || preview === 'true')
      return { consequences: await making.preview(ctx, read.values) };
    const outcome = await making.run(ctx, read.values);
    const row = (await readRow(ctx, definition, outcome.id)) ?? {};
    return {
      redirectUrl: recordPath(definition.noun.policy.id, outcome.id),
      notice: { message: outcome.message, type: 'success' },
      record: { ...recordJson(resource, row, context), ...(outcome.keep && { keep: outcome.keep }) },
    };
  };
}

const edit: Handler = async ({ ctx, request, resource, context }) => {
  const { definition } = resource;
  const form = formOf(definition);
  const row = await currentRow(ctx, resource, context);
  const id = String(row[keyOf(definition)]);
  if (request.method !== 'post') {
    const fields = writableFields(definition, roleOf(ctx));
    const values = formValues(row, fields);
    const warns = definition.warnings !== undefined;
    const facts = await definition.editor?.facts(ctx, row);
    return {
      record: {
        ...recordJson(resource, row, context),
        form: { fields, values, version: row.version, warns, ...(facts && { facts }) },
      },
    };
  }
  const { preview, ...given } = flat.unflatten(request.payload ?? {}) as Row;
  refuseUnwritable(definition, roleOf(ctx), given, row);
  const names = Object.keys(form.shape).filter(
    (name) => name in given && mayWrite(definition.noun.policy, name, roleOf(ctx)),
  );
  const read = readForm(form, { ...pick(row, Object.keys(form.shape)), ...pick(given, names) });
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  if (isPreview(preview)) {
    const warnings = (await definition.warnings?.(ctx, row, read.values)) ?? [];
    return { record: recordJson(resource, row, context), warnings };
  }
  const change = { id, version: versionOf(given), values: pick(read.values, names) };
  if (definition.changing) await definition.changing(ctx, change);
  else await editRecord(ctx, definition.noun, change);
  const fresh = await readRow(ctx, definition, id);
  return {
    redirectUrl: recordPath(definition.noun.policy.id, id),
    notice: { message: `${definition.label.one} saved.`, type: 'success' },
    record: recordJson(resource, fresh ?? row, context),
  };
};

const remove: Handler = async ({ ctx, request, resource, context }) => {
  if (request.method !== 'post') throw new Refusal('method_not_allowed');
  const { definition } = resource;
  const row = await currentRow(ctx, resource, context);
  await deleteRecord(ctx, definition.noun, String(row[keyOf(definition)]));
  return {
    redirectUrl: `/admin/resources/${definition.noun.policy.id}`,
    notice: { message: `${definition.label.one} deleted.`, type: 'success' },
    record: recordJson(resource, row, context),
  };
};

/** A use case as an action: GET gives its form, POST with `preview` its consequences, POST without does it. */
function verbAction(
  verb: UseCaseAction,
  isAccessible: Action<ActionResponse>['isAccessible'],
  own: (handler: Handler) => Partial<Action<ActionResponse>>,
): Partial<Action<ActionResponse>> {
  return {
    ...own(async ({ ctx, request, resource, context }) => {
      const row = await currentRow(ctx, resource, context);
      const record = await pageJson(ctx, resource, row, context);
      const form = verb.form && (await formFrom(ctx, verb.form));
      const about = {
        title: verb.label,
        destructive: verb.destructive ?? false,
        fields: form ? fieldsOf(form) : [],
        values: (await verb.initial?.(row, ctx)) ?? {},
        version: row.version,
      };
      if (request.method !== 'post') {
        const consequences = form ? [] : await verb.preview(ctx, row, {});
        const beside = await verb.beside?.(ctx, row);
        return { record: { ...record, verb: { ...about, consequences, ...(beside && { beside }) } } };
      }
      const { preview, version, ...given } = flat.unflatten(request.payload ?? {}) as Row;
      const read = form ? readForm(form, { ...about.values, ...given }) : { ok: true as const, values: {} };
      if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
      if (isPreview(preview)) {
        return {
          record: { ...record, verb: { ...about, consequences: await verb.preview(ctx, row, read.values) } },
        };
      }
      const outcome = await verb.run(ctx, row, read.values, versionOf({ version }));
      const fresh = await readRow(ctx, resource.definition, String(row[keyOf(resource.definition)]));
      return {
        ...(fresh && !outcome.keep && { redirectUrl: recordPath(resource.id(), outcome.goTo ?? record.id) }),
        ...(!fresh && { redirectUrl: `/admin/resources/${resource.id()}` }),
        notice: { message: outcome.message, type: 'success' as const },
        record: {
          ...recordJson(resource, fresh ?? row, context),
          ...(outcome.keep && { keep: outcome.keep }),
          ...(outcome.shown && { shown: outcome.shown }),
        },
      };
    }),
    name: verb.name,
    custom: { label: verb.label },
    actionType: 'record',
    icon: verb.icon,
    component: 'VerbPage',
    variant: verb.destructive ? 'danger' : 'default',
    isVisible: ({ record }) => verb.isOffered?.(rowIn(record)) ?? true,
    isAccessible: isAccessible ?? false,
  };
}

/** The record that AdminJS found for the action, as the role sees it now. */
async function currentRow(ctx: Context, resource: SafeResource, context: ActionContext): Promise<Row> {
  const row = context.record ? await readRow(ctx, resource.definition, String(context.record.id())) : null;
  if (!row) throw new Refusal('not_found');
  return row;
}

function recordJson(resource: SafeResource, row: Row, { currentAdmin }: ActionContext): RecordJSON {
  return { ...resource.record(row).toJSON(currentAdmin), title: resource.definition.title.of(row) };
}

/** The same under its whole name. */
async function pageJson(ctx: Context, resource: SafeResource, row: Row, context: ActionContext) {
  const { title } = resource.definition;
  const record = recordJson(resource, row, context);
  return { ...record, title: (await title.inFull?.(ctx, row)) ?? record.title };
}

/** What a list says of a row beside its cells: not the record, whose values and verbs weigh a hundred times as much. */
function listed(definition: ResourceDefinition, row: Row): { id: string; title: string } {
  return { id: String(row[keyOf(definition)]), title: definition.title.of(row) };
}

function rowIn(record: BaseRecord | undefined): Row {
  return record ? (flat.unflatten(record.params ?? {}) as Row) : {};
}

function formOf({ form }: ResourceDefinition): Form {
  if (!form) throw new Refusal('forbidden');
  return form;
}

function writableFields({ noun, form }: ResourceDefinition, role: Role) {
  return form ? fieldsOf(form).filter(({ name }) => mayWrite(noun.policy, name, role)) : [];
}

/** A row's values as the inputs of a form hold them. */
function formValues(row: Row, fields: readonly FormField[]): Row {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = row[name];
      return [name, value instanceof Date ? businessTimeInput(value) : value];
    }),
  );
}

/** What a form sends along with its fields. */
const quiet: readonly string[] = ['id', 'version', 'createdAt', 'updatedAt'];

/**
 * A write whose value for a field that the role may not write differs from the stored one is refused whole
 * (`rules.md` §7), and so is one that names what is no field.
 */
function refuseUnwritable(
  { noun, form }: ResourceDefinition,
  role: Role,
  given: Row,
  stored: Row | null,
): void {
  const violations: Violation[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (form && name in form.shape && mayWrite(noun.policy, name, role)) continue;
    if (quiet.includes(name) && (name === 'version' || isSameText(value, stored?.[name]))) continue;
    if (stored && name in stored && isSameText(value, stored[name])) continue;
    violations.push({ path: name, code: 'not_writable', message: 'You may not change this.' });
  }
  if (violations.length > 0) throw new Refusal('invalid', { violations });
}

/** As a form would send it back: numbers, instants and nothing as text, too. */
function isSameText(sent: unknown, stored: unknown): boolean {
  if (isSameValue(sent, stored) || isSameValue(sent === '' ? null : sent, stored)) return true;
  return typeof sent === 'string' && JSON.stringify(stored ?? null).replace(/^"|"$/g, '') === sent;
}

function versionOf({ version }: Row): number | undefined {
  if (version === undefined || version === null || version === '') return undefined;
  const number = Number(version);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  const violations = [{ path: 'version', code: 'invalid_value', message: 'This is no version.' }];
  throw new Refusal('invalid', { violations });
}

/** Whether a form only asks what would happen. */
function isPreview(preview: unknown): boolean {
  return preview === true || preview === 'true';
}

function pick(from: Row, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}
