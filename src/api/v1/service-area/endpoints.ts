import { z } from 'zod';
import { zipSchema } from '../../../pricing/quote-request.ts';
import { fiveDigits } from '../../../pricing/rules/zone.ts';
import { currentRateCard } from '../../../resources/services/load-rate-card.ts';
import { type Endpoint, readBy } from '../../endpoint.ts';
import { sendJson } from '../../send-json.ts';
import { centsSchema } from '../schema.ts';

const params = z.strictObject({ zip: zipSchema });

export const serviceAreaSchema = z
  .strictObject({
    zip: z.string().meta({ description: 'The five digits that were matched.', example: '10001' }),
    served: z.boolean(),
    zone: z.enum(['core', 'surcharge']).nullable(),
    feeCents: centsSchema.meta({ description: 'Added for this address; 0 in the core area.' }),
  })
  .meta({ id: 'ServiceArea' });

export const serviceAreaEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/service-area/{zip}',
    operationId: 'getServiceArea',
    tag: 'Catalogue',
    summary: 'Whether a ZIP is served, and what its zone costs',
    params,
    limit: 'read',
    answer: { status: 200, description: 'The ZIP.', schema: serviceAreaSchema },
    errors: ['invalid'],
    async handle({ ctx, request, response }) {
      const zip = fiveDigits(readBy(params, request.params).zip) ?? '';
      const { card } = await currentRateCard(ctx);
      const zone = card.zoneOf.get(zip) ?? null;
      const answer: z.input<typeof serviceAreaSchema> = {
        zip,
        served: zone !== null,
        zone,
        feeCents: zone === 'surcharge' ? card.card.zones.surchargePerAddressCents : 0,
      };
      sendJson(response, JSON.stringify(answer));
    },
  },
];
