/**
 * Switches that make the stand-in misbehave, in process or over HTTP (`GET`, `POST`, `DELETE /_faults`). Each counts down
 * with use: `error500`, `slowDown` and `dropConnection` before the work; `diskFull` in the middle of the bytes that come;
 * `timeoutAfterWork` does the work and never answers; `cutDownload` ends half way through a file. `delayMs` waits first.
 */
export interface Faults {
  /** Only calls whose `METHOD /bucket/key` holds this text misbehave. */
  match: string;
  error500: number;
  slowDown: number;
  dropConnection: number;
  diskFull: number;
  timeoutAfterWork: number;
  cutDownload: number;
  delayMs: number;
}

export function noFaults(): Faults {
  return {
    match: '',
    error500: 0,
    slowDown: 0,
    dropConnection: 0,
    diskFull: 0,
    timeoutAfterWork: 0,
    cutDownload: 0,
    delayMs: 0,
  };
}

/** Sets what is named; what it does not know is left. */
export function setFaults(faults: Faults, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(faults, name) && typeof value === typeof Reflect.get(faults, name)) {
      Reflect.set(faults, name, value);
    }
  }
}

type Countdown = Exclude<keyof Faults, 'match' | 'delayMs'>;

/** Whether a fault strikes now; it is used up by one. */
export function strikes(faults: Faults, name: Countdown, call: string): boolean {
  if (faults[name] <= 0 || !call.includes(faults.match)) return false;
  faults[name] -= 1;
  return true;
}
