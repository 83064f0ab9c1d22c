import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Endpoint } from '../../src/api/endpoint.ts';
import { openApiDocument } from '../../src/api/openapi.ts';

interface Checkable {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  readonly statuses: ReadonlyMap<number, { contentType: string | null; validate: ValidateFunction | null }>;
}

/** The OpenAPI document as a judge of answers. */
export class Contract {
  readonly #operations: readonly Operation[];

  constructor(endpoints: readonly Endpoint[]) {
    const document = openApiDocument(endpoints, 'http://localhost:3000') as any;
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ $id: 'document', components: document.components });
    this.#operations = Object.entries<any>(document.paths).flatMap(([path, item]) =>
      Object.entries<any>(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        pattern: new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '[^/]+')}$`),
        statuses: new Map(
          Object.entries<any>(operation.responses).map(([status, response]) => {
            const [contentType] = Object.keys(response.content ?? {});
            const schema = contentType ? response.content[contentType].schema : null;
            const validate = schema ? ajv.compile(absolute(schema)) : null;
            return [Number(status), { contentType: contentType ?? null, validate }];
          }),
        ),
      })),
    );
  }

  /** Throws when the answer is not one that the document promises. Addresses outside of it are not judged. */
  check(method: string, path: string, answer: Checkable): void {
    const { pathname } = new URL(path, 'http://localhost');
    const operation = this.#operations.find((each) => each.method === method && each.pattern.test(pathname));
    if (!operation) return;
    const expected = operation.statuses.get(answer.status);
    const where = `${method} ${path} answered ${answer.status}`;
    if (!expected)
      throw new Error(`${where}, which its document does not know: ${JSON.stringify(answer.body)}`);
    const contentType = answer.headers.get('content-type')?.split(';')[0] ?? null;
    if (expected.contentType !== null && contentType !== expected.contentType) {
      throw new Error(`${where} as ${contentType} instead of ${expected.contentType}`);
    }
    if (expected.validate && !expected.validate(answer.body)) {
      throw new Error(
        `${where} otherwise than documented: ${JSON.stringify(expected.validate.errors, null, 1)}`,
      );
    }
  }
}

/** References within the document, as the validator knows it by name. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components'));
}
