import { addMinutes, formatInstant } from '../../clock.ts';
import type { TransactionContext } from '../../context.ts';
import type { Role } from '../_kit/policy.ts';
import { select } from '../_kit/sql.ts';
import { notify } from './notify.ts';

interface Alert {
  readonly kind: 'mail_failed' | 'delivery_failed' | 'refund_waits';
  /** What it is about, by an id: told again it is no news. */
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  readonly booking?: { readonly id: string; readonly number: string };
  /** Where to go on, below the panel. */
  readonly path: string;
  readonly roles: readonly Role[];
  /** Who knows already, or may not decide it. */
  readonly except?: string | null;
}

/**
 * Writes to everybody of those roles who may sign in that something needs a person (`product.md` §7). In a storm of one
 * kind the desk tells the rest: it is the other path, and whole.
 */
export async function alertStaff(ctx: TransactionContext, alert: Alert): Promise<void> {
  const { kind, subject, title, body, booking, path, roles, except = null } = alert;
  const now = ctx.clock.now();
  if (await isStorm(ctx, kind)) return;
  const people = await select<{ id: string; email: string; name: string }>(
    ctx,
    `select id, email, name from staff_users
     where disabled_at is null and role = any($1::text[]) and id is distinct from $2 order by id`,
    [roles, except],
  );
  for (const { id, email, name } of people) {
    await notify(ctx, {
      type: 'staff_alert',
      eventKey: `${kind} ${subject}`,
      bookingId: booking?.id ?? null,
      recipient: email,
      staffUserId: id,
      variables: {
        firstName: name.split(' ')[0] ?? '',
        alertTitle: title,
        alertBody: body,
        bookingNumber: booking?.number ?? '',
        panelUrl: `${ctx.config.publicUrl.replace(/\/$/, '')}/admin${path}`,
        happenedAt: formatInstant(now),
      },
    });
  }
}

/** Events of one kind within an hour of which staff are still told one by one. */
const CALM = 20;

async function isStorm(ctx: TransactionContext, kind: Alert['kind']): Promise<boolean> {
  const [told] = await select<{ events: number }>(
    ctx,
    `select count(distinct event_key)::int as events from notifications
     where type = 'staff_alert' and created_at > $1 and event_key like $2`,
    [addMinutes(ctx.clock.now(), -60), `${kind} %`],
  );
  return (told?.events ?? 0) >= CALM;
}
