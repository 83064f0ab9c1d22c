import { Op } from 'sequelize';
import type { TransactionContext } from '../../context.ts';
import { Document } from './document.model.ts';
import { moveDocument } from './move-document.ts';

/** Takes away every document of locked bookings whose person is erased; the files follow by job (`rules.md` §6). */
export async function eraseDocuments(ctx: TransactionContext, bookingIds: readonly string[]): Promise<void> {
  const there = await Document.findAll({
    where: { bookingId: [...bookingIds], status: { [Op.ne]: 'gone' } },
    order: [['id', 'ASC']],
    transaction: ctx.tx,
    lock: ctx.tx.LOCK.UPDATE,
  });
  for (const document of there)
    await moveDocument(ctx, document, 'gone', { goneAt: ctx.clock.now(), goneBecause: 'erased' });
}
