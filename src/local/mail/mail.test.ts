import { GetSendQuotaCommand, SendEmailCommand, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { describe, expect, it } from 'vitest';
import { mailBench } from '../../../test/support/mail-stand-in.ts';
import type { InboxMail } from './serve-inbox.ts';
import type { LoggedRequest } from './world.ts';

const bench = mailBench();
const { client, send, get, post } = bench;
const inbox = (): Promise<InboxMail[]> => get('/messages');

describe('mails', () => {
  it('are read back: text, HTML, attachment, headers and tags', async () => {
    const id = await send(['Jo <jo@customers.test>', 'ann@customers.test']);
    expect(id).toMatch(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/);
    const [mail] = await inbox();
    expect(mail).toMatchObject({
      id,
      to: 'jo@customers.test',
      subject: 'Your move – booked <b>',
      text: 'Booked. See https://totetaxi.test/t',
      tags: { kind: ['booking_confirmed'] },
      attachments: [{ filename: 'receipt.pdf', contentType: 'application/pdf', size: 10 }],
    });
    expect(mail?.from).toContain('hello@totetaxi.test');
    expect(mail?.html).toContain('<p>Booked.');
    expect(mail?.headers).toContainEqual({ name: 'MIME-Version', value: '1.0' });
    expect(await get(`/messages/${id}`)).toEqual(mail);
    const raw = await (await fetch(`${bench.standIn.baseUrl}/messages/${id}/raw`)).text();
    expect(raw).toContain('Content-Type: multipart/mixed');
  });

  it('are shown escaped and sandboxed', async () => {
    const id = await send('jo@customers.test');
    const page = await fetch(`${bench.standIn.baseUrl}/?message=${id}`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).toContain('Your move – booked &#60;b&#62;');
    expect(text).not.toContain('<script');
    const html = await fetch(`${bench.standIn.baseUrl}/messages/${id}/html`);
    const policy = html.headers.get('content-security-policy');
    expect(policy).toMatch(/^sandbox /);
    expect(policy).not.toContain('allow-scripts');
  });

  it('may be simple ones', async () => {
    const command = new SendEmailCommand({
      Source: 'hello@totetaxi.test',
      Destination: { ToAddresses: ['jo@customers.test'], BccAddresses: ['archive@totetaxi.test'] },
      Message: { Subject: { Data: 'Grüße' }, Body: { Text: { Data: 'Hi' }, Html: { Data: '<p>Hi</p>' } } },
    });
    const { MessageId } = await client().send(command);
    const mail = await get<InboxMail>(`/messages/${MessageId}`);
    expect(mail).toMatchObject({ to: 'jo@customers.test', subject: 'Grüße', text: 'Hi', html: '<p>Hi</p>' });
    expect(mail.recipients).toEqual(['jo@customers.test', 'archive@totetaxi.test']);
    expect((await client().send(new GetSendQuotaCommand({}))).SentLast24Hours).toBeGreaterThan(0);
  });

  it.each([
    ['an unverified sender', 'jo@customers.test', 'Me <me@elsewhere.test>', 'MessageRejected'],
    ['no address', 'nobody', undefined, 'InvalidParameterValue'],
    ['a new header in an address', 'jo@customers.test\r\nBcc: x@y.test', undefined, 'InvalidParameterValue'],
    [
      'too many',
      Array.from({ length: 51 }, (_, n) => `jo${n}@customers.test`),
      undefined,
      'InvalidParameterValue',
    ],
  ])('are refused: %s', async (_what, to, from, name) => {
    const before = (await inbox()).length;
    const sent = send(to, from === undefined ? {} : { from });
    await expect(sent).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    expect(await inbox()).toHaveLength(before);
  });

  it('are refused with the wrong key, and when they are too large', async () => {
    const stranger = client({ credentials: { accessKeyId: 'someone', secretAccessKey: 'x' } });
    await expect(send('jo@customers.test', { client: stranger })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    });
    const Data = Buffer.alloc(10 * 1024 * 1024 + 1, 'x');
    const large = new SendRawEmailCommand({ Destinations: ['jo@customers.test'], RawMessage: { Data } });
    await expect(client().send(large)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('faults', () => {
  it('throttle, fail and drop the connection, for those who match', async () => {
    await post('/_faults', { match: 'jo@', throttle: 1, error500: 1, dropConnection: 1 });
    await expect(send('ann@customers.test')).resolves.toBeTruthy();
    await expect(send('jo@customers.test')).rejects.toThrow(/socket hang up|ECONNRESET/);
    await expect(send('jo@customers.test')).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    await expect(send('jo@customers.test')).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Maximum sending rate exceeded.',
    });
    await expect(send('jo@customers.test')).resolves.toBeTruthy();
    const calls = (await get<LoggedRequest[]>('/_requests')).slice(-5);
    expect(calls.map(({ status }) => status)).toEqual([200, null, 500, 400, 200]);
    expect(calls[4]).toMatchObject({ action: 'SendRawEmail', recipients: ['jo@customers.test'] });
  });

  it('take a mail and never answer', async () => {
    await post('/_faults', { timeoutAfterWork: 1 });
    const before = (await inbox()).length;
    const impatient = client({
      requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
    });
    await expect(send('jo@customers.test', { client: impatient })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await inbox()).toHaveLength(before + 1);
    const cleared = await fetch(`${bench.standIn.baseUrl}/_faults`, { method: 'DELETE' });
    expect(await cleared.json()).toMatchObject({ match: '', timeoutAfterWork: 0 });
  });

  it('let the real client try again', async () => {
    await post('/_faults', { throttle: 1 });
    await expect(send('jo@customers.test', { client: client({ maxAttempts: 2 }) })).resolves.toBeTruthy();
  });
});

describe('the inbox', () => {
  it('survives a restart, and says whose it is', async () => {
    const before = await inbox();
    const { baseUrl } = bench.standIn;
    await bench.restart();
    expect(bench.standIn.baseUrl).toBe(baseUrl);
    expect(await inbox()).toEqual(before);
    const raw = await fetch(`${baseUrl}/messages/${before[0]?.id}/raw`);
    expect(await raw.text()).toContain('MIME-Version: 1.0');
    const requests = await fetch(`${baseUrl}/_requests`);
    expect(requests.headers.get('stand-in')).toMatch(/totetaxi-mail-/);
  });

  it('is emptied', async () => {
    const id = (await inbox())[0]?.id;
    expect((await fetch(`${bench.standIn.baseUrl}/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await inbox()).toEqual([]);
    expect((await fetch(`${bench.standIn.baseUrl}/messages/${id}/raw`)).status).toBe(404);
    expect(await (await fetch(bench.standIn.baseUrl)).text()).toContain('No mail yet');
  });
});
