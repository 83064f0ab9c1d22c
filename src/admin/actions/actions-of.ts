import type { Action, ActionContext, ActionRequest, ActionResponse } from 'adminjs';
import type { Response } from 'express';
import type { Context } from '../../context.ts';
import { mayAct } from '../../resources/_kit/policy.ts';
import type { ResourceDefinition } from '../kit/define-resource.ts';
import { translated } from '../panel-errors.ts';
import type { SafeResource } from '../safe-resource.ts';
import type { CurrentStaff } from '../session.ts';
import type { Handler } from './call.ts';
import { asItWas, list, search, show } from './look.ts';
import { verbAction } from './verb.ts';
import { create, edit, make, remove } from './write.ts';

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
