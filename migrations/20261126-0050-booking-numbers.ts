/** The millionth booking has seven digits: `lpad` to six would cut one off and give a number twice. */

export const up = /* sql */ `
create function next_booking_number() returns text language sql volatile as $$
  select 'TT-' || lpad(n::text, greatest(6, length(n::text)), '0') from nextval('booking_numbers') n
$$;
alter table bookings alter column number set default next_booking_number();
`;

export const down = /* sql */ `
alter table bookings alter column number set default 'TT-' || lpad(nextval('booking_numbers')::text, 6, '0');
drop function next_booking_number();
`;
