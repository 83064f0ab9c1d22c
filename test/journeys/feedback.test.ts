import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/resources/_kit/in-transaction.ts';
import { moveTo } from '../../src/resources/_kit/move-to.ts';
import { execute, select } from '../../src/resources/_kit/sql.ts';
import { Booking } from '../../src/resources/bookings/booking.model.ts';
import { feedbackUrl } from '../../src/resources/bookings/feedback-link.ts';
import { startTestApplication, type TestApplication } from '../support/application.ts';
import { type Made, makeBooking } from '../support/bookings.ts';
import { type Panel, signedIn } from '../support/panel.ts';
import { paidBooking, reviewsOf } from '../support/refunds.ts';

/** `product.md` §7, `api.md`: how a move went, said once, by the API or by the page that the mail leads to. */

let app: TestApplication;
let staff: Panel;
let viewer: Panel;
beforeAll(async () => {
  app = await startTestApplication({ panel: true });
  [staff, viewer] = [await signedIn(app, 'staff'), await signedIn(app, 'viewer')];
});
afterAll(() => app.stop());

async function completedBooking(): Promise<Made> {
  const made = await paidBooking(app);
  await inTransaction(app.ctx, async (tx) => {
    const booking = await Booking.findByPk(made.id, { transaction: tx.tx, rejectOnEmpty: true });
    await moveTo(tx, booking, 'completed', { reason: 'Delivered' });
  });
  return made;
}

const say = (made: Made, body: object) => app.api.post(`${made.path}/feedback`, body, made.headers);

async function pageOf(made: Made): Promise<string> {
  const booking = await Booking.findByPk(made.id, { rejectOnEmpty: true });
  return feedbackUrl({ ...app.ctx.config, publicUrl: app.address ?? '' }, booking);
}

const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

const rowsOf = (made: Made) =>
  select<{ score: number; comment: string | null }>(
    app.ctx,
    'select score, comment from feedbacks where booking_id = $1',
    [made.id],
  );

