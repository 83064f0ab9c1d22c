/** What staff do with bookings: a cut-off passed with a reason, the same-day fee, tests marked, notes of the office. */

export const up = /* sql */ `
alter table bookings
  add column same_day boolean not null default false,
  add column cut_off_override_reason text check (length(cut_off_override_reason) between 1 and 2000);
comment on column bookings.same_day is 'the same-day fee is priced; staff only';
comment on column bookings.cut_off_override_reason is 'why staff book this day after its cut-off; it stays on the booking';

create function guard_test_mark() returns trigger language plpgsql as $$
begin
  if new.status not in ('inquiry', 'expired') or new.captured_cents <> 0 then
    raise exception 'a booking that is % or has been paid is not marked', new.status
      using errcode = 'check_violation', constraint = 'bookings_test_mark';
  end if;
  return new;
end $$;
create trigger guard_test_mark before update of is_test on bookings for each row
  when (new.is_test is distinct from old.is_test) execute function guard_test_mark();

create table booking_notes (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  staff_user_id uuid references staff_users,
  author text not null check (length(author) between 1 and 201),
  text text not null check (length(text) between 1 and 2000),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on table booking_notes is 'of the office, never shown to customers; a text is changed only when it is erased';
create index booking_notes_booking on booking_notes (booking_id, created_at desc, id);
create index booking_notes_created on booking_notes (created_at desc, id);
create index booking_notes_search on booking_notes using gin (text gin_trgm_ops, author gin_trgm_ops);
create trigger refuse_delete before delete on booking_notes for each row execute function refuse_delete();
`;

export const down = /* sql */ `
drop table booking_notes;
drop trigger guard_test_mark on bookings;
drop function guard_test_mark();
alter table bookings drop column cut_off_override_reason, drop column same_day;
`;
