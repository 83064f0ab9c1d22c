const PER_SECOND = 20;
const WINDOW_MS = 1_000;

/** Onfleet's limit of an organization: so many requests in any second. */
export class RateLimit {
  readonly #isOn: boolean;
  #taken: number[] = [];

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  /** Takes one request; says whether it is within the limit. One that is refused does not count. */
  take(): boolean {
    const left = this.#left();
    if (left === 0 && this.#isOn) return false;
    this.#taken.push(performance.now());
    return true;
  }

  headers(): Record<string, string> {
    return { 'x-ratelimit-limit': String(PER_SECOND), 'x-ratelimit-remaining': String(this.#left()) };
  }

  #left(): number {
    const since = performance.now() - WINDOW_MS;
    this.#taken = this.#taken.filter((at) => at > since);
    return Math.max(PER_SECOND - this.#taken.length, 0);
  }
}
