import { lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Documents are the office's: a viewer sees none (`rules.md` §7). Their customers come by the API, to their booking's own. */
export const documentPolicy: ResourcePolicy = {
  id: 'documents',
  subject: 'document',
  fields: readable(
    office,
    'id',
    'bookingId',
    'customerId',
    'category',
    'tags',
    'fileName',
    'contentType',
    'byteSize',
    'status',
    'refusal',
    'scannedBy',
    'uploader',
    'uploadedBy',
    'storedAt',
    'goneAt',
    'goneBecause',
    'fileDeletedAt',
    'createdAt',
    'updatedAt',
  ),
  actions: { ...lookedAtBy(office), upload: office, open: office, sendToBuilding: office },
  personal: ['fileName'],
};
