import { isErased } from '../../admin/kit/audit-entries.ts';
import type { Cell, Row } from '../../admin/kit/columns.ts';
import type { Block, FieldThen, Moment, ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { fieldWords } from '../../admin/kit/history.ts';
import { type Cells, cellsOf, roleOf, seesColumn } from '../../admin/kit/read-rows.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { formatUsd } from '../../pricing/money.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { type BookingThen, bookingAt, moneyAt } from './booking-at.ts';
import { bookingStory, priceWords } from './booking-timeline.resource.ts';

/** What is told of a booking as it was: everything of its page that the log or the ledger keeps. */
const sections: ResourceDefinition['sections'] = [
  { title: 'Contact', columns: ['customer', 'contactEmail', 'contactPhone', 'marketingOptIn'] },
  {
    title: 'Move',
    columns: [
      'service',
      'basket',
      'when',
      'route',
      'pickup',
      'delivery',
      'coi',
      'coiRequired',
      'instructions',
      'notes',
    ],
  },
  {
    title: 'Money',
    columns: ['totalCents', 'creditsCents', 'capturedCents', 'refundedCents', 'due', 'discountCode'],
  },
  {
    title: 'Booking',
    columns: [
      'status',
      'source',
      'isTest',
      'createdAt',
      'priceLockedUntil',
      'confirmedAt',
      'cancelledAt',
      'cancelReason',
      'archivedAt',
    ],
  },
];

interface Asked {
  readonly definition: ResourceDefinition;
  /** The booking as it is now, as the role reads it. */
  readonly row: Row;
  readonly entryId: string;
  /** How the page shows a price. */
  readonly priceBlock: (row: Row) => Block;
}

/** A booking as it was after an entry of its timeline. Throws `not_found` for an entry that the role does not see there. */
export async function bookingAsItWas(
  ctx: Context,
  { definition, row, entryId, priceBlock }: Asked,
): Promise<Moment> {
  const bookingId = String(row.id);
  const { told, entries } = await bookingStory(ctx, definition.noun.policy, bookingId);
  const index = told.findIndex(({ entry }) => entry.id === entryId);
  const chosen = told[index];
  if (!chosen) throw new Refusal('not_found');
  const { sequence, at } = chosen.entry;
  const money = await moneyAt(ctx, bookingId, at);
  const present = Object.fromEntries(Object.entries(row).filter(([field]) => !(field in money)));
  const found = bookingAt({ present, entries, sequence, at, isErased });
  const then = { ...found, row: { ...found.row, ...money } };
  const names = sections.flatMap(({ columns }) => columns);
  const [cells = {}, cellsNow = {}] = await cellsOf(ctx, definition, [then.row, row], names);
  const price = then.row.price as PricedQuote;
  const isPriceKept = price.totalCents === then.row.totalCents;
  const since = isPriceKept ? priceWords(price, row.price) : [];
  return {
    entry: chosen.told,
    older: told[index + 1]?.told.href ?? null,
    newer: told[index - 1]?.told.href ?? null,
    sections: sections.flatMap(({ title, columns }) => {
      const fields = columns
        .filter((name) => seesColumn(definition, name, roleOf(ctx)))
        .map((name) => fieldThen(definition, name, then, [cells, cellsNow]))
        .filter(({ cell, isChanged }) => cell !== null || isChanged);
      return fields.length > 0 ? [{ title, fields }] : [];
    }),
    blocks: [
      ...(isPriceKept ? [priceBlock(then.row)] : []),
      ...(since.length > 0
        ? [{ kind: 'text' as const, title: 'Price since then', text: since.join('\n') }]
        : []),
    ],
    notes: notesOf(definition, then, isPriceKept),
  };
}

function fieldThen(
  { columns }: ResourceDefinition,
  name: string,
  { erased }: BookingThen,
  [cells, cellsNow]: readonly [Cells, Cells],
): FieldThen {
  const isGone = (columns[name]?.needs ?? [name]).some((field) => erased.includes(field));
  const cell: Cell | null = isGone ? { text: 'Erased', tone: 'quiet' } : (cells[name] ?? null);
  const now = cellsNow[name] ?? null;
  const isChanged = words(cell) !== words(now);
  return { name, label: columns[name]?.label ?? name, cell, isChanged, now: isChanged ? now : null };
}

function words(cell: Cell | null): string {
  return cell === null ? '' : `${cell.text}\n${cell.hint ?? ''}`;
}

/** What log and ledger cannot tell, in sentences. */
function notesOf(
  { columns }: ResourceDefinition,
  { row, erased, unsure }: BookingThen,
  isPriceKept: boolean,
) {
  const names = (fields: readonly string[]) => {
    const labels = fields.map((field) => columns[field]?.label ?? fieldWords(field));
    return [...new Set(labels)].join(', ');
  };
  const total = row.totalCents as PricedQuote['totalCents'];
  return [
    ...(erased.length > 0
      ? [`Erased with the customer’s data, so it cannot be shown again: ${names(erased)}.`]
      : []),
    ...(unsure.length > 0
      ? [`Changed once without an entry in the log, so it may have been otherwise: ${names(unsure)}.`]
      : []),
    ...(isPriceKept ? [] : [`The lines of that price were not kept. The total was ${formatUsd(total)}.`]),
    ...(row.status === 'pending_payment' ? ['Until when the day was held is not kept in the log.'] : []),
  ];
}
