import type { Context, TransactionContext } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';
import { alone } from '../../_kit/alone.ts';
import { inTransaction } from '../../_kit/in-transaction.ts';
import { authorize } from '../../_kit/policy.ts';
import { Booking } from '../../bookings/booking.model.ts';
import { bookingPolicy } from '../../bookings/booking.policy.ts';
import type { BookingStatus } from '../../bookings/booking.states.ts';
import { setPaper } from '../../payments/papers/set-paper.ts';
import { announceDocument } from '../announce-document.ts';
import { Coi } from '../coi.model.ts';
import { Document, storedKey } from '../document.model.ts';
import { lockDocument } from '../find-document.ts';
import { moveCoi } from '../move-coi.ts';
import { moveDocument } from '../move-document.ts';
import { putFile } from '../s3/client.ts';
import { type CoiWords, submitCoi } from '../submit-coi.ts';
import { type CertificateWords, certificatePaper } from './certificate-paper.ts';
import { type CompanyInsurance, companyInsurance } from './company-insurance.ts';
import { sendToBuilding } from './send-to-building.ts';

export interface CertificateRequest extends CertificateWords {
  readonly bookingId: string;
  /** The building's address for mail; '' when staff hand it on themselves. */
  readonly sendTo: string;
}

/**
 * Issues the company's certificate to a building: a PDF among the booking's documents that waits for its review like any
 * other, with what it says filled in; the one before it for the same building, if nobody reviewed it, is replaced. Throws
 * `forbidden`, `not_found`, `move_not_allowed` for a booking that is over, for insurance that is not in the settings or does
 * not cover the day, and for the same certificate again; `conflict`, `too_many_files`, `file_store_unavailable`.
 */
export async function issueCertificate(ctx: Context, asked: CertificateRequest): Promise<Document> {
  authorize(ctx, bookingPolicy, 'issueCertificate');
  const outcome = await alone(ctx, `certificate ${asked.bookingId}`, () => issue(ctx, asked));
  if (outcome === 'busy') throw new Refusal('conflict');
  return outcome;
}

/** What such a certificate would say. Changes nothing. Throws as `issueCertificate` does. */
export async function planCertificate(
  ctx: Context,
  asked: CertificateRequest,
): Promise<{ booking: Booking; insurance: CompanyInsurance }> {
  authorize(ctx, bookingPolicy, 'issueCertificate');
  const { bookingId } = asked;
  const booking = await Booking.findByPk(bookingId, { rejectOnEmpty: new Refusal('not_found') });
  refuseOver(booking);
  const insurance = await companyInsurance(ctx, booking.pickupDate);
  await refuseAgain(bookingId, coiWords(insurance, asked));
  return { booking, insurance };
}

async function issue(ctx: Context, asked: CertificateRequest): Promise<Document> {
  const { booking, insurance } = await planCertificate(ctx, asked);
  const before = await Document.count({
    where: { bookingId: booking.id, uploader: 'system', category: 'coi' },
  });
  const number = `${booking.number}-C${before + 1}`;
  const body = await setPaper(certificatePaper(booking, insurance, asked, { number, at: ctx.clock.now() }));
  const contentType = 'application/pdf' as const;
  const file = {
    category: 'coi' as const,
    fileName: `certificate-${number}.pdf`,
    contentType,
    byteSize: body.length,
  };
  const announced = await inTransaction(ctx, (tx) =>
    announceDocument(tx, { bookingId: booking.id, file, uploader: 'system' }),
  );
  await putFile(ctx, { key: storedKey(announced), contentType, body });
  return inTransaction(ctx, async (tx) => {
    const locked = await lockDocument(tx, announced);
    const words = coiWords(insurance, asked);
    refuseOver(locked.booking);
    // It was moved while we wrote: what the paper says of the day is no longer so.
    if (locked.booking.pickupDate !== booking.pickupDate) throw new Refusal('conflict');
    await replaceUnread(tx, booking.id, words);
    await moveDocument(tx, locked.document, 'stored', { storedAt: tx.clock.now() });
    await submitCoi(tx, locked.booking, locked.document, words);
    if (asked.sendTo !== '')
      await sendToBuilding(tx, { documentId: announced.id, to: asked.sendTo, message: '' });
    return locked.document;
  });
}

const over: readonly BookingStatus[] = ['completed', 'cancelled', 'expired'];

function refuseOver({ status, archivedAt }: Booking): void {
  if (archivedAt !== null) throw new Refusal('not_found');
  if (over.includes(status))
    throw new Refusal('move_not_allowed', {
      detail: 'This booking is over: no certificate is issued for it.',
    });
}

function coiWords(insurance: CompanyInsurance, asked: CertificateWords): CoiWords & { building: string } {
  const { insurer, policyNumber, coverageCents, aggregateCents, effectiveDate, expiryDate } = insurance;
  return {
    insurer,
    policyNumber,
    coverageCents,
    aggregateCents,
    effectiveDate,
    expiryDate,
    building: asked.building,
    certificateHolder: `${asked.certificateHolder}, ${asked.holderAddress}`,
    notes: asked.description,
  };
}

/** Those of ours that stand or wait. */
async function issuedOf(bookingId: string, tx?: TransactionContext['tx']): Promise<Coi[]> {
  const where = {
    bookingId,
    uploader: 'system' as const,
    category: 'coi' as const,
    status: 'stored' as const,
  };
  const ours = await Document.findAll({ where, attributes: ['id'], transaction: tx ?? null });
  const documentId = ours.map(({ id }) => id);
  return Coi.findAll({
    where: { documentId, status: ['submitted', 'approved'] },
    order: ['id'],
    transaction: tx ?? null,
    ...(tx && { lock: tx.LOCK.UPDATE }),
  });
}

/** Pressed twice is once. */
async function refuseAgain(bookingId: string, words: CoiWords): Promise<void> {
  for (const coi of await issuedOf(bookingId)) {
    const stored = new Map<string, unknown>(Object.entries(coi.get()));
    if (!Object.entries(words).every(([field, value]) => stored.get(field) === value)) continue;
    throw new Refusal('move_not_allowed', {
      detail: 'This very certificate was issued already: it is among the documents of the booking.',
    });
  }
}

async function replaceUnread(
  ctx: TransactionContext,
  bookingId: string,
  { building }: { building: string },
): Promise<void> {
  for (const coi of await issuedOf(bookingId, ctx.tx)) {
    if (coi.status === 'submitted' && coi.building.toLowerCase() === building.toLowerCase())
      await moveCoi(ctx, coi, 'replaced', {}, 'A newer certificate was issued');
  }
}
