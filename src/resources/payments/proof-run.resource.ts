import { z } from 'zod';
import {
  choice,
  count,
  instant,
  longText,
  made,
  money,
  reference,
  serviceDay,
} from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { day, optional } from '../../admin/kit/fields.ts';
import { makingOf } from '../../admin/kit/use-case-action.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { ProofRun } from './proof-run.model.ts';
import { proofRunPolicy } from './proof-run.policy.ts';
import { type ProofPeriod, refuseOddPeriod, standardPeriod, startProof } from './start-proof.ts';

const statusWords = {
  waiting: 'Waiting',
  running: 'Running',
  holds: 'Everything agrees',
  broken: 'Does not agree',
  failed: 'Could not look',
} as const;

const asked = z.strictObject({
  from: optional(day('From', 'Stripe’s movements of these days are compared, each with the ledger.')),
  to: optional(day('To', 'Empty looks at the last 31 days.')),
});

interface Asked {
  readonly from: ServiceDay | null;
  readonly to: ServiceDay | null;
}

function periodOf(ctx: Context, { from, to }: Asked): ProofPeriod {
  const standard = standardPeriod(ctx);
  return { from: from ?? standard.from, to: to ?? standard.to };
}

const proving = makingOf<Asked>({
  form: asked,
  async preview(ctx, values) {
    const period = periodOf(ctx, values);
    refuseOddPeriod(ctx, period);
    return [
      'Adds up every booking that is over and every payment, whatever their days.',
      `Compares Stripe’s movements from ${formatServiceDay(period.from)} to ${formatServiceDay(period.to)} with the ledger, one by one.`,
      'Only looks; what does not agree becomes a case to review.',
    ];
  },
  async run(ctx, values) {
    const { id } = await startProof(ctx, periodOf(ctx, values));
    return { id, message: 'The proof is being made. Look again in a moment.' };
  },
});

const periodWords = (row: Readonly<Record<string, unknown>>) =>
  `${formatServiceDay(row.fromDay as ServiceDay)} to ${formatServiceDay(row.toDay as ServiceDay)}`;

export const proofRuns = defineResource({
  noun: { model: ProofRun, policy: proofRunPolicy },
  label: { one: 'Proof', many: 'Proofs' },
  group: 'Money',
  icon: 'CheckSquare',
  title: {
    fields: ['status', 'toDay'],
    of: (row) =>
      `${statusWords[row.status as keyof typeof statusWords]}, ${formatServiceDay(row.toDay as ServiceDay)}`,
  },
  columns: {
    status: choice('Outcome', statusWords, {
      waiting: 'quiet',
      running: 'plain',
      holds: 'good',
      broken: 'bad',
      failed: 'warn',
    }),
    period: made(
      'Days at Stripe',
      ['fromDay', 'toDay'],
      (row) => ({ text: periodWords(row) }),
      (of) => `${of('fromDay')}::text || ' to ' || ${of('toDay')}::text`,
      { sortBy: 'toDay', isHarmless: true },
    ),
    fromDay: serviceDay('From'),
    toDay: serviceDay('To'),
    bookings: count('Bookings that are over'),
    payments: count('Payments'),
    moves: count('Movements compared'),
    ledgerCents: money('Ledger, in less out'),
    stripeCents: money('Stripe, in less out'),
    findingCount: count('Disagreements'),
    startedBy: reference('Started by', 'staffUsers'),
    failure: longText('Why it could not look'),
    startedAt: instant('Started'),
    endedAt: instant('Ended'),
    createdAt: instant('Asked for'),
  },
  list: ['createdAt', 'status', 'period', 'bookings', 'payments', 'moves', 'findingCount', 'startedBy'],
  sections: [
    { title: 'Proof', columns: ['status', 'period', 'findingCount', 'failure', 'startedBy'] },
    {
      title: 'What was looked at',
      columns: ['bookings', 'payments', 'moves', 'ledgerCents', 'stripeCents'],
    },
    { title: 'When', columns: ['createdAt', 'startedAt', 'endedAt'] },
  ],
  filters: ['status', 'createdAt'],
  search: [],
  sort: { by: 'createdAt', direction: 'desc' },
  making: proving,
  blocks: async (_ctx, row) => {
    const findings = row.findings as ProofRun['findings'];
    if (findings.length === 0) return [];
    return [
      {
        kind: 'table',
        title: 'What does not agree',
        head: ['', ''],
        rows: findings.map(({ words, bookingId }) => [
          { text: words },
          bookingId === null
            ? null
            : { text: 'The booking', href: `/admin/resources/bookings/records/${bookingId}/show` },
        ]),
        empty: '',
      },
    ];
  },
  empty: 'No proof was made yet. One is made every night, and when an admin asks for it.',
});
