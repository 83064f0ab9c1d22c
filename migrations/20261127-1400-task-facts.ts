/** When Onfleet last changed a task that we took in: what was read of it before that comes too late. */

export const up = /* sql */ `
alter table delivery_tasks add column facts_at timestamptz;
`;

export const down = /* sql */ `
alter table delivery_tasks drop column facts_at;
`;
