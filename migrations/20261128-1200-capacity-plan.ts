/**
 * A place is taken by one plan for every day. PostgreSQL planned the search for a van anew for each booking, because the
 * view of a day costs a little less with the day known; that took as long as everything else under the day's lock.
 */

export const up = /* sql */ `
alter function take_capacity(uuid, text, date, integer, integer, timestamptz) set plan_cache_mode = 'force_generic_plan';
`;

export const down = /* sql */ `
alter function take_capacity(uuid, text, date, integer, integer, timestamptz) reset plan_cache_mode;
`;
