/**
 * A word of six letters and more is found by all its parts of six. An index of three letters goes through what the rarest
 * three of them have, which grows with the bookings; what has six of them stays a handful.
 */

const words = ['number', 'contact_first_name', 'contact_last_name', 'contact_email', 'contact_phone'];

export const up = /* sql */ `
create function word_parts(variadic words text[]) returns text[] language sql immutable parallel safe as $$
  select array(
    select distinct substr(word, place, 6)
    from unnest(words) as written, lower(written) as word, generate_series(1, length(word) - 5) as place
  )
$$;
create index booking_words_parts on booking_words using gin (word_parts(${words.join(', ')})) with (fastupdate = off);
analyze booking_words;
`;

export const down = /* sql */ `
drop index booking_words_parts;
drop function word_parts(text[]);
`;
