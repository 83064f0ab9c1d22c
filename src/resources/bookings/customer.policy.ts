import {
  admins,
  everyone,
  lookedAtBy,
  office,
  type ResourcePolicy,
  readable,
  writable,
} from '../_kit/policy.ts';

/** Who may do what with customers (`rules.md` §7): names are no contact data, e-mail, phone and notes are. */
export const customerPolicy: ResourcePolicy = {
  id: 'customers',
  subject: 'customer',
  fields: {
    ...readable(everyone, 'id', 'version', 'createdAt', 'updatedAt', 'mergedIntoId', 'mergedAt', 'erasedAt'),
    ...writable(everyone, office, 'firstName', 'lastName', 'tags'),
    ...writable(office, office, 'email', 'phone', 'notes', 'preferences', 'communicationPreferences'),
  },
  actions: { ...lookedAtBy(everyone), edit: office, merge: admins, erase: admins },
  personal: ['firstName', 'lastName', 'email', 'phone', 'notes', 'tags'],
};
