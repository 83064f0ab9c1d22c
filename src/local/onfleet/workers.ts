import { z } from 'zod';
import { changeWorker, findWorker } from './assign.ts';
import { invalidArgument } from './errors.ts';
import { newId } from './ids.ts';
import { metadataBody, read } from './read-task.ts';
import type { Location, Worker } from './shapes.ts';
import { findTask, moveTask } from './tasks.ts';
import { organization, type World } from './world.ts';

const vehicleBody = z.object({
  type: z.enum(['CAR', 'MOTORCYCLE', 'BICYCLE', 'TRUCK']),
  description: z.string().nullable().default(null),
  licensePlate: z.string().nullable().default(null),
  color: z.string().nullable().default(null),
});

const changeable = {
  teams: z.array(z.string()),
  vehicle: vehicleBody.optional(),
  capacity: z.number().nonnegative().optional(),
  metadata: metadataBody.optional(),
};
const newWorker = z.object({
  name: z.string().trim().min(1),
  phone: z.string().trim().min(1),
  ...changeable,
});
const workerChange = z.object({ name: z.string().trim().min(1), ...changeable }).partial();

export function createWorker(world: World, body: unknown): Worker {
  const given = read(newWorker, body);
  if (world.store.list('worker').some(({ phone }) => phone === given.phone)) {
    throw invalidArgument('phone: another worker has it', 1004);
  }
  const now = world.now();
  const worker: Worker = {
    id: newId(),
    organization: organization.id,
    name: given.name,
    phone: given.phone,
    onDuty: false,
    accountStatus: 'INVITED',
    activeTask: null,
    tasks: [],
    teams: given.teams,
    location: null,
    vehicle: given.vehicle ? { id: newId(), ...given.vehicle } : null,
    capacity: given.capacity ?? 0,
    metadata: given.metadata ?? [],
    timeCreated: now,
    timeLastModified: now,
    timeLastSeen: now,
  };
  world.store.put('worker', worker.id, worker);
  return worker;
}

export function updateWorker(world: World, id: string, body: unknown): Worker {
  const worker = findWorker(world, id);
  const { name, teams, vehicle, capacity, metadata } = read(workerChange, body);
  return changeWorker(world, id, {
    name: name ?? worker.name,
    teams: teams ?? worker.teams,
    vehicle: vehicle ? { id: worker.vehicle?.id ?? newId(), ...vehicle } : worker.vehicle,
    capacity: capacity ?? worker.capacity,
    metadata: metadata ?? worker.metadata,
  });
}

/** Tasks of a worker who leaves are nobody's. */
export function deleteWorker(world: World, id: string): void {
  const worker = findWorker(world, id);
  if (worker.activeTask !== null) throw invalidArgument('A worker with an active task cannot be deleted');
  for (const taskId of worker.tasks) moveTask(world, findTask(world, taskId), null);
  world.store.remove('worker', id);
}

const crew: readonly [name: string, phone: string, type: 'CAR' | 'TRUCK', location: Location][] = [
  ['Marisol Vega', '+12125550111', 'TRUCK', [-73.9817, 40.7681]],
  ['Desmond Achebe', '+12125550112', 'TRUCK', [-73.9903, 40.7357]],
  ['Ilse Bergström', '+12125550113', 'CAR', [-73.9565, 40.7736]],
  ['Tomás Quill', '+12125550114', 'TRUCK', [-74.0021, 40.7194]],
];

/** The crew that a new stand-in begins with, on duty in Manhattan. */
export function seedWorkers(world: World): void {
  if (world.store.list('worker').length > 0 || world.store.list('task').length > 0) return;
  for (const [name, phone, type, location] of crew) {
    const { id } = createWorker(world, { name, phone, teams: [], vehicle: { type } });
    changeWorker(world, id, { onDuty: true, accountStatus: 'ACCEPTED', location });
  }
  world.store.commit();
}
