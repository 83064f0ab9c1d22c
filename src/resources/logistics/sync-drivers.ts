import type { Context } from '../../context.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { authorize } from '../_kit/policy.ts';
import { execute } from '../_kit/sql.ts';
import { driverPolicy } from './driver.policy.ts';
import { listWorkers } from './onfleet/workers.ts';

/** Brings our drivers to those that Onfleet has; who is gone there stays here, for the tasks done. Throws `forbidden`. */
export async function syncDrivers(ctx: Context): Promise<void> {
  authorize(ctx, driverPolicy, 'sync');
  const workers = await listWorkers(ctx);
  await inTransaction(ctx, async (tx) => {
    const now = tx.clock.now();
    await execute(
      tx,
      `insert into drivers (onfleet_worker_id, name, phone, vehicle, is_on_duty, created_at, updated_at)
       select id, name, phone, vehicle, "isOnDuty", $2, $2
       from jsonb_to_recordset($1::jsonb) as w (id text, name text, phone text, vehicle text, "isOnDuty" boolean)
       order by id
       on conflict (onfleet_worker_id) do update set name = excluded.name, phone = excluded.phone,
         vehicle = excluded.vehicle, is_on_duty = excluded.is_on_duty, is_active = true, updated_at = $2
       where (drivers.name, drivers.phone, drivers.vehicle, drivers.is_on_duty, drivers.is_active)
         is distinct from (excluded.name, excluded.phone, excluded.vehicle, excluded.is_on_duty, true)`,
      [JSON.stringify(workers), now],
    );
    await execute(
      tx,
      `update drivers set is_active = false, is_on_duty = false, updated_at = $2
       where is_active and not onfleet_worker_id = any($1::text[])`,
      [workers.map(({ id }) => id), now],
    );
  });
}
