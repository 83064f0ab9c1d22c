import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import type { TestApplication } from './application.ts';
import { eventually, type Made } from './bookings.ts';

export interface TaskRow {
  readonly id: string;
  readonly leg: 'pickup' | 'dropoff';
  readonly attempt: number;
  readonly status: string;
  readonly driver_id: string | null;
  readonly onfleet_task_id: string | null;
  readonly is_gone: boolean;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly latitude: number | null;
  readonly last_error: string | null;
  readonly failure_reason: string | null;
}

/** A booking's tasks, pickups first, by attempt. */
export const tasksOf = (app: Pick<TestApplication, 'ctx'>, made: Pick<Made, 'id'>): Promise<TaskRow[]> =>
  select(app.ctx, 'select * from delivery_tasks where booking_id = $1 order by leg desc, attempt', [made.id]);

/** Both tasks of a booking, once Onfleet knows them. */
export async function awaitTasks(app: TestApplication, made: Pick<Made, 'id'>): Promise<[TaskRow, TaskRow]> {
  return eventually(async () => {
    const tasks = (await tasksOf(app, made)).filter(
      ({ status }) => status !== 'withdrawn' && status !== 'failed',
    );
    expect(tasks).toHaveLength(2);
    for (const task of tasks) expect(task.onfleet_task_id).not.toBeNull();
    return tasks as [TaskRow, TaskRow];
  });
}

/** What a person at Onfleet, or a driver, does. */
export async function drive(
  app: Pick<TestApplication, 'onfleet'>,
  task: Pick<TaskRow, 'onfleet_task_id'>,
  verb: 'assign' | 'start' | 'arrive' | 'complete' | 'fail' | 'move',
  body: object = {},
): Promise<any> {
  const answer = await fetch(`${app.onfleet}/simulate/tasks/${task.onfleet_task_id}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`not driven: ${await answer.text()}`);
  return answer.json();
}

/** Asks Onfleet's stand-in with its key, or one of its switches. */
export async function askOnfleet(
  app: Pick<TestApplication, 'onfleet'>,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<any> {
  const answer = await fetch(app.onfleet + path, {
    method,
    headers: { authorization: `Basic ${btoa('local-onfleet-key:')}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  // Twenty calls a second, ours and the application's.
  if (answer.status === 429) return pause(200).then(() => askOnfleet(app, method, path, body));
  return answer.json();
}

/** The tasks at Onfleet that bear the mark of one of ours. */
export const atOnfleet = (app: Pick<TestApplication, 'onfleet'>, task: Pick<TaskRow, 'id'>): Promise<any[]> =>
  askOnfleet(app, 'POST', '/api/v2/tasks/metadata', [
    { name: 'delivery_task_id', type: 'string', value: task.id },
  ]);

export async function awaitTask(
  app: TestApplication,
  { id }: Pick<TaskRow, 'id'>,
  status: string,
): Promise<TaskRow> {
  return eventually(async () => {
    const [task] = await select<TaskRow>(app.ctx, 'select * from delivery_tasks where id = $1', [id]);
    expect(task?.status).toBe(status);
    return task as TaskRow;
  });
}
