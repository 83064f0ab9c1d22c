import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { post } from '../_kit/post.ts';
import { select } from '../_kit/sql.ts';
import { INCOMING, STORED } from './document.model.ts';
import type { DocumentStatus } from './document.states.ts';
import { DocumentPurge } from './document-purge.model.ts';
import { documentPurgePolicy } from './document-purge.policy.ts';
import { auditDocumentMove } from './move-document.ts';
import { type Purgeable, planPurge } from './plan-purge.ts';
import { deleteFiles, listKeys } from './s3/client.ts';

const TAKEN_AT_ONCE = 100;
const SWEPT_AT_ONCE = 500;

/**
 * Takes away what was never uploaded whole and what was kept long enough, a hundred at a time, and files of the store that no
 * document has (sent again by a form that still worked, or left by a crash). Every night, and when an admin says so.
 */
export async function purgeDocuments(ctx: Context): Promise<DocumentPurge> {
  authorize(ctx, documentPurgePolicy, 'new');
  const planned = await planPurge(ctx);
  const gone: Purgeable[] = [];
  for (let from = 0; from < planned.length; from += TAKEN_AT_ONCE)
    gone.push(...(await takeAway(ctx, planned.slice(from, from + TAKEN_AT_ONCE))));
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
        freedBytes: gone.reduce(
          (sum, { reason, byteSize }) => sum + (reason === 'abandoned' ? 0 : byteSize),
          0,
        ),
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

/** Those of them that are still what they were. Their files go by one job, which tries again when the store is away. */
async function takeAway(ctx: Context, planned: readonly Purgeable[]): Promise<Purgeable[]> {
  return inTransaction(ctx, async (tx) => {
    const taken = await select<{ id: string; bookingId: string; was: DocumentStatus }>(
      tx,
      `update documents d set status = 'gone', gone_at = $2, gone_because = p.reason, updated_at = $2
       from jsonb_to_recordset($1::jsonb) as p(id uuid, reason text, was text)
       where d.id = p.id and d.status = p.was returning d.id, d.booking_id as "bookingId", p.was`,
      [
        JSON.stringify(
          planned.map(({ id, reason }) => ({
            id,
            reason,
            was: (reason === 'abandoned' ? 'awaiting' : 'stored') satisfies DocumentStatus,
          })),
        ),
        ctx.clock.now(),
      ],
    );
    if (taken.length === 0) return [];
    for (const { id, bookingId, was } of taken) await auditDocumentMove(tx, { id, bookingId }, was, 'gone');
    await post(tx, 'tidy_documents', { documentIds: taken.map(({ id }) => id) });
    const ids = new Set(taken.map(({ id }) => id));
    return planned.filter(({ id }) => ids.has(id));
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
