import type { Context, TransactionContext } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { select } from '../_kit/sql.ts';
import type { Booking } from '../bookings/booking.model.ts';
import { customerByEmail } from '../bookings/find-customer.ts';

/**
 * Whether somebody may be sent mail that is not about a move of theirs (`product.md` §7): what they chose last, with us or in
 * their profile, else whether they said yes when they asked for the price. Who never said anything is not written to; a
 * booking without a sign-in never takes back that somebody wants none (`rules.md` §6).
 */
export async function wantsMarketing(
  ctx: Context,
  address: string,
  booking: Booking | null,
): Promise<boolean> {
  const profile = await customerByEmail(ctx, address);
  const [choice] = await select<{ wanted: boolean }>(
    ctx,
    `select wanted from mail_choices where topic = 'marketing' and address = any($1::text[])
     order by chosen_at desc limit 1`,
    [[address, profile?.email ?? address].map((each) => each.toLowerCase())],
  );
  if (choice) return choice.wanted;
  return profile?.communicationPreferences.marketing === true || booking?.marketingOptIn === true;
}

interface Choice {
  readonly address: string;
  readonly wanted: boolean;
  readonly source: 'one_click' | 'page';
  /** The mail whose link it was. */
  readonly notificationId: string;
  readonly bookingId: string | null;
}

/** Keeps what somebody chose by the link of a mail: for the address, and in the profile where there is one. Twice is once. */
export async function chooseMarketing(ctx: TransactionContext, choice: Choice): Promise<void> {
  const { wanted, source, notificationId, bookingId } = choice;
  const address = choice.address.toLowerCase();
  const [changed] = await select<{ wanted: boolean }>(
    ctx,
    `insert into mail_choices (address, topic, wanted, source, chosen_at) values ($1, 'marketing', $2, $3, $4)
     on conflict (address, topic) do update
       set wanted = excluded.wanted, source = excluded.source, chosen_at = excluded.chosen_at
       where mail_choices.wanted <> excluded.wanted
     returning wanted`,
    [address, wanted, source, ctx.clock.now()],
  );
  const profile = await customerByEmail(ctx, address);
  if (profile) await changeProfile(ctx, profile.id, wanted);
  if (!changed) return;
  await audit(ctx, {
    action: wanted ? 'notification.subscribed' : 'notification.unsubscribed',
    subjectType: 'notification',
    subjectId: notificationId,
    ...(bookingId !== null && { bookingId }),
  });
}

async function changeProfile(ctx: TransactionContext, customerId: string, wanted: boolean): Promise<void> {
  const [changed] = await select<{ version: number }>(
    ctx,
    `update customers set communication_preferences = communication_preferences || jsonb_build_object('marketing', $2::boolean),
       version = version + 1, updated_at = $3
     where id = $1 and communication_preferences -> 'marketing' is distinct from to_jsonb($2::boolean) returning version`,
    [customerId, wanted, ctx.clock.now()],
  );
  if (!changed) return;
  await audit(ctx, {
    action: 'customer.updated',
    subjectType: 'customer',
    subjectId: customerId,
    subjectVersion: changed.version,
    customerId,
    changes: { communicationPreferences: [{ marketing: !wanted }, { marketing: wanted }] },
  });
}
