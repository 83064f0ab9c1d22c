import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiDocument } from '../../src/api/openapi.ts';
import { publicEndpoints } from '../../src/api/v1/endpoints.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { bookingRequest, type Made, makeBooking } from '../support/bookings.ts';

/** A thousand requests made from the OpenAPI document, right and wrong: no 5xx, and every answer as its schema says. */

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);

let app: TestApplication;
let made: Made[];

beforeAll(async () => {
  app = await startTestApplication();
  made = [await makeBooking(app), await makeBooking(app), await makeBooking(app, { coi: true })];
});
afterAll(() => app.stop());

interface Fuzzed {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

const nonsense = fc.oneof(
  fc.constantFrom(
    null,
    '',
    ' ',
    'null',
    0,
    -1,
    1.5,
    1e300,
    true,
    [],
    {},
    [[]],
    'x'.repeat(3_000),
    '\u0000',
    '\ud800',
    "'; --",
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.anything({ maxDepth: 2 }),
);

/** Values of a schema, with nonsense strewn in. */
function valuesOf(schema: any, document: any): fc.Arbitrary<unknown> {
  const known = schema.$ref ? document.components.schemas[schema.$ref.split('/').pop()] : schema;
  return fc.oneof(
    { arbitrary: soundValues(known, document), weight: 14 },
    { arbitrary: nonsense, weight: 1 },
  );
}

function soundValues(schema: any, document: any): fc.Arbitrary<unknown> {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each: any) => valuesOf(each, document)));
  if (type === 'object') {
    const properties = Object.entries<any>(schema.properties ?? {});
    return fc.record(Object.fromEntries(properties.map(([name, each]) => [name, valuesOf(each, document)])), {
      requiredKeys: schema.required ?? [],
    });
  }
  if (type === 'array') return fc.array(valuesOf(schema.items ?? {}, document), { maxLength: 3 });
  if (type === 'integer' || type === 'number') {
    return fc.integer({
      min: Math.max(schema.minimum ?? -10, -1_000),
      max: Math.min(schema.maximum ?? 100, 1_000),
    });
  }
  if (type === 'boolean') return fc.boolean();
  if (schema.format === 'date')
    return fc.constantFrom('2027-05-12', '2027-05-15', '2027-04-06', '2027-02-30', '1999-01-01');
  if (schema.example !== undefined) return fc.constant(schema.example);
  return fc.string({ maxLength: 30 });
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** A request that passes, for a generated one to be mixed into. */
function soundBody(path: string, { totalCents }: Made): object {
  const { contact, pickupAddress, deliveryAddress, ...quote } = bookingRequest();
  if (path === '/quotes') return quote;
  if (path === '/bookings') return { ...quote, contact, pickupAddress, deliveryAddress };
  return path.endsWith('/checkout') ? { expectedTotalCents: totalCents } : {};
}

/** The sound body with so many fields of the generated one; all of that alone for 99. */
function mixed(sound: object, generated: unknown, kept: number): unknown {
  if (kept === 99 || typeof generated !== 'object' || generated === null || Array.isArray(generated))
    return generated;
  return { ...sound, ...Object.fromEntries(Object.entries(generated).slice(0, kept)) };
}

/** Without lone surrogates, which no address can carry. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '?');

function requestsOf(document: any): fc.Arbitrary<Fuzzed> {
  const operations = Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item).map(([method, operation]) =>
      operationRequests(method, path, operation, document),
    ),
  );
  return fc.oneof(...operations);
}

function operationRequests(
  method: string,
  path: string,
  operation: any,
  document: any,
): fc.Arbitrary<Fuzzed> {
  const parameters: any[] = operation.parameters ?? [];
  const queryOf = parameters.filter((each) => each.in === 'query');
  const schema = operation.requestBody?.content['application/json'].schema;
  return fc
    .record({
      booking: fc.constantFrom(...made),
      other: fc.string({ minLength: 1, maxLength: 12 }),
      isOther: fc.integer({ min: 0, max: 9 }),
      query: fc.record(
        Object.fromEntries(queryOf.map((each) => [each.name, valuesOf(each.schema, document)])),
        {
          requiredKeys: queryOf.filter((each) => each.required).map((each) => each.name) as never[],
        },
      ),
      key: fc.uuid(),
      kept: fc.constantFrom(0, 1, 1, 2, 99),
      body: schema ? valuesOf(schema, document) : fc.constant(undefined),
    })
    .map(({ booking, other, isOther, query, key, kept, body }) => {
      const segment = isOther === 0 ? encodeURIComponent(wellFormed(other)) : null;
      const target = path.replace('{id}', segment ?? booking.id).replace('{zip}', segment ?? '11937');
      const search = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, wellFormed(textOf(value))]),
      );
      return {
        method: method.toUpperCase(),
        path: `/api/v1${target}${search.size > 0 ? `?${search.toString()}` : ''}`,
        headers: {
          ...(isOther !== 1 && { authorization: `Bearer ${booking.token}` }),
          ...(isOther !== 2 && { 'idempotency-key': key }),
        },
        body: mixed(soundBody(path, booking), body, kept),
      };
    });
}

it(`answers ${REQUESTS} fuzzed requests as documented`, async () => {
  const document = openApiDocument(publicEndpoints, 'http://localhost:3000');
  const requests = fc.sample(requestsOf(document), { numRuns: REQUESTS, seed: SEED });
  const statuses = new Map<string, number>();
  for (const { method, path, headers, body } of requests) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    // `Api` throws on an answer that its document does not know.
    const { status } = await app.api.send(method, path, text, headers);
    expect(status, `${method} ${path} ${text}`).toBeLessThan(500);
    const name = `${method} ${path
      .replace(/[?].*/, '')
      .replace(/bookings\/[^/]+/, 'bookings/{id}')
      .replace(/area\/.*/, 'area/{zip}')} ${status}`;
    statuses.set(name, (statuses.get(name) ?? 0) + 1);
  }
  // The requests reach behind the validation, on every operation.
  for (const operation of [
    'GET /api/v1/catalog 200',
    'GET /api/v1/service-area/{zip} 200',
    'GET /api/v1/availability 200',
    'POST /api/v1/quotes 200',
    'POST /api/v1/bookings 201',
    'GET /api/v1/bookings/{id} 200',
    'PATCH /api/v1/bookings/{id} 200',
    'POST /api/v1/bookings/{id}/validate 200',
    'POST /api/v1/bookings/{id}/checkout 200',
  ]) {
    expect([...statuses.keys()]).toContain(operation);
  }
});
