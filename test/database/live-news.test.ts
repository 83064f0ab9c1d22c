import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { eventually, makeBooking, openPayment, pay } from '../support/bookings.ts';

let app: TestApplication;
let listener: pg.Client;
const heard: string[] = [];
beforeAll(async () => {
  app = await startTestApplication();
  listener = new pg.Client({ connectionString: app.ctx.config.databaseUrl ?? '' });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
  await listener.query('listen live');
});
afterAll(async () => {
  await listener.end();
  await app.stop();
});

it('says one word of a checkout: transactions that notify commit one at a time', async () => {
  const made = await makeBooking(app);
  const payment = await openPayment(app, made);
  // What was said before it is heard before its answer.
  await listener.query('select');
  expect(heard.filter((id) => id === made.id)).toEqual([made.id]);
  await pay(app, payment);
  await eventually(async () => expect(heard.filter((id) => id === made.id).length).toBeGreaterThan(1));
});
