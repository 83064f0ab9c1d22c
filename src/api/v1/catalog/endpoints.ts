import { createHash } from 'node:crypto';
import { currentRateCard } from '../../../resources/services/load-rate-card.ts';
import type { RateCardSnapshot } from '../../../resources/services/rate-card-snapshot.ts';
import type { Endpoint } from '../../endpoint.ts';
import { sendJson } from '../../send-json.ts';
import { presentCatalog } from './present.ts';
import { catalogSchema } from './schema.ts';

interface Rendered {
  readonly body: Buffer;
  readonly etag: string;
}
const rendered = new WeakMap<RateCardSnapshot, Rendered>();

export const catalogEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/catalog',
    operationId: 'getCatalog',
    tag: 'Catalogue',
    summary: 'Everything that can be booked, with its prices',
    limit: 'read',
    answer: {
      status: 200,
      description: 'The catalogue.',
      schema: catalogSchema,
      headers: { ETag: 'Strong validator; send it back as If-None-Match.' },
      also: { 304: 'Not changed.' },
    },
    errors: [],
    async handle({ ctx, request, response }) {
      const { body, etag } = render(await currentRateCard(ctx));
      const headers = ['ETag', etag, 'Cache-Control', 'public, no-cache'];
      if (isKnown(request.headers['if-none-match'], etag)) response.writeHead(304, headers).end();
      else sendJson(response, body, ...headers);
    },
  },
];

/** Asked here and not of Express, which sends it all again to `fetch`, whose conditional requests say `no-cache`. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((each) => each.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}

function render(snapshot: RateCardSnapshot): Rendered {
  const known = rendered.get(snapshot);
  if (known) return known;
  const body = Buffer.from(JSON.stringify(presentCatalog(snapshot)));
  const fresh = { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  rendered.set(snapshot, fresh);
  return fresh;
}
