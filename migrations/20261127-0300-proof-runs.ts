/** Proofs of the books that were made: what was looked at, and what did not add up. */

export const up = /* sql */ `
create table proof_runs (
  id uuid primary key default gen_random_uuid(),
  status text not null default 'waiting' check (status in ('waiting', 'running', 'holds', 'broken', 'failed')),
  started_by uuid references staff_users,
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  bookings integer check (bookings >= 0),
  payments integer check (payments >= 0),
  moves integer check (moves >= 0),
  ledger_cents bigint,
  stripe_cents bigint,
  findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
  finding_count integer not null default 0 check (finding_count >= 0),
  failure text check (length(failure) <= 2000),
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint proof_runs_ended check ((ended_at is not null) = (status in ('holds', 'broken', 'failed'))),
  constraint proof_runs_broken check ((status = 'broken') = (finding_count > 0))
);
create index proof_runs_created on proof_runs (created_at desc, id);
`;

export const down = /* sql */ `
drop table proof_runs;
`;
