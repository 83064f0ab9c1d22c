import { BUSINESS_ZONE, type ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import type { NotificationType } from './templates/catalogue.ts';

/** What became of mails that were written in the period: of one kind, of one day, or all. */
export interface MailMeasure {
  readonly of: 'total' | 'type' | 'day';
  readonly type: NotificationType | null;
  readonly day: ServiceDay | null;
  readonly waiting: number;
  /** Taken by SES. All that follow, down to `complained`, are of these. */
  readonly sent: number;
  /** Told so; or opened, clicked or complained of, which says it too. */
  readonly delivered: number;
  readonly opened: number;
  readonly clicked: number;
  readonly bounced: number;
  readonly complained: number;
  readonly withheld: number;
  readonly failed: number;
}

/** All of a period (`until` exclusive), each kind of mail and each day, the latest first: one statement. */
export function measureMails(
  ctx: Context,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<MailMeasure[]> {
  return select<MailMeasure>(ctx, measureMailsSql('$1', '$2'), [from, until]);
}

/** The statement over a period given in SQL. Mails of archived and test bookings are in no figure (`rules.md` §1). */
export function measureMailsSql(from: string, until: string): string {
  const sent = (what: string) => `count(*) filter (where m.status = 'sent' and ${what})::int`;
  const of = (status: string) => `count(*) filter (where m.status = '${status}')::int`;
  return `
    with mails as (
      select n.id, n.type, n.status, (n.created_at at time zone '${BUSINESS_ZONE}')::date as day
      from notifications n left join bookings b on b.id = n.booking_id
      where n.created_at >= ${from} and n.created_at < ${until}
        and (b.id is null or (b.archived_at is null and not b.is_test))
    ), told as (
      select l.notification_id, bool_or(l.kind in ('delivered', 'opened', 'clicked', 'complained')) as delivered,
        bool_or(l.kind = 'opened') as opened, bool_or(l.kind = 'clicked') as clicked,
        bool_or(l.kind = 'bounced') as bounced, bool_or(l.kind = 'complained') as complained
      from delivery_logs l join mails m on m.id = l.notification_id group by l.notification_id
    )
    select case when grouping(m.type) = 0 then 'type' when grouping(m.day) = 0 then 'day' else 'total' end as of,
      m.type, m.day, ${of('waiting')} as waiting, ${of('sent')} as sent, ${sent('t.delivered')} as delivered,
      ${sent('t.opened')} as opened, ${sent('t.clicked')} as clicked, ${sent('t.bounced')} as bounced,
      ${sent('t.complained')} as complained, ${of('withheld')} as withheld, ${of('failed')} as failed
    from mails m left join told t on t.notification_id = m.id
    group by grouping sets ((), (m.type), (m.day))
    having count(*) > 0
    order by m.day desc nulls last, m.type nulls last`;
}
