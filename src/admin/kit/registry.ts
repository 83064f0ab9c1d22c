import type { ResourcePolicy } from '../../resources/_kit/policy.ts';
import type { Column } from './columns.ts';
import type { ResourceDefinition } from './define-resource.ts';

/** Every screen by the name of its noun in the panel's API. */
const definitions = new Map<string, ResourceDefinition>();

/** What the audit log speaks of: who may read it, and in which words. */
interface Subject {
  readonly policy: ResourcePolicy;
  readonly columns: Readonly<Record<string, Column>>;
}
const subjects = new Map<string, Subject>();

export function registerResources(resources: readonly ResourceDefinition[]): void {
  for (const definition of resources) {
    const { policy } = definition.noun;
    definitions.set(policy.id, definition);
    if (!subjects.has(policy.subject)) registerSubject({ policy, columns: definition.columns });
  }
}

/** For what has a history but no screen of records. */
export function registerSubject(subject: Subject): void {
  subjects.set(subject.policy.subject, subject);
}

/** Throws for a name that nobody registered: a mistake in a `*.resource.ts`. */
export function definitionOf(id: string): ResourceDefinition {
  const definition = definitions.get(id);
  if (!definition) throw new Error(`no screen is called ${id}`);
  return definition;
}

export function isDefined(id: string): boolean {
  return definitions.has(id);
}

export function subjectOf(name: string): Subject | null {
  return subjects.get(name) ?? null;
}
