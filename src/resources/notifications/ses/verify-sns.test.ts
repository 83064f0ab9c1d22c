import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWorld } from '../../../../test/support/context.ts';
import { errorDoor } from '../../../api/error-door.ts';
import { requestContext } from '../../../api/middleware/request-context.ts';
import { sesWebhook } from '../../../api/webhooks/ses.ts';
import { addMilliseconds, realNow } from '../../../clock.ts';
import type { MailConfig } from '../../../config.ts';
import { createHttpServer } from '../../../http-server.ts';
import { select } from '../../_kit/sql.ts';
import type { FetchKey } from './signing-key.ts';
import { confirmSubscription, verifySnsMessage } from './verify-sns.ts';

const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:totetaxi-mail';

const configOf = (more: Partial<MailConfig> = {}): { mail: MailConfig } => ({
  mail: {
    region: 'us-east-1',
    accessKeyId: 'local',
    secretAccessKey: 'local',
    endpoint: null,
    from: 'ToteTaxi <hello@totetaxi.test>',
    replyTo: null,
    unsubscribeAddress: null,
    configurationSet: null,
    topicArn: TOPIC_ARN,
    snsHost: 'http://127.0.0.1:9',
    ...more,
  },
});

describe('a message of the topic', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
  const AMAZONS = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1b.pem';
  const ago = (milliseconds: number): string => addMilliseconds(realNow(), -milliseconds).toISOString();

  /** Signed by hand, and not by what the product or the stand-in has. */
  const message = (more: object = {}, after: object = {}): Buffer => {
    const fields: Record<string, string> = {
      Type: 'Notification',
      MessageId: randomUUID(),
      TopicArn: TOPIC_ARN,
      Message: '{"eventType":"Send"}\n',
      Timestamp: ago(0),
      SignatureVersion: '2',
      SigningCertURL: AMAZONS,
      ...more,
    };
    const canonical = [
      'Message',
      'MessageId',
      'Subject',
      'SubscribeURL',
      'Timestamp',
      'Token',
      'TopicArn',
      'Type',
    ]
      .flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`]))
      .join('');
    const algorithm = fields.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    const Signature = createSign(algorithm).update(canonical).sign(pair.privateKey, 'base64');
    return Buffer.from(JSON.stringify({ ...fields, Signature, ...after }));
  };
  const verify = (raw: Buffer, config = configOf(), fetchKey: FetchKey = async () => pem) =>
    verifySnsMessage(config, raw, fetchKey);

  it.each(['1', '2'])('is taken with a signature of version %s', async (SignatureVersion) => {
    const raw = message({ SignatureVersion, Subject: 'Amazon SES Email Event Notification' });
    expect(await verify(raw)).toMatchObject({ type: 'Notification', message: '{"eventType":"Send"}\n' });
    expect(await verify(message({ SignatureVersion, Timestamp: ago(47 * 3_600_000) }))).toBeTruthy();
  });

  it.each<[string, object, object]>([
    ['altered', {}, { Message: '{"eventType":"Bounce"}' }],
    ['of another time than it was signed at', {}, { Timestamp: ago(1) }],
    ['of another topic', { TopicArn: 'arn:aws:sns:us-east-1:000000000000:theirs' }, {}],
    ['older than two days', { Timestamp: ago(49 * 3_600_000) }, {}],
    ['of an unknown version', { SignatureVersion: '3' }, {}],
    [
      'signed in one version and said to be of the other',
      { SignatureVersion: '1' },
      { SignatureVersion: '2' },
    ],
    ['of an unknown type', { Type: 'Other' }, {}],
    ['without a signature', {}, { Signature: undefined }],
    ['with a signature that is none', {}, { Signature: 'AAAA' }],
    ['two fields in one', { MessageId: 'a\nSubject\nb' }, {}],
  ])('is refused: %s', async (_what, more, after) => {
    await expect(verify(message(more, after))).rejects.toMatchObject({ code: 'bad_signature' });
  });

  it.each([
    'https://evil.test/SimpleNotificationService-0a1b.pem',
    'https://sns.us-east-1.amazonaws.com.evil.test/a.pem',
    'https://evil.test/sns.us-east-1.amazonaws.com/a.pem',
    'http://sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'https://sns.us-east-1.amazonaws.com@evil.test/a.pem',
    'https://me@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com/a.txt',
    'https://sns.us-east-1.amazonaws.com/?a.pem',
    'https://sns.s3-us-west-2.amazonaws.com/a.pem',
    'http://127.0.0.1:1/a.pem',
    'file:///etc/ssl/a.pem',
    'a.pem',
  ])('is refused with the certificate of %s, which is not fetched', async (SigningCertURL) => {
    const fetched: URL[] = [];
    const refused = verify(message({ SigningCertURL }), configOf(), async (url: URL) => {
      fetched.push(url);
      return pem;
    });
    await expect(refused).rejects.toMatchObject({ code: 'bad_signature' });
    expect(fetched).toEqual([]);
  });

  it('is refused when it is nothing, and with no configuration', async () => {
    for (const raw of ['', 'no', 'null', '[]', '{}']) {
      await expect(verify(Buffer.from(raw))).rejects.toMatchObject({ code: 'bad_signature' });
    }
    await expect(verifySnsMessage({ mail: null }, message())).rejects.toMatchObject({
      code: 'bad_signature',
    });
  });

  it('is a bad request when it is signed and cannot be read', async () => {
    for (const more of [{ Timestamp: 'yesterday' }, { Type: 'SubscriptionConfirmation', Token: 't' }]) {
      await expect(verify(message(more))).rejects.toMatchObject({ code: 'bad_request' });
    }
  });

  it('has its key fetched once, also for those that come together', async () => {
    const config = configOf();
    let fetches = 0;
    const fetchKey = async () => {
      fetches += 1;
      await turn();
      return pem;
    };
    await Promise.all([1, 2, 3].map(() => verify(message(), config, fetchKey)));
    await verify(message(), config, fetchKey);
    expect(fetches).toBe(1);
  });

  it('has its key fetched again after a failure, and keeps only some', async () => {
    const config = configOf();
    await expect(verify(message(), config, async () => 'no key')).rejects.toMatchObject({
      code: 'bad_signature',
    });
    const fetched: string[] = [];
    const fetchKey = async ({ pathname }: URL) => {
      fetched.push(pathname);
      return pem;
    };
    const one = (name: string) =>
      verify(
        message({ SigningCertURL: `https://sns.us-east-1.amazonaws.com/${name}.pem` }),
        config,
        fetchKey,
      );
    for (const name of 'abcdefghi') await one(name);
    await one('i');
    await one('a');
    expect(fetched.join('')).toBe('/a.pem/b.pem/c.pem/d.pem/e.pem/f.pem/g.pem/h.pem/i.pem/a.pem');
  });

  describe('whose key is fetched', () => {
    let server: Server;
    let address = '';
    const asked: string[] = [];

    beforeAll(async () => {
      server = createServer((request, response) => {
        asked.push(request.url ?? '');
        if (request.url === '/moved.pem') response.writeHead(302, { location: '/key.pem' }).end();
        else if (request.url === '/large.pem') response.end(pem + 'x'.repeat(30_000));
        else if (request.url === '/busy.pem') response.writeHead(503).end();
        else if (request.url === '/key.pem') response.end(pem);
        else if (request.url === '/page.pem') response.end('<html></html>');
        else response.writeHead(404).end(pem);
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const fetched = (path: string) =>
      verifySnsMessage(configOf({ snsHost: address }), message({ SigningCertURL: address + path }));

    it.each([
      ['/moved.pem', 'bad_signature'],
      ['/large.pem', 'bad_signature'],
      ['/page.pem', 'bad_signature'],
      ['/gone.pem', 'bad_signature'],
      ['/busy.pem', 'unavailable'],
    ])('is refused by %s: %s', async (path, code) => {
      asked.length = 0;
      await expect(fetched(path)).rejects.toMatchObject({ code });
      expect(asked).toEqual([path]);
      expect(await fetched('/key.pem')).toMatchObject({ type: 'Notification' });
    });

    it('is stored at the door, and nothing else is', async () => {
      const world = await openTestWorld(configOf({ snsHost: address }));
      const stored = () => select(world.ctx, 'select source, external_id, type, body from webhook_events');
      const app = express();
      const begin = requestContext(world.ctx);
      app.use((request, response, next) => {
        begin(request, response);
        next();
      }, sesWebhook());
      app.use(errorDoor);
      const door = createHttpServer(app).listen(0, '127.0.0.1');
      await once(door, 'listening');
      const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/webhooks/ses`;
      const post = (body: Buffer) => fetch(url, { method: 'POST', body: new Uint8Array(body) });
      const signed = { SigningCertURL: `${address}/key.pem` };
      const subscription = { ...signed, Type: 'SubscriptionConfirmation', Token: 't' };
      try {
        expect((await post(message(signed, { Message: '{}' }))).status).toBe(400);
        expect((await post(Buffer.alloc(300_000, 'x'))).status).toBe(413);
        expect((await post(message({ ...signed, Message: '{"a":"\\u0000"}' }))).status).toBe(400);
        const got = await fetch(url);
        expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
        expect(
          (await post(message({ ...subscription, SubscribeURL: `${address}/key.pem?yes` }))).status,
        ).toBe(400);
        expect((await post(message({ ...subscription, SubscribeURL: `${address}/key.pem` }))).status).toBe(
          200,
        );
        expect((await post(message({ ...subscription, Type: 'UnsubscribeConfirmation' }))).status).toBe(200);
        expect(await stored()).toEqual([]);

        for (const duplicate of [false, true]) {
          const taken = await post(message({ ...signed, MessageId: 'one' }));
          expect([taken.status, await taken.json()]).toEqual([200, { received: true, duplicate }]);
        }
        expect(await stored()).toEqual([
          {
            source: 'ses',
            external_id: 'one',
            type: 'unknown',
            body: { message: { eventType: 'Send' } },
          },
        ]);
      } finally {
        door.closeAllConnections();
        door.close();
        await world.close();
      }
    });

    it('may ask to confirm nothing elsewhere, and is not led on', async () => {
      const config = configOf({ snsHost: address });
      for (const subscribeUrl of ['http://169.254.169.254/latest', 'https://evil.test/', `${address}1/`]) {
        await expect(confirmSubscription(config, { subscribeUrl })).rejects.toMatchObject({
          code: 'bad_request',
        });
      }
      const moved = confirmSubscription(config, { subscribeUrl: `${address}/moved.pem` });
      await expect(moved).rejects.toMatchObject({ code: 'bad_request' });
      expect(asked.at(-1)).toBe('/moved.pem');
      const busy = confirmSubscription(config, { subscribeUrl: `${address}/busy.pem` });
      await expect(busy).rejects.toMatchObject({ code: 'unavailable' });
      await expect(confirmSubscription(configOf(), { subscribeUrl: address })).rejects.toMatchObject({
        code: 'bad_request',
      });
    });
  });
});
