import type { Cell, Row } from '../../admin/kit/columns.ts';
import type { Block, ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { roleOf } from '../../admin/kit/read-rows.ts';
import { phoneWords } from '../../admin/kit/words.ts';
import { formatInstant, formatServiceDay, relativeTo } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { mayRead } from '../_kit/policy.ts';
import { select } from '../_kit/sql.ts';
import { customerPolicy } from './customer.policy.ts';
import { type CustomerHistory, customerHistory } from './customer-history.ts';
import { communicationWords } from './customer-preferences.ts';
import { customerName } from './find-customer.ts';

/** What a customer's page says first: who, how to reach them, and what they have been to us. */

const usd = (amount: number) => formatUsd(cents(amount));

export const customerSummary: NonNullable<ResourceDefinition['summary']> = async (row, _now, ctx) => {
  const history = await customerHistory(ctx, String(row.id));
  const reach = [phoneWords(row.phone), row.email].filter(Boolean).join(' · ');
  const { bookings, moves, refunds } = history;
  return [
    { label: 'Who', cell: { text: customerName(row), ...(reach !== '' && { hint: reach }) } },
    { label: 'Customer', cell: standingCell(row, history) },
    {
      label: 'Bookings',
      cell: { text: String(bookings), ...(bookings > 0 && { hint: `${moves} confirmed or done` }) },
    },
    {
      label: 'Spent',
      cell: { text: usd(history.spentCents), hint: 'received, less refunds and lost disputes' },
    },
    {
      label: 'Refunded',
      cell: { text: usd(history.refundedCents), ...(refunds > 0 && { hint: timesWords(refunds) }) },
    },
    { label: 'Last service day', cell: lastDayCell(history) },
  ];
};

function standingCell({ erasedAt, mergedIntoId }: Row, { moves }: CustomerHistory): Cell {
  if (erasedAt) return { text: 'Erased', tone: 'quiet' };
  if (mergedIntoId) return { text: 'Merged', tone: 'quiet', hint: 'see “Merged into” below' };
  if (moves > 1) return { text: 'Repeat customer', tone: 'good' };
  return moves === 1 ? { text: 'First time', tone: 'plain' } : { text: 'Has not moved yet', tone: 'quiet' };
}

function lastDayCell({ firstDay, lastDay }: CustomerHistory): Cell | null {
  if (firstDay === null || lastDay === null) return null;
  return {
    text: formatServiceDay(lastDay),
    ...(firstDay !== lastDay && { hint: `first ${formatServiceDay(firstDay)}` }),
  };
}

function timesWords(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** What they paid and got back over all their bookings. */
export async function customerMoney(ctx: Context, customerId: string): Promise<Block> {
  const history = await customerHistory(ctx, customerId);
  const line = (label: string, count: number | null, amount: number) => [
    { text: label },
    count === null ? null : { text: String(count) },
    { text: usd(amount) },
  ];
  const { waitingCents, lostDisputeCents } = history;
  return {
    kind: 'table',
    title: 'Payments and refunds',
    head: ['', 'How many', 'Amount'],
    right: [1, 2],
    rows:
      history.payments === 0
        ? []
        : [
            line('Received', history.payments, history.capturedCents),
            line('Refunded', history.refunds, -history.refundedCents),
            ...(lostDisputeCents > 0 ? [line('Lost in disputes', null, -lostDisputeCents)] : []),
            line('Spent', null, history.spentCents),
            ...(waitingCents > 0 ? [line('Refunds under way', null, waitingCents)] : []),
          ],
    empty: 'Nothing was paid yet.',
  };
}

const choiceSources = {
  one_click: 'The unsubscribe button of their mail program',
  page: 'The link at the foot of a mail',
  profile: 'Their profile',
};

/** What their address last chose to be sent, and how; nobody chose anything where there is none. */
export async function customerMailChoices(ctx: Context, row: Row): Promise<Block[]> {
  if (!mayRead(customerPolicy, 'communicationPreferences', roleOf(ctx)) || typeof row.email !== 'string')
    return [];
  const choices = await select<{
    topic: keyof typeof communicationWords;
    wanted: boolean;
    source: keyof typeof choiceSources;
    chosen_at: Date;
  }>(ctx, 'select topic, wanted, source, chosen_at from mail_choices where address = $1 order by topic', [
    row.email.toLowerCase(),
  ]);
  if (choices.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'What they chose to be sent',
      head: ['Mail', 'Choice', 'Chosen by', 'When'],
      rows: choices.map(({ topic, wanted, source, chosen_at: at }) => [
        { text: communicationWords[topic] },
        wanted ? { text: 'Wanted', tone: 'good' } : { text: 'Not wanted', tone: 'quiet' },
        { text: choiceSources[source] },
        { text: formatInstant(at), hint: relativeTo(ctx.clock.now(), at) },
      ]),
      empty: '',
    },
  ];
}
