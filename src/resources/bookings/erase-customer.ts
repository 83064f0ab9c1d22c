import { Op } from 'sequelize';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { select } from '../_kit/sql.ts';
import { eraseDocuments } from '../documents/erase-documents.ts';
import { eraseDeliveries } from '../logistics/erase-deliveries.ts';
import { Booking } from './booking.model.ts';
import { setCancelled } from './cancel-booking.ts';
import { Customer } from './customer.model.ts';
import { customerPolicy } from './customer.policy.ts';
import { lockCustomers } from './find-customer.ts';
import { removeTraces } from './personal-traces.ts';

/** What an erasure would do, for who is about to. */
export interface ErasurePlan {
  readonly bookings: number;
  /** Their numbers. */
  readonly inquiries: readonly string[];
}

/**
 * Erases what is personal of a customer wherever it is kept, in one transaction: profile, bookings' snapshots and free
 * texts, audit values, webhook bodies, stored answers, addresses of nobody else (`rules.md` §6). Money rows and the audit
 * chain stay, files and Onfleet's tasks follow by job; inquiries are cancelled and links revoked. Throws `forbidden` (admins only), `not_found`,
 * `has_live_bookings` while anything is under way, `move_not_allowed` for a profile that was merged. Twice is once.
 */
export async function eraseCustomer(ctx: Context, customerId: string): Promise<void> {
  authorize(ctx, customerPolicy, 'erase');
  await inTransaction(ctx, async (tx) => {
    const profiles = await lockCustomers(tx, [customerId]);
    if (isErased(profiles, customerId)) return;
    const bookings = await bookingsOf(tx, profiles);
    await refuseLive(tx, bookings);
    for (const booking of bookings)
      if (booking.status === 'inquiry') await setCancelled(tx, booking, 'Personal data erased');
    const bookingIds = bookings.map(({ id }) => id);
    await eraseDocuments(tx, bookingIds);
    await eraseDeliveries(tx, bookingIds);
    await removeTraces(tx, { profiles, bookings });
    for (const { id, version } of bookings) {
      await audit(tx, {
        action: 'booking.erased',
        subjectType: 'booking',
        subjectId: id,
        subjectVersion: version + 1,
        bookingId: id,
      });
    }
    const numbers = bookings.map(({ number }) => number).join(', ');
    for (const { id, version } of profiles) {
      await audit(tx, {
        action: 'customer.erased',
        subjectType: 'customer',
        subjectId: id,
        subjectVersion: version + 1,
        changes: { erasedAt: [null, tx.clock.now()], bookings: [null, numbers] },
      });
    }
  });
}

/** Says what an erasure would do. Throws as the erasure would. */
export async function planErasure(ctx: Context, customerId: string): Promise<ErasurePlan> {
  authorize(ctx, customerPolicy, 'erase');
  const profiles = await Customer.findAll({
    where: { [Op.or]: [{ id: customerId }, { mergedIntoId: customerId }] },
  });
  if (isErased(profiles, customerId)) return { bookings: 0, inquiries: [] };
  const bookings = await bookingsOf(ctx, profiles);
  await refuseLive(ctx, bookings);
  const inquiries = bookings.filter(({ status }) => status === 'inquiry').map(({ number }) => number);
  return { bookings: bookings.length, inquiries };
}

function isErased(profiles: readonly Customer[], customerId: string): boolean {
  const profile = profiles.find(({ id }) => id === customerId);
  if (!profile) throw new Refusal('not_found');
  if (profile.mergedIntoId && !profile.erasedAt) {
    const detail = 'This profile was merged into another one. Erase that one: this one goes with it.';
    throw new Refusal('move_not_allowed', { detail });
  }
  return profile.erasedAt !== null;
}

/** Every booking that is linked to the person or carries an e-mail of theirs: archived and test bookings, too. */
async function bookingsOf(ctx: Context, profiles: readonly Customer[]): Promise<Booking[]> {
  const emails = profiles.flatMap(({ email }) => email ?? []);
  return Booking.findAll({
    where: { [Op.or]: [{ customerId: profiles.map(({ id }) => id) }, { contactEmail: emails }] },
    order: [['id', 'ASC']],
    ...(ctx.tx && { transaction: ctx.tx, lock: ctx.tx.LOCK.UPDATE }),
  });
}

/** What must be settled first: bookings, payments, refunds and cases that are under way. */
async function refuseLive(ctx: Context, bookings: readonly Booking[]): Promise<void> {
  const live = await select<{ number: string; why: string }>(ctx, liveSql, [bookings.map(({ id }) => id)]);
  if (live.length === 0) return;
  const named = live.slice(0, NAMED).map(({ number, why }) => `${number} ${why}`);
  const others = live.length > NAMED ? [`and ${live.length - NAMED} more`] : [];
  throw new Refusal('has_live_bookings', {
    detail: `First settle what is under way: ${[...named, ...others].join(', ')}.`,
  });
}
const NAMED = 5;

const liveSql = `
  select number, why from (
    select b.number, case
      when b.status in ('pending_payment', 'confirmed', 'in_progress') then 'is not over yet'
      when exists (select from payments p where p.booking_id = b.id and p.status in ('created', 'pending', 'processing'))
        then 'has a payment under way'
      when exists (select from refunds r where r.booking_id = b.id and r.status in ('requested', 'approved', 'sent', 'needs_review'))
        then 'has a refund under way'
      when exists (select from disputes d where d.booking_id = b.id and d.status = 'open') then 'is disputed'
      when exists (select from needs_reviews n where n.resolved_at is null
        and (n.booking_id = b.id or n.payment_id in (select p.id from payments p where p.booking_id = b.id)))
        then 'waits for a review' end as why
    from bookings b where b.id = any($1::uuid[])) each
  where why is not null order by number`;
