import type { Row } from '../../admin/kit/columns.ts';
import type { Block } from '../../admin/kit/define-resource.ts';
import { roleOf } from '../../admin/kit/read-rows.ts';
import { legWords } from '../../admin/kit/words.ts';
import type { Context } from '../../context.ts';
import { mayRead } from '../_kit/policy.ts';
import { deliveryTaskPolicy } from './delivery-task.policy.ts';
import type { Leg } from './delivery-task.states.ts';
import { proofsOf, proofWords } from './open-proof.ts';

/** The photos and signatures of tasks, to be looked at one by one; no block where there are none, or none for the role. */
export function proofBlocks(ctx: Context, tasks: readonly Row[]): Block[] {
  const role = roleOf(ctx);
  if (!mayRead(deliveryTaskPolicy, 'photoIds', role)) return [];
  const pictures = tasks.flatMap((row) =>
    proofsOf({
      photoIds: (row.photoIds as string[] | null) ?? [],
      signatureId: row.signatureId as string | null,
    }).map((picture) => ({
      label: `${legWords[row.leg as Leg]}: ${proofWords(picture).toLowerCase()}`,
      path: `/proof/${String(row.id)}/${picture}`,
    })),
  );
  if (pictures.length === 0) return [];
  return [
    {
      kind: 'pictures',
      title: 'Photos and signature',
      pictures,
      note: 'Each look is written into the audit log.',
    },
  ];
}
