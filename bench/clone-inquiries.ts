import pg from 'pg';
import { addDays, realNow, serviceDayOf } from '../src/clock.ts';

export interface Clone {
  readonly id: string;
  readonly day: string;
}

/** Fresh inquiries like the template, for days apart or for one day. */
export async function cloneInquiries(
  database: pg.Client,
  { id }: { readonly id: string },
  many: number,
  days: 'spread' | 'hot',
): Promise<Clone[]> {
  const today = serviceDayOf(realNow());
  const own = ['id', 'number', 'pickup_date'];
  const { rows: columns } = await database.query<{ column_name: string }>(
    `select column_name from information_schema.columns
     where table_name = 'bookings' and is_generated = 'NEVER' and column_name <> all($1)`,
    [own],
  );
  const names = columns.map(({ column_name }) => pg.escapeIdentifier(column_name)).join(', ');
  await database.query('delete from capacity_takings where day >= $1', [addDays(today, 20)]);
  const day = days === 'hot' ? `'${addDays(today, 40)}'::date` : `'${addDays(today, 20)}'::date + (n % 140)`;
  const { rows } = await database.query<Clone>(
    `insert into bookings (pickup_date, ${names}) select ${day}, ${names.replace(/"(\w+)"/g, 'b."$1"')}
     from bookings b cross join generate_series(1, $2::int) n where b.id = $1 returning id, pickup_date::text as day`,
    [id, many],
  );
  return rows;
}
