import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { notifyCustomer } from '../notifications/notify.ts';
import { buildingWords } from './building.ts';
import { coiPolicy } from './coi.policy.ts';
import { lockCoi, moveCoi } from './move-coi.ts';

/** Rejects a certificate and tells the customer why. Throws `forbidden`, `not_found`, `move_not_allowed` when it was decided. */
export async function rejectCoi(
  ctx: Context,
  { coiId, reason }: { readonly coiId: string; readonly reason: string },
): Promise<void> {
  authorize(ctx, coiPolicy, 'reject');
  const { actor } = ctx;
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  await inTransaction(ctx, async (tx) => {
    const { booking, coi } = await lockCoi(tx, coiId);
    await moveCoi(tx, coi, 'rejected', {
      rejectedReason: reason,
      reviewedBy: actor.id,
      reviewedAt: tx.clock.now(),
    });
    await notifyCustomer(tx, booking, {
      type: 'coi_rejected',
      eventKey: `${coi.id} ${coi.version}`,
      variables: { buildingName: buildingWords(booking, coi), reason },
    });
  });
}
