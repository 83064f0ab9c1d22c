import type { FuzzAnswer, FuzzRequest } from './request.ts';
import { type Operation, operationsOf } from './sound.ts';

/** Their good answers need a move that is over, a file in the store or a mailed link: the journeys have them. */
const elsewhere: readonly string[] = [
  'POST /bookings/{id}/feedback',
  'POST /bookings/{id}/documents/{documentId}/complete',
  'GET /bookings/{id}/documents/{documentId}',
  'POST /customer/session',
];

/** Counts the answers of a run by operation and status. */
export class Tally {
  readonly #operations: readonly (Operation & { readonly pattern: RegExp })[];
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(document: any) {
    this.#operations = operationsOf(document).map((operation) => ({
      ...operation,
      pattern: new RegExp(`^/api/v1${operation.path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
    }));
  }

  add({ method, path }: FuzzRequest, { status }: FuzzAnswer): void {
    const [address = ''] = path.split('?');
    const operation = this.#operations.find((each) => each.method === method && each.pattern.test(address));
    const name = operation ? nameOf(operation) : 'elsewhere';
    const counts = this.#counts.get(name) ?? new Map<number, number>();
    this.#counts.set(name, counts.set(status, (counts.get(status) ?? 0) + 1));
  }

  /** The operations whose good answer never came: the run did not reach behind their validation. */
  unreached(): string[] {
    return this.#operations
      .filter((operation) => !elsewhere.includes(nameOf(operation)))
      .filter((operation) => !this.#counts.get(nameOf(operation))?.has(operation.success))
      .map(nameOf);
  }

  /** A line an operation. */
  summary(): string {
    const lines = [...this.#counts].map(([name, counts]) => {
      const statuses = [...counts]
        .toSorted(([a], [b]) => a - b)
        .map(([status, count]) => `${status}: ${count}`);
      return `${name.padEnd(32)} ${statuses.join('  ')}`;
    });
    return lines.toSorted().join('\n');
  }
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}
