import { admins, keptBy, office, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** Zones: the office reads them, admins change them (`rules.md` §7). A ZIP that is not served any more is deleted. */
export const serviceZonePolicy: ResourcePolicy = {
  id: 'serviceZones',
  subject: 'serviceZone',
  fields: {
    ...readable(office, 'id', 'version', 'createdAt', 'updatedAt'),
    ...writable(office, admins, 'zip', 'zone'),
  },
  actions: { ...keptBy(office, admins), delete: admins },
};
