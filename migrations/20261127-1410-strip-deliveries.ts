/** What of an erased person is at Onfleet: whom its tasks meet, and when that was taken from it. */

export const up = /* sql */ `
alter table delivery_tasks
  add column recipient_ids text[] not null default '{}',
  add column stripped_at timestamptz;
`;

export const down = /* sql */ `
alter table delivery_tasks drop column recipient_ids, drop column stripped_at;
`;
