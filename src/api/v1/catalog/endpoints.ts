import { createHash } from 'node:crypto';
import { currentRateCard } from '../../../resources/services/load-rate-card.ts';
import type { RateCardSnapshot } from '../../../resources/services/rate-card-snapshot.ts';
import type { Endpoint } from '../../endpoint.ts';
import { sendJson } from '../../send-json.ts';
import { presentCatalog } from './present.ts';
import { catalogSchema } from './schema.ts';

const rendered = new WeakMap<RateCardSnapshot, { body: string; etag: string }>();

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
      response.set({ ETag: etag, 'Cache-Control': 'public, no-cache' });
      if (isKnown(request.get('if-none-match'), etag)) response.status(304).end();
      else sendJson(response, body);
    },
  },
];

/** Asked here and not of Express, which sends it all again to `fetch`, whose conditional requests say `no-cache`. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((each) => each.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}

function render(snapshot: RateCardSnapshot): { body: string; etag: string } {
  const known = rendered.get(snapshot);
  if (known) return known;
  const body = JSON.stringify(presentCatalog(snapshot));
  const fresh = { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  rendered.set(snapshot, fresh);
  return fresh;
}
