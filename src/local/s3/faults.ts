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
