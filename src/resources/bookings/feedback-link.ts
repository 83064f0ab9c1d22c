import type { Config } from '../../config.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { isSignedId, readSignedId, signedId } from '../_kit/signed-id.ts';
import { Booking } from './booking.model.ts';

interface LinkOwner {
  readonly id: string;
  readonly accessTokenVersion: number;
}

const purposeOf = ({ accessTokenVersion }: LinkOwner) => `feedback ${accessTokenVersion}`;

/** Where a customer says how it went. The link opens nothing else; what revokes the booking's token revokes it. */
export function feedbackUrl(config: Pick<Config, 'sessionSecret' | 'publicUrl'>, booking: LinkOwner): string {
  const token = signedId(config, purposeOf(booking), booking.id);
  return `${config.publicUrl.replace(/\/$/, '')}/feedback/${token}`;
}

/** The booking that such a link is of. Throws `not_found`. */
export async function openFeedbackLink(ctx: Context, token: string): Promise<Booking> {
  const id = readSignedId(token);
  const booking = id === null ? null : await Booking.findByPk(id);
  if (
    !booking ||
    booking.archivedAt !== null ||
    !isSignedId(ctx.config, purposeOf(booking), booking.id, token)
  )
    throw new Refusal('not_found');
  return booking;
}
