/**
 * Who takes on a day waits in line. Those who waited for the row alone overtook each other: each change of it sent all of
 * them to its new version at once, and on a day that everybody wants one in a hundred waited four times as long as half.
 */

export const up = /* sql */ `
create or replace function lock_service_day(p_day date) returns void language sql as $$
  select pg_advisory_xact_lock(hashtext('service_days'), p_day - date '2000-01-01');
  insert into service_days values (p_day, 1)
  on conflict (day) do update set version = service_days.version + 1
$$;
`;

export const down = /* sql */ `
create or replace function lock_service_day(p_day date) returns void language sql as $$
  insert into service_days values (p_day, 1)
  on conflict (day) do update set version = service_days.version + 1
$$;
`;
