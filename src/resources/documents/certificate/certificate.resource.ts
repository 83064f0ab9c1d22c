import { z } from 'zod';
import type { Row } from '../../../admin/kit/columns.ts';
import { email, line, long, optionalEmail } from '../../../admin/kit/fields.ts';
import { useCaseAction } from '../../../admin/kit/use-case-action.ts';
import { formatServiceDay } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { cents, formatUsd } from '../../../pricing/money.ts';
import { Booking } from '../../bookings/booking.model.ts';
import { buildingOf } from '../building.ts';
import { Coi } from '../coi.model.ts';
import { companyInsurance } from './company-insurance.ts';
import { type CertificateRequest, issueCertificate, planCertificate } from './issue-certificate.ts';
import { sendToBuilding } from './send-to-building.ts';

/** The certificate that we issue to a building, on the booking's page; and how a certificate goes there by mail. */

const certificate = z.strictObject({
  certificateHolder: line('Certificate holder', 98, 'The building or its owners, as they want to be named.'),
  holderAddress: line('Address of the holder', 100),
  building: line('Building', 200, 'Where the crew works.'),
  description: long(
    'Description',
    1_000,
    'What the building asks to read, such as who is additionally insured. Only what the policy says.',
  ),
  sendTo: optionalEmail('Send it to', 'The building’s e-mail address. Empty when you hand it on yourself.'),
});

/**
 * What the booking's last certificate says of its holder, else where it is picked up. Throws at once what would refuse the
 * certificate whatever is filled in.
 */
async function prefilled(row: Row, ctx: Context): Promise<Readonly<Record<string, unknown>>> {
  const booking = await Booking.findByPk(String(row.id), { rejectOnEmpty: true });
  await companyInsurance(ctx, booking.pickupDate);
  const last = await Coi.findOne({ where: { bookingId: booking.id }, order: [['createdAt', 'DESC']] });
  const address = booking.pickupAddress ?? booking.deliveryAddress;
  const holderAddress = address
    ? `${address.line1}, ${address.city}, ${address.state} ${address.zip}`.slice(0, 100)
    : '';
  const holder = last?.certificateHolder ?? '';
  const isWithAddress = holder.endsWith(`, ${holderAddress}`);
  return {
    certificateHolder: (isWithAddress ? holder.slice(0, -holderAddress.length - 2) : holder).slice(0, 98),
    holderAddress,
    building: last?.building || buildingOf(booking),
    description: '',
    sendTo: '',
  };
}

const request = (row: Row, values: Omit<CertificateRequest, 'bookingId'>) => ({
  ...values,
  bookingId: String(row.id),
});

export const issueVerb = useCaseAction<z.output<typeof certificate>>({
  name: 'issueCertificate',
  label: 'Issue certificate',
  icon: 'Shield',
  form: certificate,
  isOffered: ({ status }) =>
    ['inquiry', 'pending_payment', 'confirmed', 'in_progress'].includes(String(status)),
  initial: prefilled,
  async preview(ctx, row, values) {
    const { booking, insurance } = await planCertificate(ctx, request(row, values));
    const { insurer, policyNumber, coverageCents, expiryDate } = insurance;
    return [
      `Issues a certificate to ${values.certificateHolder} for ${formatServiceDay(booking.pickupDate)}.`,
      `It says: ${insurer}, policy ${policyNumber}, ${formatUsd(cents(coverageCents))} for each occurrence, valid until ${formatServiceDay(expiryDate)}.`,
      'The PDF is among the documents of the booking, and waits for its review.',
      ...(values.sendTo === '' ? [] : [`It is mailed to ${values.sendTo} at once.`]),
    ];
  },
  async run(ctx, row, values) {
    const { fileName } = await issueCertificate(ctx, request(row, values));
    const where = values.sendTo === '' ? 'download or mail it from the documents below' : 'the mail goes out';
    return { message: `${fileName} is issued: ${where}.` };
  },
});

const mail = z.strictObject({
  to: email('Send it to', 'The building’s e-mail address.'),
  message: long('Message', 2_000, 'Stands below what the mail says anyway. May stay empty.'),
});

export const sendVerb = useCaseAction<z.output<typeof mail>>({
  name: 'sendToBuilding',
  label: 'Mail to the building',
  icon: 'Send',
  form: mail,
  isOffered: ({ status, category }) => status === 'stored' && category === 'coi',
  preview: async (_ctx, row, { to }) => [`Sends ${String(row.fileName)} to ${to}, as an attachment.`],
  async run(ctx, row, { to, message }) {
    await sendToBuilding(ctx, { documentId: String(row.id), to, message });
    return { message: 'The mail goes out.' };
  },
});
