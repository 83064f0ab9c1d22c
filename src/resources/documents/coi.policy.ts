import { lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Certificates of insurance are the office's to read and decide; a viewer sees none (`rules.md` §7). */
export const coiPolicy: ResourcePolicy = {
  id: 'cois',
  subject: 'coi',
  fields: readable(
    office,
    'id',
    'bookingId',
    'documentId',
    'status',
    'building',
    'insurer',
    'policyNumber',
    'certificateHolder',
    'coverageCents',
    'aggregateCents',
    'effectiveDate',
    'expiryDate',
    'notes',
    'reviewedBy',
    'reviewedAt',
    'rejectedReason',
    'version',
    'createdAt',
    'updatedAt',
  ),
  actions: { ...lookedAtBy(office), approve: office, reject: office },
  personal: ['building', 'insurer', 'policyNumber', 'certificateHolder', 'notes', 'rejectedReason'],
};
