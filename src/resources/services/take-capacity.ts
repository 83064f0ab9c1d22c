import type { ServiceDay } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { select } from '../_kit/sql.ts';
import type { Basket } from '../bookings/basket.ts';
import { forgetCapacityAfter } from './capacity-memory.ts';
import type { RateCardSnapshot } from './rate-card-snapshot.ts';
import { vanLoad } from './van-load.ts';

interface Taking {
  readonly booking: { readonly id: string; readonly basket: Basket; readonly isTest: boolean };
  readonly day: ServiceDay;
  /** `move` is a second day, held while a reschedule waits for its price. */
  readonly purpose?: 'ride' | 'move';
}

/**
 * Takes a booking's places on a day in the fullest van that still has room, or says why there is none (`rules.md` §3).
 * Whoever takes on the same day waits until this transaction ends, so it comes last in it, or under a savepoint to which a
 * refusal goes back. A test booking takes nothing.
 */
export async function tryCapacity(
  ctx: TransactionContext,
  { load }: Pick<RateCardSnapshot, 'load'>,
  { booking, day, purpose = 'ride' }: Taking,
): Promise<'taken' | 'full' | 'closed'> {
  if (booking.isTest) return 'taken';
  const { slots, specialtyItems } = vanLoad(booking.basket, load);
  forgetCapacityAfter(ctx, day);
  try {
    const [taken] = await select<{ refusal: 'full' | 'closed' | null }>(
      ctx,
      'select refusal from take_capacity($1, $2, $3, $4, $5, $6)',
      [booking.id, purpose, day, slots, specialtyItems, ctx.clock.now()],
    );
    return taken?.refusal ?? 'taken';
  } catch (error) {
    // The van was taken out of service in between: the guard's word, after which the transaction goes no further.
    if (isGuardOfVans(error)) return 'full';
    throw error;
  }
}

function isGuardOfVans(error: unknown): boolean {
  return (
    error instanceof Error &&
    'constraint' in error &&
    /^capacity_takings_(open|room)$/.test(String(error.constraint))
  );
}

/** The same; throws `date_unavailable` with the reason. */
export async function takeCapacity(
  ctx: TransactionContext,
  snapshot: Pick<RateCardSnapshot, 'load'>,
  taking: Taking,
): Promise<void> {
  const reason = await tryCapacity(ctx, snapshot, taking);
  if (reason !== 'taken') throw new Refusal('date_unavailable', { extras: { reason } });
}
