import { everyone, lookedAtBy, office, type ResourcePolicy, readable } from '../_kit/policy.ts';

/** Who may look at drivers; a viewer sees no phone (`rules.md` §7). They are kept at Onfleet. */
export const driverPolicy: ResourcePolicy = {
  id: 'drivers',
  subject: 'driver',
  fields: {
    ...readable(everyone, 'id', 'name', 'vehicle', 'isOnDuty', 'isActive', 'createdAt', 'updatedAt'),
    ...readable(office, 'phone', 'onfleetWorkerId'),
  },
  actions: { ...lookedAtBy(everyone), sync: office },
};
