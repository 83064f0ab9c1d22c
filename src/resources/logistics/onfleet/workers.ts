import { z } from 'zod';
import type { Context } from '../../../context.ts';
import { askOnfleet } from './client.ts';

export interface WorkerFacts {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly vehicle: string | null;
  readonly isOnDuty: boolean;
}

const workerSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  phone: z.string().nullish(),
  onDuty: z.boolean().nullish(),
  vehicle: z.looseObject({ description: z.string().nullish(), type: z.string().nullish() }).nullish(),
});

export async function listWorkers(ctx: Context): Promise<WorkerFacts[]> {
  const workers = await askOnfleet(ctx, { method: 'GET', path: '/workers' }, z.array(workerSchema));
  return workers.map(({ id, name, phone, onDuty, vehicle }) => ({
    id,
    name: name.trim().slice(0, 100) || 'Driver',
    phone: (phone ?? '').slice(0, 30),
    vehicle: vehicle?.description || vehicle?.type || null,
    isOnDuty: onDuty ?? false,
  }));
}
