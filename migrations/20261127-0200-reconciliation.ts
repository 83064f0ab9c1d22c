/** Reconciliations that were made: what Stripe had, what was healed, and what is not plainly ours or somebody else's. */

export const up = /* sql */ `
create table reconciliation_runs (
  id uuid primary key default gen_random_uuid(),
  status text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed')),
  started_by uuid references staff_users,
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  healed integer not null default 0 check (healed >= 0),
  findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
  finding_count integer not null default 0 check (finding_count >= 0),
  failure text check (length(failure) <= 2000),
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint reconciliation_runs_ended check ((ended_at is not null) = (status in ('done', 'failed')))
);
create index reconciliation_runs_created on reconciliation_runs (created_at desc, id);
create unique index reconciliation_runs_one_running on reconciliation_runs ((true)) where status = 'running';
comment on index reconciliation_runs_one_running is 'two at once would only ask Stripe twice';
`;

export const down = /* sql */ `
drop table reconciliation_runs;
`;
