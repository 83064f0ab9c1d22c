import { instant, text, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { phone } from '../../admin/kit/reach.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { Driver } from './driver.model.ts';
import { driverPolicy } from './driver.policy.ts';
import { syncDrivers } from './sync-drivers.ts';

const sync = useCaseAction({
  name: 'sync',
  label: 'Ask Onfleet anew',
  icon: 'RefreshCw',
  preview: async () => [
    'Takes over names, phones and duty of all drivers from Onfleet, as every quarter of an hour.',
  ],
  async run(ctx) {
    await syncDrivers(ctx);
    return { message: 'The drivers are as Onfleet has them.' };
  },
});

export const drivers = defineResource({
  noun: { model: Driver, policy: driverPolicy },
  label: { one: 'Driver', many: 'Drivers' },
  group: 'Deliveries',
  icon: 'Users',
  title: { fields: ['name'], of: (row) => String(row.name) },
  columns: {
    name: text('Name'),
    phone: phone('Phone'),
    vehicle: text('Vehicle'),
    isOnDuty: yesNo('Duty', 'On duty', 'Off duty'),
    isActive: yesNo('At Onfleet', 'Yes', 'Gone'),
    onfleetWorkerId: text('Onfleet worker'),
    updatedAt: instant('Changed'),
  },
  list: ['name', 'phone', 'vehicle', 'isOnDuty', 'isActive'],
  sections: [
    { title: 'Driver', columns: ['name', 'phone', 'vehicle', 'isOnDuty'] },
    { title: 'At Onfleet', columns: ['isActive', 'onfleetWorkerId', 'updatedAt'] },
  ],
  filters: ['isOnDuty', 'isActive'],
  search: ['name'],
  searchWords: 'Name',
  sort: { by: 'name', direction: 'asc' },
  views: {
    onDuty: {
      label: 'On duty',
      where: () => ({ isOnDuty: true, isActive: true }),
      sort: { by: 'name', direction: 'asc' },
    },
  },
  actions: [sync],
  empty: 'No driver is known yet. They are taken over from Onfleet every quarter of an hour.',
});
