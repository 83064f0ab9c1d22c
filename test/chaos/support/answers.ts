/** Every answer that a crowd was given, and how often its connections were cut. */
export class Answers {
  readonly #counts = new Map<string, number>();
  #cuts = 0;

  note(what: string, status: number, code: string): void {
    const name = `${what} ${status} ${code}`.trim();
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  noteCut(): void {
    this.#cuts += 1;
  }

  get cuts(): number {
    return this.#cuts;
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Those of 500 and above whose code is not among `allowed`, with how often. */
  failures(allowed: readonly string[] = []): string[] {
    return [...this.#counts]
      .filter(([name]) => / 5\d\d /.test(`${name} `) && !allowed.some((code) => name.endsWith(` ${code}`)))
      .map(([name, count]) => `${count} × ${name}`);
  }

  /** All of them, in a line. */
  summary(): string {
    const answers = [...this.#counts].map(([name, count]) => `${count} × ${name}`).sort();
    return [...answers, `${this.#cuts} × cut off`].join(', ');
  }
}
