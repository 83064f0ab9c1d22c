import { createHash } from 'node:crypto';
import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';
import { audit } from '../../_kit/audit.ts';
import { inTransaction } from '../../_kit/in-transaction.ts';
import { authorize } from '../../_kit/policy.ts';
import { notify } from '../../notifications/notify.ts';
import { buildingWords } from '../building.ts';
import { Coi } from '../coi.model.ts';
import { Document } from '../document.model.ts';
import { documentPolicy } from '../document.policy.ts';
import { lockDocument } from '../find-document.ts';

/** SES takes 10 MB with everything around it, and a file in a mail is a third larger. */
const LARGEST_BYTES = 7_000_000;

/**
 * Mails a certificate to a building, as an attachment: one of ours or one that was approved, that covers the service day. The
 * same words to the same address go once. Throws `forbidden`, `not_found`, `move_not_allowed` for another certificate,
 * `conflict` when it went already.
 */
export async function sendToBuilding(
  ctx: Context,
  { documentId, to, message }: { readonly documentId: string; readonly to: string; readonly message: string },
): Promise<void> {
  authorize(ctx, documentPolicy, 'sendToBuilding');
  await inTransaction(ctx, async (tx) => {
    const rejectOnEmpty = new Refusal('not_found');
    const found = await Document.findByPk(documentId, { transaction: tx.tx, rejectOnEmpty });
    const { booking, document } = await lockDocument(tx, found);
    const coi = await Coi.findOne({ where: { documentId }, transaction: tx.tx });
    const { certificateHolder } = refuseUnfit(document, coi, booking.pickupDate);
    const isNews = await notify(tx, {
      type: 'coi_issued',
      eventKey: `${documentId} ${createHash('sha256').update(message).digest('hex').slice(0, 16)}`,
      bookingId: booking.id,
      recipient: to,
      staffUserId: null,
      variables: {
        documentId,
        certificateHolder,
        buildingName: buildingWords(booking, coi),
        body: message,
      },
    });
    if (!isNews)
      throw new Refusal('conflict', {
        detail: `This certificate was sent to ${to} already, with the same words.`,
      });
    await audit(tx, {
      action: 'document.sentToBuilding',
      subjectType: 'document',
      subjectId: documentId,
      bookingId: booking.id,
      personal: { recipient: [null, to], ...(message !== '' && { message: [null, message] }) },
      ...(booking.customerId !== null && { customerId: booking.customerId }),
    });
  });
}

function refuseUnfit(
  { status, byteSize, uploader }: Document,
  coi: Coi | null,
  day: string,
): { certificateHolder: string } {
  const refuse = (detail: string) => new Refusal('move_not_allowed', { detail });
  if (status !== 'stored') throw refuse('This document is no longer there.');
  if (!coi) throw refuse('Only certificates of insurance are sent to buildings.');
  const { certificateHolder, effectiveDate, expiryDate } = coi;
  const isFit = coi.status === 'approved' || (coi.status === 'submitted' && uploader === 'system');
  if (!isFit || certificateHolder === null) throw refuse('Only a certificate that was approved is sent.');
  if (effectiveDate === null || expiryDate === null || day < effectiveDate || expiryDate < day)
    throw refuse('This certificate does not cover the service day.');
  if (byteSize > LARGEST_BYTES)
    throw refuse('This file is too large for a mail: download it and hand it on.');
  return { certificateHolder };
}
