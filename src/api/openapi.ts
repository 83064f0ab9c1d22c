import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import {
  extendZodWithOpenApi,
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import express, { type Router } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';

extendZodWithOpenApi(z);

/** Refused by every operation. */
const always: readonly ErrorCode[] = ['bad_request', 'too_many_requests', 'internal', 'unavailable'];
/** Refused by every operation that takes a body. */
const withBody: readonly ErrorCode[] = [
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'invalid',
];

const violationSchema = z
  .strictObject({
    path: z.string().meta({ description: 'The field, dotted.', example: 'miniMove.itemCount' }),
    code: z.string().meta({ example: 'required' }),
    message: z.string(),
  })
  .meta({ id: 'Violation' });

/** The OpenAPI 3.1 document, made from the schemas that validate. */
export function openApiDocument(endpoints: readonly Endpoint[], publicUrl: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'accessToken', {
    type: 'http',
    scheme: 'bearer',
    description:
      'The `accessToken` of the booking. A wrong or missing one is 404, like a booking that is not there.',
  });
  registry.registerComponent('securitySchemes', 'customerSession', {
    type: 'http',
    scheme: 'bearer',
    description: 'The `accessToken` of `POST /customer/session`: it opens all bookings of the customer.',
  });
  for (const endpoint of endpoints) registry.registerPath(routeOf(endpoint));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'ToteTaxi booking API',
      version: '1.0.0',
      description:
        'Price, book and pay a move. Money is integer US cents; service days are `YYYY-MM-DD` in New York, instants ISO 8601 ' +
        'UTC. Unknown fields are refused, and every violation is reported at once. Errors are ' +
        '`application/problem+json` (RFC 9457) with a stable `code`.',
    },
    servers: [{ url: `${publicUrl.replace(/\/$/, '')}/api/v1` }],
  });
}

function routeOf(endpoint: Endpoint): RouteConfig {
  const { answer, params, query, body } = endpoint;
  const headers = headersOf(endpoint);
  return {
    method: endpoint.method,
    path: endpoint.path,
    operationId: endpoint.operationId,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description !== undefined && { description: endpoint.description }),
    ...(endpoint.token && { security: [{ accessToken: [] }, { customerSession: [] }] }),
    ...(endpoint.session && { security: [{ customerSession: [] }] }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(headers && { headers }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      [answer.status]: {
        description: answer.description,
        content: { 'application/json': { schema: answer.schema } },
        headers: responseHeaders(answer.headers ?? {}),
      },
      ...Object.fromEntries(
        Object.entries(answer.also ?? {}).map(([status, description]) => [status, { description }]),
      ),
      ...problems([...endpoint.errors, ...always, ...(body ? withBody : [])]),
    },
  };
}

function headersOf(endpoint: Endpoint): z.ZodObject | null {
  if (!endpoint.idempotent) return null;
  return z.object({
    'Idempotency-Key': z.string().min(1).max(255).meta({
      description: 'The same key and body give the same answer for 24 hours. Use a UUID.',
      example: '6f0b8f1e-8f57-4c58-9c1f-0a2b4a6f7d11',
    }),
  });
}

function responseHeaders(own: Readonly<Record<string, string>>) {
  const all = { 'X-Request-Id': 'The request’s id; name it when you ask us for help.', ...own };
  return Object.fromEntries(
    Object.entries(all).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' as const } },
    ]),
  );
}

/** One response a status, with the codes it may carry. */
function problems(codes: readonly ErrorCode[]) {
  const statuses = new Map<number, Set<ErrorCode>>();
  for (const code of codes) {
    const { status } = errorCatalogue[code];
    statuses.set(status, (statuses.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...statuses].map(([status, known]) => [
      status,
      {
        description: [...known].map((code) => `\`${code}\`: ${errorCatalogue[code].detail}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problemSchema(status, [...known]) } },
        headers: responseHeaders(status === 429 ? { 'Retry-After': 'Seconds to wait.' } : {}),
      },
    ]),
  );
}

function problemSchema(status: number, codes: readonly ErrorCode[]): z.ZodObject {
  return z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.literal(status),
    detail: z.string().meta({ description: 'Words for a customer.' }),
    code: z.enum(codes as readonly [ErrorCode, ...ErrorCode[]]),
    requestId: z.string(),
    ...(status === 422 && { errors: z.array(violationSchema) }),
  });
}

/** `/api/openapi.json` and, without any request outside, a page to read it and try it on. */
export function documentRoutes(endpoints: readonly Endpoint[], publicUrl: string): Router {
  const router = express.Router();
  let document: ReturnType<typeof openApiDocument> | null = null;
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.get('/api/openapi.json', (_request, response) => {
    document ??= openApiDocument(endpoints, publicUrl);
    response.set('Cache-Control', 'no-cache').json(document);
  });
  const page = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        frameAncestors: ["'none'"],
      },
    },
  });
  router.use('/api/docs', page);
  router.get('/api/docs', (_request, response) => {
    response.type('html').send(PAGE);
  });
  router.get('/api/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  router.use('/api/docs/assets', express.static(assets, { index: false, maxAge: '1d' }));
  return router;
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ToteTaxi booking API</title>
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
<link rel="icon" href="/api/docs/assets/favicon-32x32.png">
</head>
<body>
<main id="document"><noscript>The document itself is at /api/openapi.json.</noscript></main>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#document', deepLinking: true, docExpansion: 'list', defaultModelsExpandDepth: 0, tryItOutEnabled: true, validatorUrl: null });
`;
