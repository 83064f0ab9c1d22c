import { z } from 'zod';
import type { Row } from '../../admin/kit/columns.ts';
import { instant, reference } from '../../admin/kit/fields.ts';
import { useCaseAction } from '../../admin/kit/use-case-action.ts';
import { formatInstant } from '../../clock.ts';
import { Refusal } from '../../errors.ts';
import { assignDriver, unassignDriver } from './assign-driver.ts';
import { rescheduleTask, retryTask } from './change-task.ts';
import { Driver } from './driver.model.ts';

/** What staff do with a task. */

const id = (row: Row) => String(row.id);
const waits = ({ status }: Row) => status === 'created' || status === 'assigned';
const isOver = ({ status }: Row) => status === 'completed' || status === 'failed';

const driverForm = z.strictObject({ driverId: reference('Driver', 'drivers') });

const assign = useCaseAction<z.output<typeof driverForm>>({
  name: 'assign',
  label: 'Give to a driver',
  icon: 'UserCheck',
  form: driverForm,
  isOffered: waits,
  initial: ({ driverId }) => (driverId ? { driverId } : {}),
  async preview(_ctx, row, { driverId }) {
    const driver = await Driver.findByPk(driverId, { rejectOnEmpty: new Refusal('not_found') });
    return [
      row.driverId === driverId
        ? `${driver.name} has this task already.`
        : `${driver.name} gets this task, and sees it in the driver’s app at once.`,
      ...(driver.isOnDuty ? [] : [`${driver.name} is not on duty just now.`]),
    ];
  },
  async run(ctx, row, { driverId }) {
    const { name } = await assignDriver(ctx, { taskId: id(row), driverId });
    return { message: `${name} has this task.` };
  },
});

const unassign = useCaseAction({
  name: 'unassign',
  label: 'Take from its driver',
  icon: 'UserMinus',
  isOffered: ({ status }) => status === 'assigned',
  preview: async () => ['Nobody drives it then: it waits for a driver again.'],
  async run(ctx, row) {
    await unassignDriver(ctx, id(row));
    return { message: 'It waits for a driver.' };
  },
});

const windowForm = z.strictObject({
  startsAt: instant('From', 'Business time.'),
  endsAt: instant('Until'),
});

const reschedule = useCaseAction<z.output<typeof windowForm>>({
  name: 'rescheduleTask',
  label: 'Other window',
  icon: 'Clock',
  form: windowForm,
  isOffered: waits,
  initial: ({ startsAt, endsAt }) => ({ startsAt, endsAt }),
  preview: async (_ctx, _row, { startsAt, endsAt }) => [
    `The driver is asked to come from ${formatInstant(startsAt)} until ${formatInstant(endsAt)}.`,
    'The booking keeps its day and its price; a new day for the booking gives its tasks that day’s window.',
  ],
  async run(ctx, row, { startsAt, endsAt }) {
    await rescheduleTask(ctx, { taskId: id(row), startsAt, endsAt });
    return { message: 'Window changed; Onfleet is told.' };
  },
});

const retry = useCaseAction({
  name: 'retry',
  label: 'Tell Onfleet again',
  icon: 'RefreshCw',
  isOffered: (row) => !isOver(row),
  preview: async (_ctx, row) => [
    row.status === 'withdrawn'
      ? 'Asks Onfleet to take this task back.'
      : 'Tells Onfleet this task as it is now; what it knows already is not made twice.',
  ],
  async run(ctx, row) {
    await retryTask(ctx, id(row));
    return { message: 'Onfleet is told again.' };
  },
});

export const taskVerbs = [assign, unassign, reschedule, retry];
