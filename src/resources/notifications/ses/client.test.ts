import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../test/support/bookings.ts';
import { mailBench } from '../../../../test/support/mail-stand-in.ts';
import type { MailConfig } from '../../../config.ts';
import type { InboxMail } from '../../../local/mail/serve-inbox.ts';
import { sendMail } from './client.ts';
import type { OutgoingMail } from './compose-mail.ts';
import { readMailEvent } from './mail-event.ts';
import { MailProblem } from './mail-problem.ts';
import { confirmSubscription, verifySnsMessage } from './verify-sns.ts';

const bench = mailBench();

const configOf = (more: Partial<MailConfig> = {}): { mail: MailConfig } => ({
  mail: {
    region: 'us-east-1',
    accessKeyId: bench.standIn.accessKeyId,
    secretAccessKey: bench.standIn.secretAccessKey,
    endpoint: bench.standIn.baseUrl,
    from: 'ToteTaxi <hello@totetaxi.test>',
    replyTo: 'help@totetaxi.test',
    unsubscribeAddress: null,
    configurationSet: 'totetaxi',
    topicArn: bench.standIn.topicArn,
    snsHost: bench.standIn.baseUrl,
    ...more,
  },
});

const CALENDAR = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nSUMMARY:Ümzug\r\nEND:VCALENDAR\r\n';
const plain: OutgoingMail = {
  to: 'jo@customers.test',
  subject: 'Your move – booked',
  text: 'Booked.\n',
  html: '<p>Booked.</p>',
};
const send = (more: Partial<OutgoingMail> = {}, config = configOf()) =>
  sendMail({ config }, { ...plain, ...more });
const arrived = (id: string): Promise<InboxMail> => bench.get(`/messages/${id}`);
const rawOf = async (id: string): Promise<string> =>
  (await fetch(`${bench.standIn.baseUrl}/messages/${id}/raw`)).text();
const headOf = (raw: string): string => raw.slice(0, raw.indexOf('\r\n\r\n'));

