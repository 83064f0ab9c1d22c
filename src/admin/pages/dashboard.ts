import { formatServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { bookings } from '../../resources/bookings/booking.resource.ts';
import type { TableBlock } from '../kit/define-resource.ts';
import { readListQuery } from '../kit/list-query.ts';
import { cellsOf, readPage, recordPath, roleOf, seesColumn } from '../kit/read-rows.ts';
import { rightAligned } from '../kit/rows-block.ts';

interface Panel extends Omit<TableBlock, 'kind'> {
  readonly href: string;
  readonly total: number;
}

const MOST_ROWS = 8;

/** The day at a glance: who is picked up today, who has not paid, whom to call. As far as the role sees bookings. */
export async function dashboard(ctx: Context): Promise<object> {
  const [today, tomorrow, unpaid, inquiries] = await Promise.all([
    panel(
      ctx,
      'today',
      'Pickups today',
      ['when', 'customer', 'route', 'service', 'paid'],
      'No pickup today.',
    ),
    panel(
      ctx,
      'tomorrow',
      'Tomorrow',
      ['when', 'customer', 'route', 'service', 'paid'],
      'No pickup tomorrow yet.',
    ),
    panel(
      ctx,
      'unpaid',
      'Unpaid',
      ['number', 'customer', 'when', 'paid', 'totalCents'],
      'Everybody has paid.',
    ),
    panel(
      ctx,
      'inquiries',
      'Inquiries to call',
      ['number', 'customer', 'contactPhone', 'when', 'totalCents'],
      'No open inquiry.',
    ),
  ]);
  return {
    day: formatServiceDay(serviceDayOf(ctx.clock.now())),
    panels: [today, tomorrow, unpaid, inquiries],
  };
}

async function panel(
  ctx: Context,
  view: string,
  title: string,
  names: readonly string[],
  empty: string,
): Promise<Panel> {
  const role = roleOf(ctx);
  const query = readListQuery({ 'filters.view': view, perPage: String(MOST_ROWS) });
  const { rows, total } = await readPage(ctx, bookings, query);
  const seen = names.filter((name) => seesColumn(bookings, name, role));
  const cells = await cellsOf(ctx, bookings, rows, seen);
  return {
    title,
    href: `/admin/resources/bookings?filters.view=${view}`,
    total,
    head: seen.map((name) => bookings.columns[name]?.label ?? name),
    right: rightAligned(bookings, seen),
    rows: rows.map((row, at) =>
      seen.map((name, index) => {
        const cell = cells[at]?.[name] ?? null;
        if (index > 0 || !cell) return cell;
        // On a day's own panel the window says more than the day.
        const isDay = name === 'when';
        return {
          ...cell,
          ...(isDay && { text: cell.hint ?? cell.text, hint: String(row.number) }),
          href: recordPath('bookings', String(row.id)),
        };
      }),
    ),
    empty,
  };
}
