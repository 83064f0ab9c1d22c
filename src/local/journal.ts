import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps everything in memory and in a journal: each request's changes are one line, appended before the answer goes out,
 * so that a process killed at any moment has lost nothing it told anyone. A torn last line is what nobody was told.
 */
export class Journal<Kinds extends object> {
  readonly #file: string;
  readonly #maps: { readonly [Kind in keyof Kinds]: Map<string, Kinds[Kind]> };
  #pending: [keyof Kinds, string, unknown][] = [];

  constructor(directory: string, kinds: Readonly<Record<keyof Kinds, true>>) {
    this.#maps = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, new Map()])) as never;
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'journal.jsonl');
    this.#replay();
    this.#compact();
  }

  get<Kind extends keyof Kinds>(kind: Kind, id: string): Kinds[Kind] | undefined {
    return this.#maps[kind].get(id);
  }

  /** Newest first. */
  list<Kind extends keyof Kinds>(kind: Kind): Kinds[Kind][] {
    return [...this.#maps[kind].values()].reverse();
  }

  ids(kind: keyof Kinds): string[] {
    return [...this.#maps[kind].keys()];
  }

  put<Kind extends keyof Kinds>(kind: Kind, id: string, value: Kinds[Kind]): void {
    this.#maps[kind].set(id, value);
    this.#pending.push([kind, id, value]);
  }

  remove(kind: keyof Kinds, id: string): void {
    this.#maps[kind].delete(id);
    this.#pending.push([kind, id, null]);
  }

  /** Writes what changed since the last commit as one line. */
  commit(): void {
    if (this.#pending.length === 0) return;
    appendFileSync(this.#file, `${JSON.stringify(this.#pending)}\n`);
    this.#pending = [];
  }

  #replay(): void {
    if (!existsSync(this.#file)) return;
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      if (line === '') continue;
      let entries: [keyof Kinds, string, unknown][];
      try {
        entries = JSON.parse(line) as typeof entries;
      } catch {
        return;
      }
      for (const [kind, id, value] of entries) {
        const map = this.#maps[kind] as Map<string, unknown>;
        if (value === null) map.delete(id);
        else map.set(id, value);
      }
    }
  }

  #compact(): void {
    const all = (Object.keys(this.#maps) as (keyof Kinds)[]).map((kind) =>
      [...this.#maps[kind]].map(([id, value]) => [kind, id, value]),
    );
    const fresh = `${this.#file}.new`;
    writeFileSync(
      fresh,
      all.flatMap((entries) => (entries.length ? `${JSON.stringify(entries)}\n` : [])).join(''),
    );
    renameSync(fresh, this.#file);
  }
}
