/** What bookings are searched by, apart from them: it is written when it changes, not with each step of a booking. */

const words = ['number', 'contact_first_name', 'contact_last_name', 'contact_email', 'contact_phone'];
const list = words.join(', ');

export const up = /* sql */ `
create table booking_words (
  booking_id uuid primary key references bookings on delete cascade,
  ${words.map((word) => `${word} text`).join(',\n  ')}
);
comment on table booking_words is 'kept by triggers of bookings; read by searches alone';
insert into booking_words select id, ${list} from bookings;
create index booking_words_search on booking_words using gin (${words.map((word) => `${word} gin_trgm_ops`).join(', ')});

create function keep_booking_words() returns trigger language plpgsql as $$
begin
  insert into booking_words (booking_id, ${list}) values (new.id, ${words.map((word) => `new.${word}`).join(', ')})
  on conflict (booking_id) do update set (${list}) = (${words.map((word) => `excluded.${word}`).join(', ')});
  return null;
end $$;
create trigger bookings_words_made after insert on bookings for each row execute function keep_booking_words();
create trigger bookings_words_changed after update of ${list} on bookings for each row
  when ((${words.map((word) => `old.${word}`).join(', ')}) is distinct from (${words.map((word) => `new.${word}`).join(', ')}))
  execute function keep_booking_words();

drop index bookings_search;
`;

export const down = /* sql */ `
create index bookings_search on bookings using gin (${words.map((word) => `${word} gin_trgm_ops`).join(', ')});
drop trigger bookings_words_changed on bookings;
drop trigger bookings_words_made on bookings;
drop function keep_booking_words();
drop table booking_words;
`;
