import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { fetchUpload } from '../../src/resources/logistics/onfleet/uploads.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import type { Made } from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { paidBooking } from '../support/refunds.ts';
import { awaitTask, awaitTasks, drive, type TaskRow } from '../support/road.ts';

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
let booking: Made;
let pickup: TaskRow;
let dropoff: TaskRow;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  staff = await signedIn(app, 'staff');
  viewer = await signedIn(app, 'viewer');
  booking = await paidBooking(app);
  [pickup, dropoff] = await awaitTasks(app, booking);
  for (const verb of ['assign', 'start', 'arrive'] as const) await drive(app, pickup, verb);
  await drive(app, pickup, 'complete', { photo: true, signature: true });
  await awaitTask(app, pickup, 'completed');
});
afterAll(() => app.stop());

const path = (task: TaskRow, picture: string) => `/admin/api/proof/${task.id}/${picture}`;
const looks = () =>
  select<{ reason: string; actor_name: string; booking_id: string }>(
    app.ctx,
    `select reason, actor_name, booking_id from audit_logs where action = 'deliveryTask.proofSeen' order by sequence`,
  );

/** The pictures that a record's page offers. */
async function offered(panel: Panel, noun: string, id: string) {
  const { body } = await panel.record(noun, id, 'show');
  return body.record.screen.blocks.find(({ kind }: { kind: string }) => kind === 'pictures')?.pictures;
}

describe('proof of delivery', () => {
  it('is offered on the page of its task and of its booking, and looked at only when asked for', async () => {
    const pictures = [
      { label: 'Pickup: photo 1', path: `/proof/${pickup.id}/photo-1` },
      { label: 'Pickup: signature', path: `/proof/${pickup.id}/signature` },
    ];
    expect(await offered(staff, 'deliveryTasks', pickup.id)).toEqual(pictures);
    expect(await offered(staff, 'bookings', booking.id)).toEqual(pictures);
    expect(await offered(staff, 'deliveryTasks', dropoff.id)).toBeUndefined();
    expect(await looks()).toEqual([]);
  });

  it('comes through us as a picture, each look written down', async () => {
    for (const picture of ['photo-1', 'signature']) {
      const { status, headers } = await staff.get(path(pickup, picture));
      expect([status, headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(await looks()).toEqual([
      { reason: 'Photo 1', actor_name: 'Sam Staff', booking_id: booking.id },
      { reason: 'Signature', actor_name: 'Sam Staff', booking_id: booking.id },
    ]);
    const { body } = await staff.record('deliveryTasks', pickup.id, 'show');
    expect(JSON.stringify(body.record.screen.blocks)).toContain('Proof of delivery looked at');
  });

  it('is nothing for a viewer, nor for who is not signed in', async () => {
    const before = await looks();
    expect(await offered(viewer, 'deliveryTasks', pickup.id)).toBeUndefined();
    expect(await offered(viewer, 'bookings', booking.id)).toBeUndefined();
    for (const picture of ['photo-1', 'photo-9', 'signature'])
      expect((await viewer.get(path(pickup, picture))).status).toBe(403);
    const strange = await fetch(app.api.address + path(pickup, 'photo-1'), { redirect: 'manual' });
    expect(strange.status).toBe(401);
    expect(await looks()).toEqual(before);
  });

  it('is only what the task has', async () => {
    for (const picture of ['photo-2', 'photo-0', 'photo-1x', 'photos', '..%2f..%2fv1'])
      expect([picture, (await staff.get(path(pickup, picture))).status]).toEqual([picture, 404]);
    for (const id of ['x', booking.id])
      expect((await staff.get(`/admin/api/proof/${id}/signature`)).status).toBe(404);
    expect((await staff.get(path(dropoff, 'signature'))).status).toBe(404);
  });

  it('that Onfleet no longer has is said in words, and is no look', async () => {
    const before = await looks();
    await execute(app.ctx, `update delivery_tasks set photo_ids = '{gone,../tasks}' where id = $1`, [
      pickup.id,
    ]);
    for (const picture of ['photo-1', 'photo-2']) {
      const { status, body } = await staff.get(path(pickup, picture), {
        accept: 'application/json, image/*',
      });
      expect([status, body.message]).toEqual([404, 'Onfleet does not have this picture any more.']);
    }
    expect(await looks()).toEqual(before);
  });
});

describe('what Onfleet sends', () => {
  let cloud: Server;
  let base = '';
  const answers: Record<string, { status?: number; body: Buffer | string; type?: string }> = {
    jpeg: { body: Buffer.from('ffd8ffe000104a464946', 'hex'), type: 'text/html' },
    page: { body: '<script>alert(1)</script>', type: 'image/png' },
    svg: { body: '<svg xmlns="http://www.w3.org/2000/svg"/>', type: 'image/svg+xml' },
    empty: { body: '' },
    large: { body: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(10 * 1024 * 1024)]) },
    broken: { status: 502, body: 'bad gateway' },
  };
  beforeAll(async () => {
    cloud = createServer((request, response) => {
      const id = request.url?.split('/')[1] ?? '';
      if (id === 'moved') return void response.writeHead(302, { location: '/jpeg/800x.png' }).end();
      const { status = 200, body, type = 'image/png' } = answers[id] ?? { status: 404, body: '' };
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    await new Promise<void>((done) => {
      cloud.listen(0, '127.0.0.1', done);
    });
    base = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    cloud.closeAllConnections();
    cloud.close();
  });

  const fetched = (id: string, uploadsBase = base) => {
    const { config } = app.ctx;
    if (!config.onfleet) throw new Error('no Onfleet');
    return fetchUpload({ config: { ...config, onfleet: { ...config.onfleet, uploadsBase } } }, id);
  };

  it('is a picture by its first bytes alone', async () => {
    expect(await fetched('jpeg')).toMatchObject({ contentType: 'image/jpeg' });
  });

  it.each([
    ['page', 'invalid'],
    ['svg', 'invalid'],
    ['empty', 'invalid'],
    ['large', 'invalid'],
    ['missing', 'not_found'],
    ['broken', 'delivery_provider_unavailable'],
    ['moved', 'delivery_provider_unavailable'],
    ['a/b', 'not_found'],
    ['..', 'not_found'],
  ])('%s is refused as %s', async (id, code) => {
    const refusal = await fetched(id).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).code).toBe(code);
  });

  it('is said to be out of reach when nobody answers', async () => {
    await expect(fetched('jpeg', 'http://127.0.0.1:9')).rejects.toMatchObject({
      code: 'delivery_provider_unavailable',
      detail: expect.stringContaining('cannot be had from Onfleet just now'),
    });
  });
});
