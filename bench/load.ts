import autocannon from 'autocannon';

/** What a run of load gave. */
export interface Load {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface LoadPlan {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Each next request, instead of the same one again; what it leaves out is the plan's. */
  readonly next?: () => { path: string; headers?: Readonly<Record<string, string>>; body?: string };
  /** So many requests and no more, instead of a time. */
  readonly amount?: number;
}

/**
 * Load from this process, beside the server in its own, over connections that are kept. Throws when an answer was none: an
 * error, a time-out, a status other than 2xx.
 */
export async function load(plan: LoadPlan): Promise<Load> {
  const { url, connections, seconds, method = 'GET', headers = {}, body, next, amount } = plan;
  const began = performance.now();
  let ended = began;
  const took: number[] = [];
  const result = await autocannon({
    url,
    // Its own duration counts whole seconds until it looks again, its own latencies whole milliseconds.
    setupClient: (client) =>
      client.on('response', (_status, _bytes, milliseconds) => {
        ended = performance.now();
        took.push(milliseconds);
      }),
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    method,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    ...(next && {
      requests: [
        {
          setupRequest: (request) => {
            const { path, headers: own = {}, body: sent } = next();
            return {
              ...request,
              method,
              path,
              headers: { ...request.headers, ...headers, ...own },
              ...(sent !== undefined && { body: sent }),
            };
          },
        },
      ],
    }),
  });
  const { non2xx, errors, timeouts, statusCodeStats } = result;
  if (non2xx + errors + timeouts > 0)
    throw new Error(
      `${method} ${url}: ${JSON.stringify(statusCodeStats)}, ${errors} errors, ${timeouts} time-outs`,
    );
  const answered = result['2xx'];
  return {
    rate: (answered * 1_000) / (ended - began),
    p50: at(took, 0.5),
    p99: at(took, 0.99),
  };
}

/** What so large a part of them took at most. */
export function at(took: readonly number[], part: number): number {
  const sorted = [...took].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
