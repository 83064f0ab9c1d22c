/** Who may do what with a noun, as data: what is not named is denied (`rules.md` §7). */

import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';

const roles = ['admin', 'staff', 'viewer'] as const;
export type Role = (typeof roles)[number];

export const everyone: readonly Role[] = roles;
export const office: readonly Role[] = ['admin', 'staff'];
export const admins: readonly Role[] = ['admin'];
export const nobody: readonly Role[] = [];

interface FieldRule {
  readonly read: readonly Role[];
  readonly write: readonly Role[];
}
export type FieldRules = Readonly<Record<string, FieldRule>>;

export interface ResourcePolicy {
  /** The noun's name in the panel's API: plural, as in `api.md`. */
  readonly id: string;
  /** What the audit log calls one of them. */
  readonly subject: string;
  /** Every field that anyone may see or change; a column that is missing is seen by nobody. */
  readonly fields: FieldRules;
  /** `list`, `show`, `search`, `export`, `new`, `edit`, `delete` and the noun's own verbs. */
  readonly actions: Readonly<Record<string, readonly Role[]>>;
  /** Fields of persons: the audit log keeps their values apart, so that they can be erased. */
  readonly personal?: readonly string[];
}

/** Fields that those roles read and nobody writes. */
export function readable(read: readonly Role[], ...names: string[]): FieldRules {
  return Object.fromEntries(names.map((name) => [name, { read, write: nobody }]));
}

/** Fields that the first read and the second also write. */
export function writable(read: readonly Role[], write: readonly Role[], ...names: string[]): FieldRules {
  return Object.fromEntries(names.map((name) => [name, { read, write }]));
}

/** A noun that is only looked at. */
export function lookedAtBy(read: readonly Role[]): ResourcePolicy['actions'] {
  return { list: read, show: read, search: read, export: read };
}

/** A noun that the first look at and the second also make and change. */
export function keptBy(read: readonly Role[], write: readonly Role[]): ResourcePolicy['actions'] {
  return { ...lookedAtBy(read), new: write, edit: write };
}

export function mayAct(policy: ResourcePolicy, action: string, role: Role | null): boolean {
  return role !== null && Object.hasOwn(policy.actions, action) && actionRoles(policy, action).includes(role);
}

export function mayRead(policy: ResourcePolicy, field: string, role: Role | null): boolean {
  return role !== null && (ruleOf(policy, field)?.read ?? nobody).includes(role);
}

export function mayWrite(policy: ResourcePolicy, field: string, role: Role | null): boolean {
  return role !== null && (ruleOf(policy, field)?.write ?? nobody).includes(role);
}

/** Asked by each use case of staff itself, whatever door it was reached by. Throws `forbidden`. */
export function authorize(ctx: Context, policy: ResourcePolicy, action: string): void {
  if (ctx.actor.type === 'system') return;
  if (ctx.actor.type !== 'staff' || !mayAct(policy, action, ctx.actor.role)) throw new Refusal('forbidden');
}

function actionRoles(policy: ResourcePolicy, action: string): readonly Role[] {
  return policy.actions[action] ?? nobody;
}

function ruleOf(policy: ResourcePolicy, field: string): FieldRule | undefined {
  return Object.hasOwn(policy.fields, field) ? policy.fields[field] : undefined;
}
