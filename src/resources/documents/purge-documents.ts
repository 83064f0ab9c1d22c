import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { select } from '../_kit/sql.ts';
import { Document, INCOMING, STORED } from './document.model.ts';
import { DocumentPurge } from './document-purge.model.ts';
import { documentPurgePolicy } from './document-purge.policy.ts';
import { moveDocument } from './move-document.ts';
import { type Purgeable, planPurge } from './plan-purge.ts';
import { deleteFiles, listKeys } from './s3/client.ts';

/**
 * Takes away what was never uploaded whole and what was kept long enough, each by itself, and files of the store that no
 * document has (sent again by a form that still worked, or left by a crash). Every night, and when an admin says so.
 */
export async function purgeDocuments(ctx: Context): Promise<DocumentPurge> {
  authorize(ctx, documentPurgePolicy, 'new');
  const gone: Purgeable[] = [];
  for (const each of await planPurge(ctx)) if (await takeAway(ctx, each)) gone.push(each);
  const strays = await deleteStrays(ctx);
  const count = (reason: Purgeable['reason']) => gone.filter((each) => each.reason === reason).length;
  return inTransaction(ctx, async (tx) => {
    const now = ctx.clock.now();
    const figures = {
      abandoned: count('abandoned'),
      keptLongEnough: count('kept_long_enough'),
      replaced: count('replaced'),
      strays,
    };
    const purge = await DocumentPurge.create(
      {
        ...figures,
        id: randomUUID(),
        startedBy: ctx.actor.type === 'staff' ? ctx.actor.id : null,
        freedBytes: freedBytes(gone),
        createdAt: now,
        updatedAt: now,
      },
      { transaction: tx.tx },
    );
    await audit(tx, {
      action: 'documentPurge.done',
      subjectType: 'documentPurge',
      subjectId: purge.id,
      changes: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, [null, figure]])),
    });
    return purge;
  });
}

/** What the store gives back: of an upload that never came whole, nothing that is known. */
export function freedBytes(gone: readonly Purgeable[]): number {
  return gone.reduce((sum, { reason, byteSize }) => sum + (reason === 'abandoned' ? 0 : byteSize), 0);
}

async function takeAway(ctx: Context, { id, reason }: Purgeable): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const document = await Document.findByPk(id, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
    const isStill = document?.status === (reason === 'abandoned' ? 'awaiting' : 'stored');
    if (!document || !isStill) return false;
    await moveDocument(tx, document, 'gone', { goneAt: ctx.clock.now(), goneBecause: reason });
    return true;
  });
}

/** Rows are there before their files: what has none that owns it is nobody's. */
async function deleteStrays(ctx: Context): Promise<number> {
  let strays = 0;
  for (const [prefix, owner] of [
    [INCOMING, 'awaiting'],
    [STORED, 'stored'],
  ] as const) {
    let page: string[] = [];
    const sweep = async () => {
      const ids = page.map((key) => key.slice(prefix.length));
      const owned = await select<{ id: string }>(
        ctx,
        // One that is being looked into has its file in both places.
        `select id::text from documents where id::text = any($1::text[]) and status in ('awaiting', $2)`,
        [ids, owner],
      );
      const kept = new Set(owned.map(({ id }) => id));
      const astray = page.filter((key) => !kept.has(key.slice(prefix.length)));
      if (astray.length > 0) await deleteFiles(ctx, astray);
      strays += astray.length;
      page = [];
    };
    for await (const { key } of listKeys(ctx, prefix)) if (page.push(key) >= SWEPT_AT_ONCE) await sweep();
    if (page.length > 0) await sweep();
  }
  return strays;
}
const SWEPT_AT_ONCE = 500;
