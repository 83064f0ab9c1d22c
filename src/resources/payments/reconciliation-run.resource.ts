import { Op } from 'sequelize';
import { z } from 'zod';
import { choice, count, instant, longText, made, type Row, reference } from '../../admin/kit/columns.ts';
import { literal } from '../../admin/kit/csv-sql.ts';
import { type Block, defineResource } from '../../admin/kit/define-resource.ts';
import { titlesOf } from '../../admin/kit/read-rows.ts';
import { definitionOf } from '../../admin/kit/registry.ts';
import { makingOf } from '../../admin/kit/use-case-action.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import { startReconciliation } from './keep-reconciliation.ts';
import { type Finding, type ReconciledClass, ReconciliationRun } from './reconciliation-run.model.ts';
import { reconciliationRunPolicy } from './reconciliation-run.policy.ts';

const statusWords = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Not all was read',
} as const;

/** In the order in which they are told: of one, of several. */
const classWords: Readonly<Record<ReconciledClass, readonly [one: string, several: string]>> = {
  ours: ['ours', 'ours'],
  outside: ['not ours', 'not ours'],
  dashboard_refund: ['refund made at Stripe', 'refunds made at Stripe'],
  dispute: ['dispute', 'disputes'],
  orphan: ['payment without a booking', 'payments without a booking'],
  amount_mismatch: ['other sum than asked for', 'other sums than asked for'],
};

const findingWords: Readonly<Record<ReconciledClass, string>> = {
  ours: 'Ours',
  outside: 'Not ours',
  dashboard_refund: 'Refund made at Stripe',
  dispute: 'Dispute',
  orphan: 'Payment without a booking',
  amount_mismatch: 'Another sum than asked for',
};

function countsWords(row: Row): string {
  const counts = row.counts as ReconciliationRun['counts'];
  const told = Object.entries(classWords).flatMap(([name, [one, several]]) => {
    const many = counts[name as ReconciledClass] ?? 0;
    return many > 0 ? [`${many.toLocaleString('en-US')} ${many === 1 ? one : several}`] : [];
  });
  return told.join(', ') || 'Nothing new';
}

async function findingsBlock(ctx: Context, row: Row): Promise<Block[]> {
  const findings = (row.findings ?? []) as readonly Finding[];
  if (findings.length === 0) return [];
  const ids = findings.flatMap(({ bookingId }) => bookingId ?? []);
  const titles = await titlesOf(ctx, definitionOf('bookings'), ids);
  return [
    {
      kind: 'table',
      title: 'What to know of',
      head: ['What', 'Amount', 'Booking', 'At Stripe'],
      right: [1],
      rows: findings.map(({ as, amountCents, bookingId, stripeId }) => [
        { text: findingWords[as] },
        { text: formatUsd(cents(amountCents)) },
        bookingId === null
          ? null
          : {
              text: titles.get(bookingId) ?? 'The booking',
              href: `/admin/resources/bookings/records/${bookingId}/show`,
            },
        { text: stripeId },
      ]),
      empty: '',
    },
  ];
}

const starting = makingOf<Record<string, never>>({
  form: z.strictObject({}),
  label: 'Reconcile now',
  preview: async () => [
    'Reads what Stripe has since the last time, and asks again about every payment, refund and dispute that is under way.',
    'Heals what was missed. What it cannot decide becomes a case to review.',
  ],
  async run(ctx) {
    const { id } = await startReconciliation(ctx);
    return { id, message: 'Reconciling. Look again in a moment.' };
  },
});

export const reconciliationRuns = defineResource({
  noun: { model: ReconciliationRun, policy: reconciliationRunPolicy },
  label: { one: 'Reconciliation', many: 'Reconciliation' },
  group: 'Money',
  icon: 'Repeat',
  title: {
    fields: ['status'],
    of: (row) => `Reconciliation, ${statusWords[row.status as keyof typeof statusWords].toLowerCase()}`,
  },
  columns: {
    status: choice('Status', statusWords, {
      waiting: 'quiet',
      running: 'plain',
      done: 'good',
      failed: 'warn',
    }),
    seen: made(
      'What Stripe had',
      ['counts'],
      (row) => ({ text: countsWords(row) }),
      (of) =>
        `coalesce((select string_agg(c.value || ' ' || replace(c.key, '_', ' '), ', ' order by c.key) from jsonb_each_text(${of('counts')}) c), ${literal('Nothing new')})`,
      { isHarmless: true },
    ),
    healed: count('Healed'),
    findingCount: count('To know of'),
    startedBy: reference('Started by', 'staffUsers'),
    failure: longText('What could not be read'),
    startedAt: instant('Started'),
    endedAt: instant('Ended'),
    createdAt: instant('Asked for'),
  },
  list: ['createdAt', 'status', 'seen', 'healed', 'findingCount', 'startedBy'],
  sections: [
    {
      title: 'Reconciliation',
      columns: ['status', 'seen', 'healed', 'findingCount', 'failure', 'startedBy'],
    },
    { title: 'When', columns: ['createdAt', 'startedAt', 'endedAt'] },
  ],
  filters: ['status', 'createdAt'],
  search: [],
  sort: { by: 'createdAt', direction: 'desc' },
  views: {
    told: { label: 'With something to know of', where: () => ({ findingCount: { [Op.gt]: 0 } }) },
    failed: { label: 'Not all read', where: () => ({ status: 'failed' }) },
  },
  making: starting,
  blocks: findingsBlock,
  empty: 'Nothing was reconciled yet. It happens every ten minutes.',
});
