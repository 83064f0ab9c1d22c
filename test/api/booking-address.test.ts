import { afterAll, beforeAll, expect, it } from 'vitest';
import { select } from '../../src/resources/_kit/sql.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { makeBooking } from '../support/bookings.ts';
import { announce } from '../support/files.ts';

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
});
afterAll(() => app.stop());

it('a booking’s id in capitals is the same booking: its files are its own, and its customer is who acted', async () => {
  const made = await makeBooking(app);
  const path = made.path.replace(made.id, made.id.toUpperCase());
  expect(path).not.toBe(made.path);
  const announced = await announce(app, { ...made, path });
  expect(announced).toMatchObject({ status: 201 });
  const { id } = announced.body.document;
  expect(await app.api.get(`${path}/documents/${id}`, made.headers)).toMatchObject({
    status: 200,
    body: { id },
  });

  const changed = await app.api.patch(path, { instructions: 'Third floor' }, made.headers);
  expect(changed).toMatchObject({ status: 200, body: { id: made.id } });
  const rows = await select(
    app.ctx,
    `select actor_id from audit_logs where booking_id = $1 and action = 'booking.updated'`,
    [made.id],
  );
  expect(rows).toEqual([{ actor_id: made.id }]);
});
