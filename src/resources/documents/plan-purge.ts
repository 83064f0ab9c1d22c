import { addMilliseconds, BUSINESS_ZONE, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { readSettings, type Settings } from '../crm/settings.ts';
import type { DocumentCategory, GoneReason } from './document.states.ts';

/** From the announcement to the whole file. */
const UPLOAD_HOURS = 24;

export interface Purgeable {
  readonly id: string;
  readonly reason: Exclude<GoneReason, 'erased'>;
  readonly byteSize: number;
  readonly fileName: string;
  readonly number: string;
}

/**
 * What would go now, and why, by how long the settings have each category kept. Nothing goes of a booking that is disputed, or
 * not over yet.
 */
export async function planPurge(ctx: Context): Promise<Purgeable[]> {
  return select<Purgeable>(ctx, purgeableSql, await purgeBind(ctx));
}

/** What `purgeableSql` is asked with now. */
export async function purgeBind(ctx: Context): Promise<unknown[]> {
  const now = ctx.clock.now();
  const settings = await readSettings(ctx);
  return [
    addMilliseconds(now, -UPLOAD_HOURS * 3_600_000),
    serviceDayOf(now),
    JSON.stringify(keptDaysOf(settings)),
    settings.keptDaysReplacedCoi,
    BUSINESS_ZONE,
  ];
}

/** So many days a document is kept after its booking's service day, or after it came when that is later. */
function keptDaysOf(settings: Settings): Readonly<Record<DocumentCategory, number>> {
  return {
    coi: settings.keptDaysCoi,
    invoice: settings.keptDaysInvoice,
    receipt: settings.keptDaysReceipt,
    photo: settings.keptDaysPhoto,
    proof_of_delivery: settings.keptDaysProofOfDelivery,
    other: settings.keptDaysOther,
  };
}

export const purgeableSql = `
  select id, reason, byte_size as "byteSize", file_name as "fileName", number from (
    select d.id, d.byte_size, d.file_name, d.created_at, b.number, case
      when d.status = 'awaiting' then case when d.created_at < $1 then 'abandoned' end
      when b.status in ('pending_payment', 'confirmed', 'in_progress')
        or exists (select from disputes o where o.booking_id = b.id and o.status = 'open') then null
      when c.status = 'replaced' and (c.updated_at at time zone $5)::date + $4::int < $2::date then 'replaced'
      when greatest(b.pickup_date, (d.created_at at time zone $5)::date)
        + ($3::jsonb ->> d.category)::int < $2::date then 'kept_long_enough' end as reason
    from documents d join bookings b on b.id = d.booking_id left join cois c on c.document_id = d.id
    where d.status in ('awaiting', 'stored')) each
  where reason is not null order by created_at, id`;
