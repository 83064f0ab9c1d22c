import { createVerify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/bookings.ts';
import { mailBench } from '../../../test/support/mail-stand-in.ts';
import { canonicalText } from './sns.ts';

const bench = mailBench();
const { send, confirm, events, types, post, settled } = bench;
const kindsReceived = (): string[] => bench.received.map(({ Type }) => Type);
const fresh = async (): Promise<void> => {
  await settled();
  bench.received = [];
};

describe('the subscription', () => {
  it('is asked for first, and nothing else is sent before it is confirmed', async () => {
    await send('early@customers.test');
    await settled();
    expect(kindsReceived()).toEqual(['SubscriptionConfirmation']);
    expect(bench.received[0]?.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
    });
    const wrong = await fetch(`${bench.standIn.baseUrl}/_sns/confirm?Token=wrong`);
    expect(wrong.status).toBe(400);
    await settled();
    expect(types()).toEqual([]);
    expect((await confirm()).status).toBe(200);
    await eventually(async () => expect(types()).toEqual(['Delivery', 'Send']));
  });

  it('is not asked for again', async () => {
    await bench.restart();
    await settled();
    expect(kindsReceived()).toEqual([]);
  });
});

describe('events', () => {
  it('are signed and say what happened to which mail', async () => {
    await fresh();
    const id = await send(['jo@customers.test', 'ann@customers.test']);
    await eventually(async () => expect(types()).toEqual(['Delivery', 'Send']));
    for (const message of bench.received) {
      expect(message.headers['x-amz-sns-message-type']).toBe('Notification');
      const pem = await (await fetch(message.SigningCertURL)).text();
      const isSigned = (text: string): boolean =>
        createVerify('RSA-SHA256').update(text).verify(pem, message.Signature, 'base64');
      const { Message, MessageId, Subject, Timestamp, TopicArn } = message;
      const byHand = `Message\n${Message}\nMessageId\n${MessageId}\nSubject\n${Subject}\nTimestamp\n${Timestamp}\nTopicArn\n${TopicArn}\nType\nNotification\n`;
      expect(isSigned(byHand)).toBe(true);
      expect(canonicalText(message)).toBe(byHand);
      expect(isSigned(byHand.replace('Delivery', 'Bounce').replace('Send', 'Bounce'))).toBe(false);
      expect(TopicArn).toBe(bench.standIn.topicArn);
    }
    const delivered = events().find(({ eventType }) => eventType === 'Delivery');
    expect(delivered).toMatchObject({
      mail: {
        messageId: id,
        source: 'hello@totetaxi.test',
        destination: ['jo@customers.test', 'ann@customers.test'],
        tags: { kind: ['booking_confirmed'], 'ses:configuration-set': ['totetaxi'] },
      },
      delivery: { recipients: ['jo@customers.test', 'ann@customers.test'] },
    });
  });

  it('come again until they are taken, and survive a restart', async () => {
    await fresh();
    bench.answers = [500, 500, 503];
    await send('jo@customers.test');
    await eventually(async () => expect(bench.received).toHaveLength(5));
    expect(new Set(bench.received.map(({ MessageId }) => MessageId)).size).toBe(2);
    await fresh();
    Object.assign(bench.standIn.faults, { delayWebhookMs: 200 });
    await send('jo@customers.test');
    await bench.restart();
    await eventually(async () => expect(types()).toEqual(['Delivery', 'Send']));
  });

  it.each([
    ['bounce+1@customers.test', ['Bounce', 'Send'], 'Permanent'],
    ['softbounce@customers.test', ['Bounce', 'Send'], 'Transient'],
    ['complaint@customers.test', ['Complaint', 'Delivery', 'Send'], undefined],
  ])('follow the address %s', async (address, expected, bounceType) => {
    await fresh();
    await send(address);
    await eventually(async () => expect(types()).toEqual(expected));
    const bounce = events().find(({ eventType }) => eventType === 'Bounce')?.bounce;
    expect(bounce?.bounceType).toBe(bounceType);
    const complaint = events().find(({ eventType }) => eventType === 'Complaint')?.complaint;
    expect(bounce?.bouncedRecipients ?? complaint?.complainedRecipients).toMatchObject([
      { emailAddress: address },
    ]);
  });

  it('are driven', async () => {
    const id = await send('jo@customers.test');
    await fresh();
    for (const verb of ['delivery', 'open', 'click', 'bounce', 'softbounce', 'complaint']) {
      expect((await post(`/_simulate/messages/${id}/${verb}`)).status).toBe(200);
    }
    await eventually(async () =>
      expect(types()).toEqual(['Bounce', 'Bounce', 'Click', 'Complaint', 'Delivery', 'Open']),
    );
    const click = events().find(({ eventType }) => eventType === 'Click')?.click;
    expect(click?.link).toBe('https://totetaxi.test/m?a=1&b=2');
    expect((await post(`/_simulate/messages/${id}/reject`)).status).toBe(404);
    expect((await post('/_simulate/messages/none/open')).status).toBe(404);
  });

  it('are doubled and dropped where that is wanted', async () => {
    await fresh();
    await post('/_faults', { duplicate: 1 });
    await send('jo@customers.test');
    await eventually(async () => expect(types()).toEqual(['Delivery', 'Delivery', 'Send', 'Send']));
    await fresh();
    await post('/_faults', { duplicate: 0, dropWebhooks: 2 });
    await send('jo@customers.test');
    await settled();
    expect(types()).toEqual([]);
  });
});
