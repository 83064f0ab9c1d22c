/** The sidebar's groups, in the order of a working day. Imports nothing of ours. */

export const navigationGroups = [
  'Bookings',
  'Deliveries',
  'Money',
  'Mail',
  'Vans',
  'Catalog',
  'System',
] as const;
export type NavigationGroup = (typeof navigationGroups)[number];
