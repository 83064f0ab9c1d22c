/** A booking has at most 20 files that count or are still to come, whatever writes them. Who adds one waits for who adds another. */

export const up = /* sql */ `
create function guard_files_of_booking() returns trigger language plpgsql as $$
begin
  perform from bookings where id = new.booking_id for no key update;
  if (select count(*) from documents where booking_id = new.booking_id and status in ('awaiting', 'stored')) >= 20 then
    raise exception 'a booking has at most 20 files' using errcode = 'check_violation', constraint = 'documents_of_booking';
  end if;
  return new;
end $$;
create trigger guard_files_of_booking before insert on documents for each row execute function guard_files_of_booking();
`;

export const down = /* sql */ `
drop trigger guard_files_of_booking on documents;
drop function guard_files_of_booking();
`;
