import { lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** The office reads, writes and sends again; a viewer sees none (`rules.md` §7). */
export const notificationPolicy: ResourcePolicy = {
  id: 'notifications',
  subject: 'notification',
  fields: readable(
    office,
    'id',
    'type',
    'bookingId',
    'customerId',
    'recipient',
    'status',
    'subject',
    'requestedBy',
    'staffUserId',
    'scheduledFor',
    'attempts',
    'lastError',
    'sesMessageId',
    'sentAt',
    'createdAt',
    'updatedAt',
  ),
  actions: { ...lookedAtBy(office), resend: office },
};
