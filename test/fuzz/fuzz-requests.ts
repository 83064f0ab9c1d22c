import fc from 'fast-check';
import { openApiDocument } from '../../src/api/openapi.ts';
import { publicEndpoints } from '../../src/api/v1/endpoints.ts';
import type { TestApplication } from '../support/application.ts';
import { asSource } from './as-source.ts';
import { judge } from './judge.ts';
import type { FuzzRequest } from './request.ts';
import { requestsOf } from './requests.ts';
import { type Scene, setScene } from './scene.ts';
import { send } from './send.ts';
import { Tally } from './tally.ts';

export const document = openApiDocument(publicEndpoints, 'http://localhost:3000');

/** So many requests wear a scene out: its bookings have been changed, paid and cancelled. */
const SCENE_LASTS = 500;

interface Run {
  readonly requests: number;
  readonly seed: number;
}

/**
 * Sends so many requests, the same ones for a seed. Throws at the first answer that may not be given, with the smallest
 * request that still gets such an answer, as source text for `kept.test.ts`.
 */
export async function fuzzRequests(app: TestApplication, { requests, seed }: Run): Promise<Tally> {
  const tally = new Tally(document);
  let scene = await setScene(app);
  let sent = 0;
  let unset: unknown;
  const property = fc.asyncProperty(requestsOf(document), async (request) => {
    if (unset !== undefined) return;
    sent += 1;
    if (sent % SCENE_LASTS === 0) {
      // A scene that cannot be set is no fault of the request that happens to be next.
      const next = await setScene(app).catch((error: unknown) => {
        unset = error;
      });
      if (!next) return;
      scene = next;
    }
    await tryOut(app, scene, request, tally);
  });
  const run = await fc.check(property, { numRuns: requests, seed });
  if (run.failed) {
    const [request] = run.counterexample ?? [];
    throw new Error(`Request ${run.numRuns} of seed ${seed}. Keep it: ${asSource(request)}`, {
      cause: run.errorInstance,
    });
  }
  if (unset !== undefined) throw unset;
  return tally;
}

/** Sends one request and throws unless the answer may be given. Returns its status. */
export async function tryOut(
  app: TestApplication,
  scene: Scene,
  request: FuzzRequest,
  tally?: Tally,
): Promise<number> {
  const filled = scene.fill(request);
  const answer = await send(app.api.address, filled);
  tally?.add(filled, answer);
  judge(filled, answer);
  return answer.status;
}
