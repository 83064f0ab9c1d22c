import { type Action, type ActionResponse, type BaseRecord, flat } from 'adminjs';
import { Refusal } from '../../errors.ts';
import type { Row } from '../kit/columns.ts';
import { fieldsOf } from '../kit/fields.ts';
import { readForm } from '../kit/read-form.ts';
import { keyOf, readRow, recordPath } from '../kit/read-rows.ts';
import { formFrom, type UseCaseAction } from '../kit/use-case-action.ts';
import { currentRow, type Handler, isPreview, pageJson, recordJson, versionOf } from './call.ts';

/** A use case as an action: GET gives its form, POST with `preview` its consequences, POST without does it. */
export function verbAction(
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

function rowIn(record: BaseRecord | undefined): Row {
  return record ? (flat.unflatten(record.params ?? {}) as Row) : {};
}
