import { describe, expect, it } from 'vitest';
import { readMailEvent } from './mail-event.ts';

describe('an event', () => {
  const mail = { messageId: 'm', timestamp: '2026-11-23T10:00:00.000Z', destination: ['jo@customers.test'] };
  const at = '2026-11-23T10:05:00.000Z';

  it.each<[object, object]>([
    [
      { eventType: 'Reject', reject: { reason: 'Bad content' } },
      { kind: 'rejected', detail: 'Bad content', occurredAt: mail.timestamp },
    ],
    [
      {
        eventType: 'DeliveryDelay',
        deliveryDelay: {
          timestamp: at,
          delayType: 'MailboxFull',
          delayedRecipients: [
            { emailAddress: 'ann@customers.test', diagnosticCode: `4.2.2 ${'x'.repeat(600)}` },
          ],
        },
      },
      { kind: 'delayed', recipient: 'ann@customers.test', occurredAt: at },
    ],
    [
      { eventType: 'Bounce', bounce: { timestamp: at, bounceType: 'Undetermined', bouncedRecipients: [] } },
      { kind: 'bounced', isPermanent: false, detail: null, recipient: 'jo@customers.test', occurredAt: at },
    ],
  ])('is read: %j', (told, expected) => {
    const event = readMailEvent(JSON.stringify({ ...told, mail }));
    expect({ ...event, occurredAt: event?.occurredAt.toISOString() }).toMatchObject(expected);
    expect(event?.detail?.length ?? 0).toBeLessThanOrEqual(500);
    expect(readMailEvent({ ...told, mail })).toEqual(event);
  });

  it.each([
    'Successfully validated SNS topic for Amazon SES event publishing.',
    'null',
    JSON.stringify({ eventType: 'Rendering Failure', mail, failure: {} }),
    JSON.stringify({ eventType: 'Send' }),
    JSON.stringify({ eventType: 'Send', mail: { ...mail, timestamp: 'yesterday' } }),
  ])('is unknown: %s', (message) => {
    expect(readMailEvent(message)).toBeNull();
  });
});
