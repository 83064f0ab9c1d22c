import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditEntry, auditEntries, isErased } from '../../src/admin/kit/audit-entries.ts';
import { execute } from '../../src/resources/_kit/sql.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { bookingPolicy } from '../../src/resources/bookings/booking.policy.ts';
import { bookingAt, moneyAt } from '../../src/resources/bookings/booking-at.ts';
import { type Chance, chanceOf } from '../chaos/support/chance.ts';
import { moneyAlone, startTestApplication, type TestApplication } from '../support/application.ts';
import {
  awaitStatus,
  checkOut,
  eventually,
  type Made,
  makeBooking,
  pay,
  readBooking,
} from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';

/** What the log and the ledger give back is what was there: over real changes in any order. */

let app: TestApplication;
let admin: Panel;
let petite: string;

beforeAll(async () => {
  app = await startTestApplication({ ...moneyAlone, panel: true });
  admin = await signedIn(app, 'admin');
  await execute(
    app.ctx,
    `insert into discount_codes (code, percent_basis_points, minimum_order_cents, active, created_at, updated_at)
     values ('TENOFF', 1000, 0, true, $1, $1)`,
    [app.ctx.clock.now()],
  );
  const { body } = await admin.resource('miniMovePackages', 'list', '?filters.code=petite');
  petite = body.records[0].id;
});
afterAll(() => app.stop());

/** Holds, attempts and versions are not told as they were. */
const untold = [
  'holdStartedAt',
  'holdExpiresAt',
  'paymentAttemptsAllowed',
  'paymentAttemptsUsed',
  'version',
  'updatedAt',
];
const told = Object.keys(bookingPolicy.fields).filter((field) => !untold.includes(field));

type Row = Record<string, unknown>;

interface Moment {
  readonly after: string;
  readonly entry: Pick<AuditEntry, 'sequence' | 'at'>;
  readonly row: Row;
}

async function rowNow(id: string): Promise<Row> {
  const booking = await Booking.findByPk(id, { rejectOnEmpty: true });
  const all: Row = booking.get({ plain: true });
  return Object.fromEntries(told.map((field) => [field, all[field]]));
}

const entriesOf = (id: string) => auditEntries(app.ctx, 'booking_id = $1', [id], 5_000);

async function momentNow(id: string, after: string): Promise<Moment> {
  const [entry] = await entriesOf(id);
  if (!entry) throw new Error('nothing was written');
  return { after, entry, row: await rowNow(id) };
}

/** The row of a moment, made of the row of now and the log. */
async function rowThen(id: string, { sequence, at }: Moment['entry']) {
  const money = await moneyAt(app.ctx, id, at);
  const entries = (await entriesOf(id)).filter(({ subject_type }) => subject_type === 'booking');
  const { row, ...doubts } = bookingAt({ present: await rowNow(id), entries, sequence, at, isErased });
  return { row: { ...row, ...money }, ...doubts };
}

const streets = ['1 main street', '20 Pine St', '7 w 24th st apt 5b'];

function anyPatch(chance: Chance): Row {
  const address = (zip: string) => ({
    line1: chance.pick(streets),
    city: 'New York',
    state: 'NY',
    zip,
    ...(chance.between(0, 1) === 1 && { notes: chance.pick(['Ring twice', 'Doorman </script>']) }),
  });
  const patches: (() => Row)[] = [
    () => ({
      contact: {
        firstName: chance.pick(['Jo', 'Ann', 'Ümit']),
        lastName: chance.pick(['Doe', 'Roe']),
        email: chance.pick(['jo@example.com', 'ann@example.com']),
        phone: chance.pick(['(212) 555-0100', '917 555 0101']),
      },
    }),
    () => ({ instructions: chance.pick(['Ring the bell', 'Call first', null]) }),
    () => ({ pickupDate: chance.pick(['2027-05-12', '2027-05-15', '2027-06-16']) }),
    () => ({
      miniMove: {
        package: chance.pick(['petite', 'standard']),
        itemCount: chance.between(1, 15),
        packing: chance.between(0, 1) === 1,
      },
    }),
    () => ({ pickupWindow: chance.pick(['morning', 'flexible']) }),
    () => ({ coi: chance.between(0, 1) === 1 }),
    () => ({ pickupAddress: address('10001') }),
    () => ({ deliveryZip: '11937', deliveryAddress: address('11937') }),
    () => ({ deliveryZip: '10013', deliveryAddress: address('10013') }),
    () => ({ discountCode: chance.pick(['TENOFF', 'tenoff ', 'NOSUCH', null]) }),
    () => ({ marketingOptIn: chance.between(0, 1) === 1 }),
    () => ({}),
  ];
  return Object.assign({}, chance.pick(patches)(), chance.pick(patches)());
}

async function patch(made: Made, chance: Chance): Promise<void> {
  const { status, body } = await app.api.patch(made.path, anyPatch(chance), made.headers);
  if (![200, 422].includes(status)) throw new Error(JSON.stringify(body));
}

