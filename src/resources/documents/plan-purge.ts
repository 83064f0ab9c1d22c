import { addMilliseconds, BUSINESS_ZONE, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';
import { readSettings, type Settings } from '../crm/settings.ts';
import type { DocumentCategory, GoneReason } from './document.states.ts';

/** From the announcement to the whole file. */
export const UPLOAD_HOURS = 24;

export type PurgeReason = Exclude<GoneReason, 'erased'>;

export interface Purgeable {
  readonly id: string;
  readonly reason: PurgeReason;
  readonly byteSize: number;
}

/**
 * What would go now, and why, by how long the settings have each category kept. Nothing goes of a booking that is disputed, or
 * not over yet.
 */
export async function planPurge(ctx: Context): Promise<Purgeable[]> {
  return select<Purgeable>(
    ctx,
    `select id, reason, "byteSize" from (${purgeableSql}) plan order by "createdAt", id`,
    await purgeBind(ctx),
  );
}

/** Documents of a category that would go for one reason. */
export interface PurgeGroup {
  readonly category: DocumentCategory;
  readonly reason: PurgeReason;
  readonly count: number;
  /** What the store gives back. */
  readonly freedBytes: number;
  /** When the first of them came. */
  readonly oldest: Date;
}

/** The same in figures, the most first. */
export async function sumUpPurge(ctx: Context): Promise<PurgeGroup[]> {
  return select<PurgeGroup>(
    ctx,
    `select category, reason, count(*)::int as count, min("createdAt") as oldest,
       sum(case when reason = 'abandoned' then 0 else "byteSize" end)::float8 as "freedBytes"
     from (${purgeableSql}) plan group by category, reason order by count desc, category, reason`,
    await purgeBind(ctx),
  );
}

export interface NamedPurgeable extends Purgeable {
  readonly fileName: string;
  readonly bookingId: string;
  readonly number: string;
  readonly createdAt: Date;
}

/** The so many that came first of what would go. */
export async function oldestOfPurge(ctx: Context, most: number): Promise<NamedPurgeable[]> {
  return select<NamedPurgeable>(
    ctx,
    `select * from (${purgeableSql}) plan order by "createdAt", id limit ${most}`,
    await purgeBind(ctx),
  );
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
export function keptDaysOf(settings: Settings): Readonly<Record<DocumentCategory, number>> {
  return {
    coi: settings.keptDaysCoi,
    invoice: settings.keptDaysInvoice,
    receipt: settings.keptDaysReceipt,
    photo: settings.keptDaysPhoto,
    proof_of_delivery: settings.keptDaysProofOfDelivery,
    other: settings.keptDaysOther,
  };
}

/** Each that would go, in no order. */
export const purgeableSql = `
  select id, category, reason, byte_size as "byteSize", file_name as "fileName", booking_id as "bookingId", number,
    created_at as "createdAt"
  from (
    select d.id, d.category, d.byte_size, d.file_name, d.created_at, d.booking_id, b.number, case
      when d.status = 'awaiting' then case when d.created_at < $1 then 'abandoned' end
      when b.status in ('pending_payment', 'confirmed', 'in_progress')
        or exists (select from disputes o where o.booking_id = b.id and o.status = 'open') then null
      when c.status = 'replaced' and (c.updated_at at time zone $5)::date + $4::int < $2::date then 'replaced'
      when greatest(b.pickup_date, (d.created_at at time zone $5)::date)
        + ($3::jsonb ->> d.category)::int < $2::date then 'kept_long_enough' end as reason
    from documents d join bookings b on b.id = d.booking_id left join cois c on c.document_id = d.id
    where d.status in ('awaiting', 'stored')) each
  where reason is not null`;
