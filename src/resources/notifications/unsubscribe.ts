import type { Config } from '../../config.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { isSignedId, readSignedId, signedId } from '../_kit/signed-id.ts';
import { Booking } from '../bookings/booking.model.ts';
import { chooseMarketing, wantsMarketing } from './mail-choice.ts';
import { Notification } from './notification.model.ts';
import { templateTypes } from './templates/catalogue.ts';

const PURPOSE = 'unsubscribe';

/** Where one mail is unsubscribed from. The link tells no address, and works as long as the mail's row names one. */
export function unsubscribeUrl(
  config: Pick<Config, 'sessionSecret' | 'publicUrl'>,
  notificationId: string,
): string {
  return `${config.publicUrl.replace(/\/$/, '')}/unsubscribe/${signedId(config, PURPOSE, notificationId)}`;
}

export interface Subscription {
  /** `j…@example.com`: the link may have been handed on. */
  readonly addressHint: string;
  readonly wanted: boolean;
}

/** How a link's address stands. Throws `not_found` for a link that is not ours, or whose person was erased. */
export async function readSubscription(ctx: Context, token: string): Promise<Subscription> {
  const mail = await mailOf(ctx, token);
  const booking = mail.bookingId === null ? null : await Booking.findByPk(mail.bookingId);
  const wanted = await wantsMarketing(ctx, mail.recipient, booking);
  return { addressHint: hintOf(mail.recipient), wanted };
}

interface Choice {
  readonly token: string;
  readonly wanted: boolean;
  readonly source: 'one_click' | 'page';
}

/** Unsubscribes, or takes that back; whoever has the mail may, and twice is once. Throws `not_found`. */
export async function chooseByLink(ctx: Context, { token, wanted, source }: Choice): Promise<void> {
  const { id, recipient, bookingId } = await mailOf(ctx, token);
  await inTransaction(ctx, (tx) =>
    chooseMarketing(tx, { address: recipient, wanted, source, notificationId: id, bookingId }),
  );
}

async function mailOf(ctx: Context, token: string): Promise<Notification> {
  const id = readSignedId(token);
  const mail = id === null ? null : await Notification.findByPk(id);
  if (!mail || !isSignedId(ctx.config, PURPOSE, mail.id, token)) throw new Refusal('not_found');
  if (templateTypes[mail.type].isTransactional || !mail.recipient.includes('@'))
    throw new Refusal('not_found');
  return mail;
}

function hintOf(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}…${address.slice(at)}`;
}
