import { formatServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { mayAct } from '../../resources/_kit/policy.ts';
import { bookings } from '../../resources/bookings/booking.resource.ts';
import { cois } from '../../resources/documents/coi.resource.ts';
import { deliveryTasks } from '../../resources/logistics/delivery-task.resource.ts';
import { needsReviews } from '../../resources/payments/needs-review.resource.ts';
import { refunds } from '../../resources/payments/refund.resource.ts';
import type { ResourceDefinition } from '../kit/define-resource.ts';
import { readListQuery } from '../kit/list-query.ts';
import { type Count, readPage } from '../kit/read-page.ts';
import { cellsOf, keyOf, recordPath, roleOf, seesColumn } from '../kit/read-rows.ts';
import { rightAligned } from '../kit/rows-block.ts';
import type { TableBlock } from '../kit/table-block.ts';

interface Panel extends Omit<TableBlock, 'kind'>, Count {
  readonly href: string;
}

const MOST_ROWS = 8;

interface Wanted {
  readonly of: ResourceDefinition;
  readonly view: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly empty: string;
}

const ride = ['when', 'customer', 'route', 'service', 'paid'];

const wanted: readonly Wanted[] = [
  { of: bookings, view: 'today', title: 'Pickups today', columns: ride, empty: 'No pickup today.' },
  { of: bookings, view: 'tomorrow', title: 'Tomorrow', columns: ride, empty: 'No pickup tomorrow yet.' },
  {
    of: deliveryTasks,
    view: 'unassigned',
    title: 'Without a driver',
    columns: ['window', 'leg', 'bookingId'],
    empty: 'Every stop of the next days has a driver.',
  },
  {
    of: cois,
    view: 'waiting',
    title: 'Certificates to review',
    columns: ['documentId', 'bookingId', 'customer', 'serviceDay', 'createdAt'],
    empty: 'No certificate waits for a review.',
  },
  {
    of: bookings,
    view: 'withoutCoi',
    title: 'No certificate yet, today or tomorrow',
    columns: ['number', 'customer', 'contactPhone', 'when', 'coiStatus'],
    empty: 'Who needs a certificate by tomorrow has one.',
  },
  {
    of: bookings,
    view: 'unpaid',
    title: 'Unpaid',
    columns: ['number', 'customer', 'when', 'paid', 'totalCents'],
    empty: 'Everybody has paid.',
  },
  {
    of: bookings,
    view: 'inquiries',
    title: 'Inquiries to call',
    columns: ['number', 'customer', 'contactPhone', 'when', 'totalCents'],
    empty: 'No open inquiry.',
  },
  {
    of: refunds,
    view: 'waiting',
    title: 'Refunds to decide',
    columns: ['amountCents', 'bookingId', 'reason', 'requestedBy'],
    empty: 'No refund waits for an admin.',
  },
  {
    of: needsReviews,
    view: 'open',
    title: 'To review',
    columns: ['kind', 'bookingId', 'reason'],
    empty: 'Nothing waits for a decision.',
  },
];

/** The day at a glance: who is picked up, who has not paid, whom to call, what is to decide. As far as the role sees it. */
export async function dashboard(ctx: Context): Promise<object> {
  const role = roleOf(ctx);
  const seen = wanted.filter(({ of }) => mayAct(of.noun.policy, 'list', role));
  return {
    day: formatServiceDay(serviceDayOf(ctx.clock.now())),
    panels: await Promise.all(seen.map((each) => panel(ctx, each))),
  };
}

async function panel(ctx: Context, { of, view, title, columns, empty }: Wanted): Promise<Panel> {
  const role = roleOf(ctx);
  const query = readListQuery({ 'filters.view': view, perPage: String(MOST_ROWS) });
  const { rows, total, counted } = await readPage(ctx, of, query);
  const seen = columns.filter((name) => seesColumn(of, name, role));
  const cells = await cellsOf(ctx, of, rows, seen);
  const noun = of.noun.policy.id;
  return {
    title,
    href: `/admin/resources/${noun}?filters.view=${view}`,
    total,
    counted,
    head: seen.map((name) => of.columns[name]?.label ?? name),
    right: rightAligned(of, seen),
    rows: rows.map((row, at) =>
      seen.map((name, index) => {
        const cell = cells[at]?.[name] ?? null;
        if (index > 0 || !cell) return cell;
        // On a day's own panel the window says more than the day.
        const isDay = name === 'when';
        return {
          ...cell,
          ...(isDay && { text: cell.hint ?? cell.text, hint: String(row.number) }),
          href: recordPath(noun, String(row[keyOf(of)])),
        };
      }),
    ),
    empty,
  };
}
