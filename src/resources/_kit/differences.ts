import { isDeepStrictEqual } from 'node:util';

export type Changes = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/** Each field of `after` whose value is another in `before`, as `audit` takes it. */
export function differences(before: object, after: object): Changes {
  return Object.fromEntries(
    Object.entries(after).flatMap(([field, value]) => {
      const was: unknown = Reflect.get(before, field);
      return isSame(was, value) ? [] : [[field, [was ?? null, value ?? null] as const]];
    }),
  );
}

/** Whether two values say the same once they are kept as JSON, in whatever order their keys come. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(kept(one), kept(other));
}

function kept(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
