import type { TransactionContext } from '../../context.ts';
import { type AuditEntry, audit } from '../_kit/audit.ts';
import type { DeliveryTask } from './delivery-task.model.ts';
import { type DeliveryTaskStatus, deliveryTaskMoves } from './delivery-task.states.ts';

type TaskColumns = Partial<Omit<DeliveryTask['dataValues'], 'id' | 'status'>>;

interface Why {
  readonly reason?: string;
  /** What else the audit row tells. */
  readonly changes?: AuditEntry['changes'];
}

/** Moves a locked task where it may go, with other columns and the audit row. Says whether it moved. */
export async function moveTask(
  ctx: TransactionContext,
  task: DeliveryTask,
  status: DeliveryTaskStatus,
  columns: TaskColumns = {},
  { reason, changes }: Why = {},
): Promise<boolean> {
  const from: DeliveryTaskStatus = task.status;
  const allowed: readonly DeliveryTaskStatus[] = deliveryTaskMoves[from];
  if (!allowed.includes(status)) return false;
  const isUnderWay = status === 'in_progress';
  await task.update(
    {
      ...columns,
      status,
      ...(!isUnderWay && { latitude: null, longitude: null, positionAt: null }),
      updatedAt: ctx.clock.now(),
    },
    { transaction: ctx.tx },
  );
  await audit(ctx, {
    action: `deliveryTask.${status}`,
    subjectType: 'deliveryTask',
    subjectId: task.id,
    bookingId: task.bookingId,
    changes: { status: [from, status], ...changes },
    ...(reason !== undefined && { reason }),
  });
  return true;
}
