import { type Form, formOf, integerOf, listOf, textOf } from './form.ts';
import type { Kinds } from './store.ts';
import type { World } from './world.ts';

type Listed = Exclude<keyof Kinds, 'answer' | 'delivery' | 'verdict'>;

/** A page of a list, newest first, with Stripe's filters and cursors. */
export function listPage(world: World, kind: Listed, form: Form, url: string): object {
  const rows = world.store.list(kind).filter((row) => matches(row, form));
  const limit = Math.min(Math.max(integerOf(form, 'limit') ?? 10, 1), 100);
  const after = textOf(form, 'starting_after');
  const before = textOf(form, 'ending_before');
  const index = (id: string): number => rows.findIndex((row) => row.id === id);
  if (before !== undefined) {
    const end = Math.max(index(before), 0);
    const start = Math.max(end - limit, 0);
    return { object: 'list', data: rows.slice(start, end), has_more: start > 0, url };
  }
  const start = after === undefined ? 0 : index(after) + 1;
  return {
    object: 'list',
    data: rows.slice(start, start + limit),
    has_more: rows.length > start + limit,
    url,
  };
}

function matches(row: Kinds[Listed], form: Form): boolean {
  const created = formOf(form, 'created');
  const bounds: readonly [string, (limit: number) => boolean][] = [
    ['gte', (limit) => row.created >= limit],
    ['gt', (limit) => row.created > limit],
    ['lte', (limit) => row.created <= limit],
    ['lt', (limit) => row.created < limit],
  ];
  for (const [name, within] of bounds) {
    const limit = integerOf(created, name);
    if (limit !== undefined && !within(limit)) return false;
  }
  for (const field of ['payment_intent', 'charge', 'customer', 'type', 'source', 'currency']) {
    const wanted = textOf(form, field);
    if (wanted !== undefined && (!(field in row) || Reflect.get(row, field) !== wanted)) return false;
  }
  const types = listOf(form, 'types');
  return types.length === 0 || ('type' in row && types.includes(row.type));
}
