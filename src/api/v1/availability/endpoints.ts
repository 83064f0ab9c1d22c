import { z } from 'zod';
import { daysBetween, type ServiceDay } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';
import { capacityRevision } from '../../../resources/services/capacity-memory.ts';
import { calendar, calendarMoment } from '../../../resources/services/day-availability.ts';
import { currentRateCard } from '../../../resources/services/load-rate-card.ts';
import type { RateCardSnapshot } from '../../../resources/services/rate-card-snapshot.ts';
import { leastLoad } from '../../../resources/services/van-load.ts';
import { type Endpoint, readBy } from '../../endpoint.ts';
import { sendJson } from '../../send-json.ts';
import { availabilitySchema, serviceDaySchema, serviceSchema } from '../schema.ts';

const LONGEST_DAYS = 92;

const query = z
  .strictObject({
    from: serviceDaySchema,
    to: serviceDaySchema,
    service: serviceSchema
      .optional()
      .meta({ description: 'Whose room and surcharges to tell; without it any room, and all surcharges.' }),
    package: z.string().trim().min(1).max(50).optional().meta({ example: 'petite' }),
    specialtyItems: z
      .string()
      .regex(/^\d{1,3}$/)
      .optional()
      .meta({ description: 'How many specialty items, 0 to 999.', example: '2' }),
  })
  .refine(({ from, to }) => from <= to, {
    path: ['to'],
    message: 'This must not be before “from”.',
    params: { code: 'before_from' },
  })
  .refine(({ from, to }) => daysBetween(from as ServiceDay, to as ServiceDay) < LONGEST_DAYS, {
    path: ['to'],
    message: `Ask for at most ${LONGEST_DAYS} days.`,
    params: { code: 'range_too_long' },
  });

export const calendarSchema = z
  .strictObject({
    days: z.array(
      z.strictObject({
        date: serviceDaySchema,
        ...availabilitySchema.shape,
        surcharges: z.array(z.strictObject({ code: z.string(), label: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Availability' });

export const availabilityEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/availability',
    operationId: 'getAvailability',
    tag: 'Catalogue',
    summary: 'Which days can be booked, and which surcharges they bear',
    description: `At most ${LONGEST_DAYS} days; both ends belong to the range. Days are meant in the business zone.`,
    query,
    limit: 'read',
    answer: { status: 200, description: 'Each day of the range.', schema: calendarSchema },
    errors: ['invalid'],
    async handle({ ctx, request, response }) {
      const snapshot = await currentRateCard(ctx);
      const moment = `${calendarMoment(snapshot, ctx.clock.now())} ${capacityRevision(ctx.db)}`;
      const known = knownAnswers(snapshot, moment);
      const body =
        known.get(request.originalUrl) ??
        Buffer.from(JSON.stringify(await answerTo(ctx, snapshot, request.query)));
      if (known.size < MOST_KNOWN) known.set(request.originalUrl, body);
      sendJson(response, body);
    },
  },
];

const MOST_KNOWN = 1_000;

interface Known {
  readonly moment: string;
  readonly answers: Map<string, Buffer>;
}
const remembered = new WeakMap<RateCardSnapshot, Known>();

/** Answers given already, by address: they hold while neither catalogue nor vans nor the business day have moved on. */
function knownAnswers(snapshot: RateCardSnapshot, moment: string): Map<string, Buffer> {
  const known = remembered.get(snapshot);
  if (known?.moment === moment) return known.answers;
  const answers = new Map<string, Buffer>();
  remembered.set(snapshot, { moment, answers });
  return answers;
}

async function answerTo(
  ctx: Context,
  snapshot: RateCardSnapshot,
  given: object,
): Promise<z.input<typeof calendarSchema>> {
  const asked = readBy(query, withoutEmpty(given));
  if (asked.package !== undefined && !snapshot.card.packages.has(asked.package)) {
    throw new Refusal('invalid', {
      violations: [{ path: 'package', code: 'unknown_package', message: 'There is no such package.' }],
    });
  }
  const range = {
    from: asked.from as ServiceDay,
    to: asked.to as ServiceDay,
    service: asked.service ?? null,
    load: leastLoad(snapshot.load, {
      service: asked.service ?? null,
      package: asked.package ?? null,
      specialtyItems: asked.specialtyItems === undefined ? null : Number(asked.specialtyItems),
    }),
  };
  const days = (await calendar(ctx, snapshot, range)).map(({ date, available, reason, surcharges }) => ({
    date,
    available,
    ...(reason && { reason }),
    surcharges: surcharges.map(({ code, label }) => ({ code, label })),
  }));
  return { days };
}

/** `&package=` says nothing. */
function withoutEmpty(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}
