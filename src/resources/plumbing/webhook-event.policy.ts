import { admins, lookedAtBy, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** What outside services told us: admins look at it (`rules.md` §7). */
export const webhookEventPolicy: ResourcePolicy = {
  id: 'webhookEvents',
  subject: 'webhookEvent',
  fields: readable(
    admins,
    'id',
    'source',
    'externalId',
    'type',
    'body',
    'status',
    'attempts',
    'lastError',
    'receivedAt',
    'workedAt',
  ),
  actions: { ...lookedAtBy(admins), replay: admins, replayFailed: admins },
};
