import { flat } from 'adminjs';
import { businessTimeInput } from '../../clock.ts';
import { Refusal, type Violation } from '../../errors.ts';
import { mayWrite, type Role } from '../../resources/_kit/policy.ts';
import { createRecord, deleteRecord, editRecord, isSameValue } from '../../resources/_kit/write-record.ts';
import type { Row } from '../kit/columns.ts';
import type { ResourceDefinition } from '../kit/define-resource.ts';
import { type Form, type FormField, fieldsOf } from '../kit/fields.ts';
import { readForm } from '../kit/read-form.ts';
import { keyOf, readRow, recordPath, roleOf } from '../kit/read-rows.ts';
import { formFrom, type Making } from '../kit/use-case-action.ts';
import { currentRow, type Handler, isPreview, recordJson, versionOf } from './call.ts';

export const create: Handler = async ({ ctx, request, resource, context }) => {
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
export function make(making: Making): Handler {
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
    if (isPreview(preview)) return { consequences: await making.preview(ctx, read.values) };
    const outcome = await making.run(ctx, read.values);
    const row = (await readRow(ctx, definition, outcome.id)) ?? {};
    return {
      redirectUrl: recordPath(definition.noun.policy.id, outcome.id),
      notice: { message: outcome.message, type: 'success' },
      record: { ...recordJson(resource, row, context), ...(outcome.keep && { keep: outcome.keep }) },
    };
  };
}

export const edit: Handler = async ({ ctx, request, resource, context }) => {
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

export const remove: Handler = async ({ ctx, request, resource, context }) => {
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

function pick(from: Row, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}