describe('a mail', () => {
  it('arrives as it was composed', async () => {
    const unsubscribe = `<https://totetaxi.test/unsubscribe?token=${'a'.repeat(120)}>`;
    const { messageId } = await send({
      headers: { 'List-Unsubscribe': unsubscribe, 'X-Place': 'Zürich' },
      calendar: CALENDAR,
      attachments: [
        { filename: 'receipt.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.4 x') },
        { filename: 'Ümzug.ics', contentType: 'text/calendar', content: CALENDAR, method: 'PUBLISH' },
      ],
      tags: { kind: 'booking_confirmed' },
    });
    const mail = await arrived(messageId);
    expect(mail).toMatchObject({
      id: messageId,
      recipients: ['jo@customers.test'],
      from: '"ToteTaxi" <hello@totetaxi.test>',
      subject: 'Your move – booked',
      html: '<p>Booked.</p>',
      tags: { kind: ['booking_confirmed'] },
      configurationSet: 'totetaxi',
    });
    expect(mail.text?.trim()).toBe('Booked.');
    expect(mail.headers).toContainEqual({ name: 'Reply-To', value: 'help@totetaxi.test' });
    expect(mail.headers).toContainEqual({ name: 'List-Unsubscribe', value: unsubscribe });
    expect(mail.attachments).toContainEqual({
      filename: 'receipt.pdf',
      contentType: 'application/pdf',
      size: 10,
    });
    expect(mail.attachments).toContainEqual({
      filename: 'Ümzug.ics',
      contentType: 'text/calendar',
      size: Buffer.byteLength(CALENDAR),
    });
    const raw = await rawOf(messageId);
    expect(raw).toContain('Content-Type: multipart/alternative');
    expect(raw).toContain('Content-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n');
  });

  it('may be of text and HTML alone, to a domain that is not ASCII', async () => {
    const config = configOf({ replyTo: null, configurationSet: null });
    const { messageId } = await send({ to: 'jo@bücher.test' }, config);
    expect(await arrived(messageId)).toMatchObject({
      recipients: ['jo@xn--bcher-kva.test'],
      attachments: [],
      configurationSet: null,
    });
    expect(headOf(await rawOf(messageId))).not.toMatch(/reply-to/i);
  });

  it.each<[string, Partial<OutgoingMail>]>([
    ['a subject', { subject: 'Hi\r\nBcc: thief@evil.test\r\n\r\nNew body' }],
    ['a subject with words to encode', { subject: 'Höi\nBcc: thief@evil.test' }],
    ['a header', { headers: { 'X-Name': 'Jo\r\nBcc: thief@evil.test\r\n\r\nNew body' } }],
    ['a header with words to encode', { headers: { 'X-Name': 'Jö\rBcc: thief@evil.test' } }],
    [
      'a file name',
      { attachments: [{ filename: 'a"\r\nBcc: thief@evil.test', contentType: 'text/plain', content: 'x' }] },
    ],
  ])('is one mail whatever is in %s', async (_where, more) => {
    const { messageId } = await send(more);
    const mail = await arrived(messageId);
    expect(mail.recipients).toEqual(['jo@customers.test']);
    expect(mail.headers.map(({ name }) => name.toLowerCase())).not.toContain('bcc');
    expect(mail.text?.trim()).toBe('Booked.');
    expect(await rawOf(messageId)).not.toMatch(/^(?:Bcc|New body)/im);
  });

  it.each<[string, Partial<OutgoingMail>]>([
    ['two addresses', { to: 'jo@customers.test, ann@customers.test' }],
    ['no address', { to: 'jo' }],
    ['a header in an address', { to: 'jo@customers.test\r\nBcc: thief@evil.test' }],
    ['a header in the name of one', { headers: { 'X-A: b\r\nBcc': 'thief@evil.test' } }],
    ['a header that is ours', { headers: { Bcc: 'thief@evil.test' } }],
    [
      'a content type with a header',
      { attachments: [{ filename: 'a', contentType: 'a/b\r\nBcc: c', content: '' }] },
    ],
    ['a tag that SES refuses', { tags: { kind: 'booking confirmed' } }],
    ['an address that SES refuses', { to: 'jo@customers' }],
  ])('never goes: %s', async (_what, more) => {
    const before = (await bench.get<InboxMail[]>('/messages')).length;
    await expect(send(more)).rejects.toBeInstanceOf(MailProblem);
    expect(await bench.get<InboxMail[]>('/messages')).toHaveLength(before);
  });

  it("never goes from a sender that is not verified, and says so in SES's words", async () => {
    await expect(send({}, configOf({ from: 'Me <me@elsewhere.test>' }))).rejects.toMatchObject({
      name: 'MailProblem',
      code: 'MessageRejected',
      message: expect.stringContaining('me@elsewhere.test'),
    });
  });

  it.each(['throttle', 'error500', 'dropConnection'])('may go later: %s', async (fault) => {
    await bench.post('/_faults', { [fault]: 1 });
    await expect(send()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await expect(send()).resolves.toMatchObject({ messageId: expect.any(String) });
  });

  it('may go later: no answer in time, no one there, a wrong key, no configuration', async () => {
    const unavailable = { code: 'unavailable', retryable: true };
    await bench.post('/_faults', { delayMs: 2_000 });
    await expect(sendMail({ config: configOf() }, plain, 200)).rejects.toMatchObject({
      ...unavailable,
      cause: { name: 'TimeoutError' },
    });
    await bench.post('/_faults', { delayMs: 0 });
    await expect(send({}, configOf({ endpoint: 'http://127.0.0.1:1' }))).rejects.toMatchObject(unavailable);
    await expect(send({}, configOf({ accessKeyId: 'stranger' }))).rejects.toMatchObject(unavailable);
    await expect(sendMail({ config: { mail: null } }, plain)).rejects.toMatchObject(unavailable);
  });
});
describe('what the stand-in signs', () => {
  const verified = () =>
    Promise.all(
      bench.received.map(({ headers: _headers, ...sent }) =>
        verifySnsMessage(configOf(), Buffer.from(JSON.stringify(sent))),
      ),
    );

  it('is taken: the question, and what becomes of mails', async () => {
    await bench.settled();
    const [question] = await verified();
    if (question?.type !== 'SubscriptionConfirmation') throw new Error('no question');
    await confirmSubscription(configOf(), question);
    await eventually(async () => expect(bench.types()).not.toEqual([]));
    await bench.settled();
    bench.received = [];
    const { messageId } = await send({ to: 'bounce@customers.test' });
    await eventually(async () => expect(bench.types()).toEqual(['Bounce', 'Send']));
    for (const verb of ['delivery', 'softbounce', 'complaint', 'open', 'click']) {
      await bench.post(`/_simulate/messages/${messageId}/${verb}`, {
        ...(verb === 'click' && { link: 'https://totetaxi.test/m' }),
      });
    }
    await eventually(async () => expect(bench.types()).toHaveLength(7));
    const events = (await verified()).map((sns) =>
      sns.type === 'Notification' ? readMailEvent(sns.message) : null,
    );
    const bounce = { kind: 'bounced', recipient: 'bounce@customers.test' };
    const expected = [
      { kind: 'sent', detail: null },
      { ...bounce, isPermanent: true, detail: 'General: smtp; 550 5.1.1 user unknown' },
      { ...bounce, isPermanent: false, detail: 'MailboxFull: smtp; 452 4.2.2 mailbox full' },
      { kind: 'delivered', detail: '250 2.6.0 Message received' },
      { kind: 'complained', detail: 'abuse' },
      { kind: 'opened' },
      { kind: 'clicked', detail: 'https://totetaxi.test/m' },
    ];
    for (const each of expected) {
      expect(events).toContainEqual(
        expect.objectContaining({ messageId, recipient: 'bounce@customers.test', ...each }),
      );
    }
  });
});
