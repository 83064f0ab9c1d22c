import fc from 'fast-check';
import { doorRequests } from './doors.ts';
import { type Draft, finished, type Twist } from './draft.ts';
import type { FuzzRequest } from './request.ts';
import { anyActor, type Operation, operationsOf, soundBodies } from './sound.ts';
import { bodyTwists, bodyTwistsOf } from './twist-bodies.ts';
import { requestTwists } from './twist-requests.ts';
import { nastyText, valuesOf } from './values.ts';

/** Requests over every operation of an OpenAPI document, sound and twisted, and some at the other doors. */
export function requestsOf(document: any): fc.Arbitrary<FuzzRequest> {
  const operations = operationsOf(document).map((operation) => ({
    arbitrary: operationRequests(operation, document),
    weight: operation.schema ? 4 : 2,
  }));
  return fc.oneof(...operations, { arbitrary: doorRequests, weight: 3 });
}

function operationRequests(operation: Operation, document: any): fc.Arbitrary<FuzzRequest> {
  const twist: fc.Arbitrary<Twist> = operation.schema
    ? fc.oneof(
        { arbitrary: bodyTwistsOf(operation.schema, document), weight: 3 },
        { arbitrary: requestTwists, weight: 1 },
      )
    : fc.oneof({ arbitrary: requestTwists, weight: 5 }, { arbitrary: bodyTwists, weight: 1 });
  return fc
    .record({
      draft: drafts(operation, document),
      twists: fc.oneof(
        { arbitrary: fc.constant<Twist[]>([]), weight: 2 },
        { arbitrary: fc.array(twist, { minLength: 1, maxLength: 3 }), weight: 5 },
      ),
    })
    .map(({ draft, twists }) => finished(twists.reduce((twisted, each) => each(twisted), draft)));
}

/** Requests whose parts are each as the document says, nearly always. */
function drafts(operation: Operation, document: any): fc.Arbitrary<Draft> {
  const { method, path, parameters, schema } = operation;
  const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
  const takesSession = operation.takesSession;
  return anyActor.chain((actor) =>
    fc
      .record({
        zip: fc.constantFrom('11937', '10001', '99999', '10001-1234'),
        query: queriesOf(parameters, document),
        isBySchema: fc.nat({ max: 3 }),
        sound: soundBodies(operation, document, actor),
        bySchema: schema ? valuesOf(schema, document) : fc.constant(undefined),
      })
      .map(({ zip, query, isBySchema, sound, bySchema }) => ({
        method,
        path: `/api/v1${path}`
          .replace('{id}', `{${actor}.id}`)
          .replace('{zip}', zip)
          .replace(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000'),
        query,
        headers: {
          ...(path.includes('{id}') && { authorization: `Bearer {${actor}.token}` }),
          ...(takesSession && { authorization: 'Bearer {session}' }),
          ...(takesKey && { 'idempotency-key': '{fresh}' }),
          ...(schema && { 'content-type': 'application/json' }),
        },
        body: isBySchema === 3 ? bySchema : sound,
      })),
  );
}

function queriesOf(parameters: readonly any[], document: any): fc.Arbitrary<string> {
  const known = parameters.filter((each) => each.in === 'query');
  const text = (schema: any) =>
    fc.oneof({ arbitrary: valuesOf(schema, document, 0), weight: 20 }, { arbitrary: nastyText, weight: 1 });
  return fc
    .record(Object.fromEntries(known.map(({ name, schema }) => [name, text(schema)])), {
      requiredKeys: known.filter(({ required }) => required).map(({ name }) => name) as never[],
    })
    .map((query) =>
      Object.entries(query)
        .map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(String(value)))}`)
        .join('&'),
    );
}

/** Without lone surrogates, which no address can carry. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '?');
}
