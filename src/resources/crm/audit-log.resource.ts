import { choice, count, instant, longText, reference, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { actionWords, auditDifferences, fieldWords } from '../../admin/kit/history.ts';
import { AuditLog } from './audit-log.model.ts';
import { auditLogPolicy } from './audit-log.policy.ts';

/** What entries are about. */
const subjectWords = Object.fromEntries(
  [
    'airport',
    'analytics',
    'booking',
    'coi',
    'customer',
    'deliveryTask',
    'deliveryTerm',
    'discountCode',
    'emailTemplate',
    'feedback',
    'document',
    'documentPurge',
    'miniMovePackage',
    'needsReview',
    'organizingService',
    'payment',
    'refund',
    'serviceZone',
    'settings',
    'specialtyItem',
    'staffUser',
    'surchargeRule',
    'van',
    'vanSchedule',
  ].map((subject) => [subject, fieldWords(subject)]),
);

export const auditLogs = defineResource({
  noun: { model: AuditLog, policy: auditLogPolicy },
  label: { one: 'Entry', many: 'Audit log' },
  group: 'System',
  icon: 'FileText',
  title: {
    fields: ['action', 'subjectType'],
    of: (row) => `${fieldWords(String(row.subjectType))}: ${actionWords(String(row.action))}`,
  },
  columns: {
    sequence: count('Entry'),
    at: instant('When'),
    actorName: {
      ...text('Who'),
      sortable: false,
      cell: (value, row) => ({
        text: row.actorType === 'system' ? `ToteTaxi (${String(value)})` : String(value),
      }),
    },
    actorType: choice('Kind of actor', { staff: 'Staff', customer: 'Customer', system: 'ToteTaxi' }),
    actorId: reference('Person', 'staffUsers'),
    subjectType: choice('Of', subjectWords),
    action: { ...text('What'), sortable: false, cell: (value) => ({ text: actionWords(String(value)) }) },
    bookingId: reference('Booking', 'bookings'),
    reason: longText('Reason'),
  },
  list: ['at', 'actorName', 'subjectType', 'action', 'bookingId', 'reason'],
  sections: [
    {
      title: 'Entry',
      columns: ['at', 'actorName', 'subjectType', 'action', 'bookingId', 'reason', 'sequence'],
    },
  ],
  filters: ['actorId', 'actorType', 'subjectType', 'at'],
  search: ['reason'],
  searchExact: ['subjectId', 'requestId'],
  searchWords: 'Words of a reason, or an id',
  sort: { by: 'at', direction: 'desc' },
  blocks: async (ctx, row) => [await auditDifferences(ctx, String(row.id))],
  empty: 'Nothing was written here yet.',
});
