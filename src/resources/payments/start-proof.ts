import { randomUUID } from 'node:crypto';
import { addDays, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { ProofRun } from './proof-run.model.ts';
import { proofRunPolicy } from './proof-run.policy.ts';

/** Business days, both included. */
export interface ProofPeriod {
  readonly from: ServiceDay;
  readonly to: ServiceDay;
}

const LONGEST_DAYS = 366;
/** How many days of Stripe a proof looks at when nobody says. */
const STANDARD_DAYS = 31;

export function standardPeriod({ clock }: Pick<Context, 'clock'>): ProofPeriod {
  const to = serviceDayOf(clock.now());
  return { from: addDays(to, 1 - STANDARD_DAYS), to };
}

/** Has the books proven by a job, against Stripe's movements of a period. Throws `forbidden`, `invalid`. */
export async function startProof(ctx: Context, period: ProofPeriod): Promise<ProofRun> {
  authorize(ctx, proofRunPolicy, 'new');
  const { actor } = ctx;
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  refuseOddPeriod(ctx, period);
  return inTransaction(ctx, async (tx) => {
    const now = ctx.clock.now();
    const run = await ProofRun.create(
      {
        id: randomUUID(),
        startedBy: actor.id,
        fromDay: period.from,
        toDay: period.to,
        createdAt: now,
        updatedAt: now,
      },
      { transaction: tx.tx, returning: true },
    );
    await audit(tx, {
      action: 'proofRun.started',
      subjectType: 'proofRun',
      subjectId: run.id,
      changes: { fromDay: [null, period.from], toDay: [null, period.to] },
    });
    await post(tx, 'prove_books', { proofRunId: run.id });
    return run;
  });
}

/** Throws `invalid` at the field. */
export function refuseOddPeriod({ clock }: Pick<Context, 'clock'>, { from, to }: ProofPeriod): void {
  if (from > serviceDayOf(clock.now())) throw odd('from', 'This day is still to come.');
  if (to < from) throw odd('to', 'This is before the first day.');
  if (to > addDays(from, LONGEST_DAYS - 1)) throw odd('to', 'Look at one year at most.');
}

function odd(path: string, message: string): Refusal {
  return new Refusal('invalid', { violations: [{ path, code: 'invalid_value', message }] });
}
