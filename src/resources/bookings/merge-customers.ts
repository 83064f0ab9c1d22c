import type { Context, TransactionContext } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { execute, select } from '../_kit/sql.ts';
import { isSameValue } from '../_kit/write-record.ts';
import { Customer } from './customer.model.ts';
import { customerPolicy } from './customer.policy.ts';
import { customerByEmail, lockCustomers } from './find-customer.ts';

interface Merge {
  /** The profile that is closed. */
  readonly fromId: string;
  /** The one that lives on, by its e-mail. */
  readonly intoEmail: string;
}

/** What a merge would do, for who is about to. */
export interface MergePlan {
  readonly into: Customer;
  readonly bookings: number;
  readonly addresses: number;
  readonly newTags: readonly string[];
  readonly joinsNotes: boolean;
}

const LONGEST_NOTES = 2_000;

/**
 * Closes one profile in favor of another: its bookings move with the contact they were made with, tags are united, notes
 * joined, and what later comes in by its e-mail is linked to the other. Throws `forbidden` (admins only), `not_found`,
 * `invalid` when the two cannot be one, `move_not_allowed` when either was merged or erased before.
 */
export async function mergeCustomers(ctx: Context, merge: Merge): Promise<Customer> {
  authorize(ctx, customerPolicy, 'merge');
  const found = await intoOf(ctx, merge);
  return inTransaction(ctx, async (tx) => {
    const locked = await lockCustomers(tx, [merge.fromId, found.id]);
    const one = (id: string) => locked.find((customer) => customer.id === id);
    const [from, into] = [one(merge.fromId), one(found.id)];
    if (!from || !into) throw new Refusal('not_found');
    refuseClosed(from, into);
    await moveAll(tx, from, into);
    return into;
  });
}

/** Says what a merge would do. Throws as the merge would. */
export async function planMerge(ctx: Context, merge: Merge): Promise<MergePlan> {
  authorize(ctx, customerPolicy, 'merge');
  const into = await intoOf(ctx, merge);
  const from = await Customer.findByPk(merge.fromId, { rejectOnEmpty: new Refusal('not_found') });
  refuseClosed(from, into);
  const [moving] = await select<Pick<MergePlan, 'bookings' | 'addresses'>>(
    ctx,
    `select count(distinct b.id)::int as bookings, count(distinct a.id)::int as addresses
     from bookings b left join lateral (values (b.pickup_address_id), (b.delivery_address_id)) a (id) on true
     where b.customer_id = $1`,
    [from.id],
  );
  const { tags } = united(from, into);
  return {
    into,
    bookings: moving?.bookings ?? 0,
    addresses: moving?.addresses ?? 0,
    newTags: tags.filter((tag) => !into.tags.includes(tag)),
    joinsNotes: from.notes !== '',
  };
}

async function intoOf(ctx: Context, { fromId, intoEmail }: Merge): Promise<Customer> {
  const into = await customerByEmail(ctx, intoEmail);
  if (!into) throw unfit('No profile has this e-mail.', 'intoEmail');
  if (into.id === fromId) throw unfit('This is the same profile. Name the other one.', 'intoEmail');
  return into;
}

function refuseClosed(from: Customer, into: Customer): void {
  const refuse = (detail: string) => new Refusal('move_not_allowed', { detail });
  if (from.mergedIntoId) throw refuse('This profile was merged into another one already.');
  if (into.mergedIntoId) throw refuse('The other profile was merged into another one meanwhile. Look again.');
  if (from.erasedAt || into.erasedAt) throw refuse('What was erased is merged no more.');
}

/** The two as one: the living profile's own wishes win. */
function united(from: Customer, into: Customer) {
  const notes = [into.notes, from.notes].filter(Boolean).join('\n\n');
  if (notes.length > LONGEST_NOTES)
    throw unfit('Their notes are together longer than 2,000 characters. Shorten them first.');
  return {
    tags: [...new Set([...into.tags, ...from.tags])],
    notes,
    phone: into.phone ?? from.phone,
    preferences: { ...from.preferences, ...into.preferences },
  };
}

async function moveAll(tx: TransactionContext, from: Customer, into: Customer): Promise<void> {
  const now = tx.clock.now();
  const values = united(from, into);
  await execute(tx, 'update customers set merged_into_id = $2 where merged_into_id = $1', [from.id, into.id]);
  const moved = await select<{ number: string }>(
    tx,
    'update bookings set customer_id = $2 where customer_id = $1 returning number',
    [from.id, into.id],
  );
  const before = new Map<string, unknown>(Object.entries(into.get()));
  const changed = Object.entries(values).filter(([field, value]) => !isSameValue(value, before.get(field)));
  const pairs = (personal: boolean) =>
    Object.fromEntries(
      changed
        .filter(([field]) => customerPolicy.personal?.includes(field) === personal)
        .map(([field, value]) => [field, [before.get(field), value] as const]),
    );
  const [became, entries] = [pairs(false), pairs(true)];
  await into.update({ ...values, version: into.version + 1, updatedAt: now }, { transaction: tx.tx });
  await from.update(
    { mergedIntoId: into.id, mergedAt: now, version: from.version + 1, updatedAt: now },
    { transaction: tx.tx },
  );
  const numbers = moved
    .map(({ number }) => number)
    .sort()
    .join(', ');
  await auditOf(tx, from, 'customer.merged', { mergedAt: [null, now], bookings: [numbers, null] });
  await auditOf(tx, into, 'customer.mergedIn', { ...became, bookings: [null, numbers] }, entries);
}

type Changes = Readonly<Record<string, readonly [unknown, unknown]>>;

async function auditOf(
  tx: TransactionContext,
  customer: Customer,
  action: string,
  changes: Changes,
  personal: Changes = {},
): Promise<void> {
  await audit(tx, {
    action,
    subjectType: 'customer',
    subjectId: customer.id,
    subjectVersion: customer.version,
    customerId: customer.id,
    changes,
    personal,
  });
}

function unfit(message: string, path = ''): Refusal {
  return new Refusal('invalid', { violations: [{ path, code: 'not_allowed', message }] });
}
