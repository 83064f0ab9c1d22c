import { admins, lookedAtBy, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** The audit log: admins look at it, nobody changes it (`rules.md` §7). */
export const auditLogPolicy: ResourcePolicy = {
  id: 'auditLogs',
  subject: 'auditLog',
  fields: readable(
    admins,
    'id',
    'sequence',
    'at',
    'actorType',
    'actorId',
    'actorName',
    'action',
    'subjectType',
    'subjectId',
    'subjectVersion',
    'bookingId',
    'requestId',
    'reason',
    'changes',
  ),
  actions: lookedAtBy(admins),
};
