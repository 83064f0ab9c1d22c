import { Op } from 'sequelize';
import type { Context, TransactionContext } from '../../context.ts';
import { Refusal, type Violation } from '../../errors.ts';
import type { Values } from '../_kit/write-record.ts';
import { Customer } from './customer.model.ts';

/** What a customer is called. */
export function customerName({ firstName, lastName }: { firstName?: unknown; lastName?: unknown }): string {
  return [firstName, lastName].filter(Boolean).join(' ') || 'Nameless';
}

/** The profile that lives for an e-mail, also when the one of that e-mail was merged into it; or `null`. */
export async function customerByEmail(ctx: Context, email: string): Promise<Customer | null> {
  const transaction = ctx.tx ?? null;
  const found = await Customer.findOne({ where: { email }, transaction });
  return found?.mergedIntoId ? Customer.findByPk(found.mergedIntoId, { transaction }) : found;
}

/**
 * Locks profiles, and those that were merged into them, in the order of their ids, for the rest of the transaction. No
 * booking is linked to any of them meanwhile. Throws `not_found` when one of the named is not there.
 */
export async function lockCustomers(ctx: TransactionContext, ids: readonly string[]): Promise<Customer[]> {
  const locked = await Customer.findAll({
    where: { [Op.or]: [{ id: [...ids] }, { mergedIntoId: [...ids] }] },
    order: [['id', 'ASC']],
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
  });
  if (ids.some((id) => !locked.some((customer) => customer.id === id))) throw new Refusal('not_found');
  return locked;
}

/** A profile that was merged or erased is no longer edited. */
export async function checkCustomerEdit(
  _ctx: TransactionContext,
  before: Values | null,
): Promise<readonly Violation[]> {
  const refused = (message: string) => [{ path: '', code: 'not_allowed', message }];
  if (before?.erasedAt) return refused('The personal data of this profile was erased.');
  if (before?.mergedIntoId) return refused('This profile was merged into another one. Edit that one.');
  return [];
}