async function amend(made: Made, chance: Chance): Promise<void> {
  const { body } = await admin.record('bookings', made.id, 'amend', {
    notes: chance.pick(['', 'Office only', 'Call before nine']),
    instructions: chance.pick(['Ring the bell', 'Side door']),
    contactFirstName: chance.pick(['Jo', 'Josephine']),
  });
  expect(body.notice.type).toBe('success');
}

/** Checks out at the price that the answer names, as a customer would who accepts it. */
async function checkOutNow(made: Made): Promise<Record<string, any>> {
  const { price } = await readBooking(app, made);
  const first = await checkOut(app, made, { expectedTotalCents: price.totalCents });
  if (first.body.code !== 'price_changed') return first.body;
  return (await checkOut(app, made, { expectedTotalCents: first.body.price.totalCents })).body;
}

/** The catalogue's price goes up, and the price lock of the booking runs out. */
async function lapse(): Promise<void> {
  const shown = await admin.record('miniMovePackages', petite, 'show');
  const priceCents = shown.body.record.params.priceCents + 1_000;
  await admin.record('miniMovePackages', petite, 'edit', { priceCents });
  await app.moveClock({ advance: 'PT25H' });
  await eventually(async () => {
    const quote = {
      service: 'mini_move',
      pickupDate: '2027-05-12',
      pickupZip: '10001',
      deliveryZip: '10013',
    };
    const { body } = await app.api.post('/api/v1/quotes', {
      ...quote,
      pickupWindow: 'morning',
      miniMove: { package: 'petite' },
    });
    expect(body.totalCents).toBe(priceCents);
  });
}

/** One change that the booking can have now. */
async function anyStep(made: Made, chance: Chance): Promise<string> {
  const { status } = await readBooking(app, made);
  const step = chance.pick(['patch', 'patch', 'patch', 'amend', 'checkout', 'hold', 'archive']);
  switch (step) {
    case 'patch':
      await patch(made, chance);
      return step;
    case 'checkout':
      await checkOutNow(made);
      return step;
    case 'hold':
      if (status !== 'pending_payment') break;
      await app.moveClock({ advance: 'PT61M' });
      await awaitStatus(app, made, 'expired');
      return step;
    case 'archive':
      if (status === 'pending_payment') break;
      await admin.record('bookings', made.id, 'archive', {});
      await admin.record('archivedBookings', made.id, 'restore', {});
      return step;
    default:
      break;
  }
  await amend(made, chance);
  return 'amend';
}

describe('a booking as it was', () => {
  it.each(['one', 'two', 'three', 'four'])(
    'is what it was after each of the changes of story %s',
    async (story) => {
      const chance = chanceOf(`as it was ${story}`);
      const made = await makeBooking(app, { instructions: 'Ring the bell' });
      const moments = [await momentNow(made.id, 'inquiry')];
      const step = async (name: string, work: () => Promise<unknown>) => {
        await work();
        moments.push(await momentNow(made.id, name));
      };
      for (let count = 0; count < 14; count += 1) {
        const name = await anyStep(made, chance);
        moments.push(await momentNow(made.id, name));
      }
      await step('the move as at first', () =>
        app.api.patch(
          made.path,
          {
            pickupDate: '2027-05-12',
            miniMove: { package: 'petite', itemCount: 3 },
            discountCode: null,
            deliveryZip: '10013',
            deliveryAddress: { line1: '2 Church Street', city: 'New York', state: 'NY', zip: '10013' },
          },
          made.headers,
        ),
      );
      await lapse();
      const checkedOut = await checkOutNow(made);
      moments.push(await momentNow(made.id, 'checked out at a new price'));
      await step('paid', async () => {
        await pay(app, checkedOut.payment);
        await awaitStatus(app, made, 'confirmed');
      });
      await step('amended', () => amend(made, chance));

      for (const { after, entry, row } of moments) {
        expect([after, await rowThen(made.id, entry)]).toEqual([after, { row, erased: [], unsure: [] }]);
      }
      const actions = (await entriesOf(made.id)).map(({ action }) => action);
      expect(actions).toEqual(
        expect.arrayContaining(['booking.repriced', 'booking.confirmed', 'payment.succeeded']),
      );
      expect(new Set(moments.map(({ row }) => JSON.stringify(row))).size).toBeGreaterThan(6);
    },
    90_000,
  );

  it('would tell of a change that left no entry', async () => {
    const made = await makeBooking(app);
    await admin.record('bookings', made.id, 'amend', { notes: 'First' });
    const first = await momentNow(made.id, 'first');
    await execute(app.ctx, `update bookings set notes = 'By hand' where id = $1`, [made.id]);
    expect((await rowThen(made.id, first.entry)).unsure).toEqual(['notes']);
    expect((await rowThen(made.id, first.entry)).row.notes).toBe('First');
    await admin.record('bookings', made.id, 'amend', { notes: 'Second' });
    expect((await rowThen(made.id, first.entry)).unsure).toEqual(['notes']);
    expect((await rowThen(made.id, (await momentNow(made.id, 'second')).entry)).unsure).toEqual([]);
  });
});
