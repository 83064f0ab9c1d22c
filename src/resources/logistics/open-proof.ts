import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize, mayRead } from '../_kit/policy.ts';
import { DeliveryTask } from './delivery-task.model.ts';
import { deliveryTaskPolicy } from './delivery-task.policy.ts';
import { fetchUpload, type Picture } from './onfleet/uploads.ts';

/** A picture of a task: `signature`, or `photo-1` and so on. */
export interface ProofName {
  readonly taskId: string;
  readonly picture: string;
}

/**
 * A photo or the signature of a delivery, for who may see them; each look is in the audit log before it is had
 * (`product.md` §6). Throws `forbidden`, `not_found`, and what `fetchUpload` throws.
 */
export async function openProof(ctx: Context, { taskId, picture }: ProofName): Promise<Picture> {
  authorize(ctx, deliveryTaskPolicy, 'show');
  const field = picture === 'signature' ? 'signatureId' : 'photoIds';
  if (ctx.actor.type !== 'staff' || !mayRead(deliveryTaskPolicy, field, ctx.actor.role))
    throw new Refusal('forbidden');
  const task = await DeliveryTask.findByPk(taskId, { rejectOnEmpty: new Refusal('not_found') });
  const uploadId = uploadOf(task, picture);
  if (!uploadId) throw new Refusal('not_found');
  const opened = await fetchUpload(ctx, uploadId);
  await inTransaction(ctx, (tx) =>
    audit(tx, {
      action: 'deliveryTask.proofSeen',
      subjectType: 'deliveryTask',
      subjectId: task.id,
      bookingId: task.bookingId,
      reason: proofWords(picture),
    }),
  );
  return opened;
}

function uploadOf({ photoIds, signatureId }: DeliveryTask, picture: string): string | null {
  if (picture === 'signature') return signatureId;
  const number = /^photo-([1-9]\d?)$/.exec(picture)?.[1];
  return number === undefined ? null : (photoIds[Number(number) - 1] ?? null);
}

/** The pictures that a task has, by name. */
export function proofsOf({
  photoIds,
  signatureId,
}: Pick<DeliveryTask, 'photoIds' | 'signatureId'>): string[] {
  return [...photoIds.map((_, index) => `photo-${index + 1}`), ...(signatureId ? ['signature'] : [])];
}

/** `Photo 1`, `Signature`. */
export function proofWords(picture: string): string {
  return picture.charAt(0).toUpperCase() + picture.slice(1).replace('-', ' ');
}