describe('feedback by the API', () => {
  it('is taken once, after the move', async () => {
    const early = await paidBooking(app);
    expect(await say(early, { score: 5 })).toMatchObject({ status: 409, body: { code: 'not_completed' } });
    const made = await completedBooking();
    const said = await say(made, { score: 5, comment: '  Kind and quick.  ' });
    expect(said).toMatchObject({ status: 201, body: { score: 5, comment: 'Kind and quick.' } });
    expect(await say(made, { score: 1 })).toMatchObject({ status: 409, body: { code: 'feedback_given' } });
    expect(await rowsOf(made)).toEqual([{ score: 5, comment: 'Kind and quick.' }]);
    expect(await reviewsOf(app, made)).toEqual([]);
  });

  it('is one of many that come at once', async () => {
    const made = await completedBooking();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((score) => say(made, { score })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect(await rowsOf(made)).toHaveLength(1);
  });

  it.each([
    ['no score', {}, 'score'],
    ['less than 1', { score: 0 }, 'score'],
    ['more than 5', { score: 6 }, 'score'],
    ['half a score', { score: 4.5 }, 'score'],
    ['a comment that is too long', { score: 4, comment: 'x'.repeat(2_001) }, 'comment'],
  ])('refuses %s', async (_name, body, path) => {
    const made = await makeBooking(app);
    const { status, body: refused } = await say(made, body);
    expect([status, refused.code, refused.errors[0].path]).toEqual([422, 'invalid', path]);
  });

  it('is nobody else’s to give', async () => {
    const made = await completedBooking();
    expect((await app.api.post(`${made.path}/feedback`, { score: 1 })).status).toBe(404);
    const other = await makeBooking(app);
    expect((await app.api.post(`${made.path}/feedback`, { score: 1 }, other.headers)).status).toBe(404);
    expect(await rowsOf(made)).toEqual([]);
  });

  it('that is bad is before a person, without what was written', async () => {
    const made = await completedBooking();
    await say(made, { score: 2, comment: 'They broke the lamp.' });
    const [review, ...more] = await reviewsOf(app, made);
    expect(more).toEqual([]);
    expect(review?.kind).toBe('bad_feedback');
    expect(review?.reason).toMatch(/gave 2 of 5 \(bad\), with a comment\.$/);
  });
});

describe('the page of feedback', () => {
  it('asks, takes the answer without script, and says thank you', async () => {
    const made = await completedBooking();
    const url = await pageOf(made);
    const asked = await fetch(url);
    const html = await asked.text();
    expect(asked.status).toBe(200);
    expect(asked.headers.get('referrer-policy')).toBe('no-referrer');
    expect(asked.headers.get('set-cookie')).toBeNull();
    expect(html).not.toContain('<script');
    for (const words of ['Very good', 'All right', 'Very bad']) expect(html).toContain(words);

    const unchosen = await post(url, { comment: '<b>Fine</b>' });
    expect(unchosen.status).toBe(422);
    const again = await unchosen.text();
    expect(again).toContain('Please choose how your move was');
    expect(again).toContain('&#60;b&#62;Fine');
    const long = await post(url, { score: '4', comment: 'x'.repeat(2_001) });
    expect([long.status, (await long.text()).includes('at most 2,000')]).toEqual([422, true]);

    const given = await post(url, { score: '4', comment: 'Fine\r\nindeed' });
    expect([given.status, given.headers.get('location')]).toEqual([303, new URL(url).pathname]);
    expect(await rowsOf(made)).toEqual([{ score: 4, comment: 'Fine\nindeed' }]);
    expect(await (await fetch(url)).text()).toContain('Thank you for telling us');
    expect((await post(url, { score: '1' })).status).toBe(303);
    expect(await rowsOf(made)).toHaveLength(1);
  });

  it('opens to its own link alone, and to none that was revoked', async () => {
    const made = await completedBooking();
    const url = await pageOf(made);
    const forged = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await fetch(forged)).status).toBe(404);
    expect((await post(forged, { score: '5' })).status).toBe(404);
    const token = url.split('/').at(-1) ?? '';
    expect((await fetch(`${app.address}/booking/${token}`)).status).toBe(404);
    await execute(app.ctx, 'update bookings set access_token_version = 2 where id = $1', [made.id]);
    expect((await post(url, { score: '5' })).status).toBe(404);
    expect(await rowsOf(made)).toEqual([]);
  });

  it('waits for the end of the move', async () => {
    const made = await paidBooking(app);
    const url = await pageOf(made);
    expect(await (await fetch(url)).text()).toContain('once the move is done');
    expect((await post(url, { score: '5' })).status).toBe(409);
  });
});

describe('staff', () => {
  it('read it on the booking and in the list; a viewer reads the score alone', async () => {
    const made = await completedBooking();
    await say(made, { score: 3, comment: 'Late, but friendly' });
    const page = await staff.record('bookings', made.id, 'show');
    const block = page.body.record.screen.blocks.find(({ title }: { title: string }) => title === 'Feedback');
    expect(block.rows[0].map((cell: { text: string } | null) => cell?.text)).toEqual([
      'Mon 5 Apr 2027, 10:00 am',
      '3 · All right',
      'Late, but friendly',
    ]);
    const seen = await viewer.record('bookings', made.id, 'show');
    expect(JSON.stringify(seen.body)).toContain('3 · All right');
    expect(JSON.stringify(seen.body)).not.toContain('friendly');
    const exported = await staff.get('/admin/export/feedbacks.csv');
    expect(exported.body.text).toMatch(/3 · All right,"?Late, but friendly/);
    const found = await staff.resource('feedbacks', 'list', '?filters.score=3');
    const [own] = await select<{ id: string }>(app.ctx, 'select id from feedbacks where booking_id = $1', [
      made.id,
    ]);
    expect(found.body.records.map(({ id }: { id: string }) => id)).toContain(own?.id);
    const others = await staff.resource('feedbacks', 'list', '?filters.score=2');
    expect(others.body.records.map(({ id }: { id: string }) => id)).not.toContain(own?.id);
  });
});
