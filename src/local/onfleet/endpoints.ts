import { findWorker } from './assign.ts';
import { setWorkerTasks, workerContainer } from './containers.ts';
import { notFound } from './errors.ts';
import { forceComplete } from './finish.ts';
import { createWebhook, deleteWebhook } from './hooks.ts';
import { findRecipient, updateRecipient } from './recipients.ts';
import { createTask, deleteTask, findTask, listTasks, tasksWithMetadata, updateTask } from './tasks.ts';
import { createWorker, deleteWorker, updateWorker } from './workers.ts';
import { organization, type World } from './world.ts';

interface Call {
  readonly world: World;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** Gives what is answered as JSON, or a promise of it; `undefined` stands for an empty answer. */
type Endpoint = (call: Call) => unknown;

/** More particular paths first; `:id` is one segment. */
const endpoints: readonly [method: string, path: string, work: Endpoint][] = [
  ['GET', '/auth/test', greet],
  ['POST', '/tasks', ({ world, body }) => createTask(world, body)],
  ['GET', '/tasks/all', ({ world, query }) => listTasks(world, query)],
  ['POST', '/tasks/metadata', ({ world, body }) => tasksWithMetadata(world, body)],
  ['POST', '/tasks/:id/complete', ({ world, id, body }) => forceComplete(world, id, body)],
  ['GET', '/tasks/:id', ({ world, id }) => findTask(world, id)],
  ['PUT', '/tasks/:id', ({ world, id, body }) => updateTask(world, id, body)],
  ['DELETE', '/tasks/:id', ({ world, id }) => deleteTask(world, id)],
  ['GET', '/recipients/:id', ({ world, id }) => findRecipient(world, id)],
  ['PUT', '/recipients/:id', ({ world, id, body }) => updateRecipient(world, id, body)],
  ['GET', '/workers', ({ world }) => world.store.list('worker').reverse()],
  ['POST', '/workers', ({ world, body }) => createWorker(world, body)],
  ['GET', '/workers/:id', ({ world, id }) => findWorker(world, id)],
  ['PUT', '/workers/:id', ({ world, id, body }) => updateWorker(world, id, body)],
  ['DELETE', '/workers/:id', ({ world, id }) => deleteWorker(world, id)],
  ['GET', '/containers/workers/:id', ({ world, id }) => workerContainer(world, id)],
  ['PUT', '/containers/workers/:id', ({ world, id, body }) => setWorkerTasks(world, id, body)],
  ['GET', '/webhooks', ({ world }) => world.store.list('webhook').reverse()],
  ['POST', '/webhooks', ({ world, body }) => createWebhook(world, body)],
  ['DELETE', '/webhooks/:id', ({ world, id }) => deleteWebhook(world, id)],
];

const compiled = endpoints.map(([method, path, work]) => ({
  method,
  pattern: new RegExp(`^/api/v2${path.replace(':id', '([^/]+)')}$`),
  work,
}));

/** The endpoint of a method and path, with the id in it; throws `ResourceNotFound`. */
export function findEndpoint(method: string, path: string): { work: Endpoint; id: string } {
  for (const each of compiled) {
    const match = each.method === method ? each.pattern.exec(path) : null;
    if (match) return { work: each.work, id: decodeURIComponent(match[1] ?? '') };
  }
  throw notFound('endpoint', `${method} ${path}`);
}

function greet(): object {
  return {
    status: 200,
    message: `Hello organization '${organization.name}', you are successfully authenticated.`,
  };
}
