import { missingResource } from './errors.ts';
import { type Form, formOf, integerOf, listOf, textOf } from './form.ts';
import type { Kinds } from './store.ts';
import type { World } from './world.ts';

type Listed = Exclude<keyof Kinds, 'answer' | 'delivery' | 'verdict'>;

/** A page of a list, newest first, with Stripe's filters and cursors. */
export function listPage(world: World, kind: Listed, form: Form, url: string): object {
  const all = world.store.list(kind);
  const limit = Math.min(Math.max(integerOf(form, 'limit') ?? 10, 1), 100);
  const indexOf = (cursor: string): number | undefined => {
    const id = textOf(form, cursor);
    const index = all.findIndex((row) => row.id === id);
    if (id !== undefined && index < 0) throw missingResource(kind, id, cursor);
    return id === undefined ? undefined : index;
  };
  const before = indexOf('ending_before');
  const start = before === undefined ? (indexOf('starting_after') ?? -1) + 1 : 0;
  const rows = all.slice(start, before).filter((row) => matches(row, form));
  const data = before === undefined ? rows.slice(0, limit) : rows.slice(-limit);
  return { object: 'list', data, has_more: rows.length > limit, url };
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
  if (typeof form.created === 'string' && row.created !== integerOf(form, 'created')) return false;
  for (const field of ['payment_intent', 'charge', 'customer', 'type', 'source', 'currency']) {
    const wanted = textOf(form, field);
    if (wanted !== undefined && (!(field in row) || Reflect.get(row, field) !== wanted)) return false;
  }
  const types = listOf(form, 'types');
  return types.length === 0 || ('type' in row && types.includes(row.type));
}
