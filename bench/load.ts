import autocannon from 'autocannon';

/** What a run of load gave. */
export interface Load {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were none: errors, time-outs, statuses other than 2xx. */
  readonly failures: number;
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

/** Load from this process, beside the server in its own, over connections that are kept. */
export async function load(plan: LoadPlan): Promise<Load> {
  const { url, connections, seconds, method = 'GET', headers = {}, body, next, amount } = plan;
  const began = performance.now();
  let ended = began;
  const result = await autocannon({
    url,
    // Its own duration counts whole seconds until it looks again.
    setupClient: (client) =>
      client.on('response', () => {
        ended = performance.now();
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
  const answered = result['2xx'];
  return {
    rate: (answered * 1_000) / (ended - began),
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}
