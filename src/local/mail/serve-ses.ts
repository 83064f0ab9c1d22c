import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseInstant, realNow } from '../../clock.ts';
import { strikes } from '../faults.ts';
import { namedRecipients } from './call-form.ts';
import { isoNow } from './ids.ts';
import { answerXml, problemXml, SesProblem } from './ses-answers.ts';
import { takeMail } from './take-mail.ts';
import type { World } from './world.ts';

/** SES itself: the query protocol of 2010-12-01, and the faults that are wanted. */

export const ACCESS_KEY_ID = 'local-ses-key';

const REQUESTS_KEPT = 500;
const DAY_MS = 86_400_000;

interface Result {
  readonly status: number;
  readonly body: string;
  readonly mailId: string | null;
}

export async function serveSes(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const { faults } = world;
  const form = new URLSearchParams(body);
  const recipients = namedRecipients(form);
  const call = `POST / ${recipients.join(',')}`;
  const requestId = randomUUID();
  const note = (status: number | null, mailId: string | null): void => {
    const action = form.get('Action') ?? '';
    world.requests.push({ method: 'POST', path: '/', action, recipients, status, mailId, at: isoNow() });
    if (world.requests.length > REQUESTS_KEPT) world.requests.shift();
  };
  if (faults.delayMs > 0 && call.includes(faults.match)) await pause(faults.delayMs);
  if (strikes(faults, 'dropConnection', call)) {
    note(null, null);
    return void response.destroy();
  }
  const result = await work(world, request, form, call, requestId);
  const isLost = result.mailId !== null && strikes(faults, 'timeoutAfterWork', call);
  note(isLost ? null : result.status, result.mailId);
  if (!isLost) {
    response.writeHead(result.status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
    response.end(result.body);
  }
  world.deliveries.kick();
}

async function work(
  world: World,
  request: IncomingMessage,
  form: URLSearchParams,
  call: string,
  requestId: string,
): Promise<Result> {
  try {
    if (strikes(world.faults, 'error500', call)) {
      throw new SesProblem(
        500,
        'InternalFailure',
        'The request processing has failed because of an unknown error.',
      );
    }
    if (strikes(world.faults, 'throttle', call)) {
      throw new SesProblem(400, 'Throttling', 'Maximum sending rate exceeded.');
    }
    refuseStranger(request.headers.authorization ?? '');
    const action = form.get('Action') ?? '';
    const version = form.get('Version') ?? '';
    if (action === 'GetSendQuota' && version === '2010-12-01') {
      return { status: 200, body: answerXml(action, quota(world), requestId), mailId: null };
    }
    if ((action !== 'SendEmail' && action !== 'SendRawEmail') || version !== '2010-12-01') {
      const message = `Could not find operation ${action} for version ${version}`;
      throw new SesProblem(400, 'InvalidAction', message);
    }
    const { id } = await takeMail(world, action, form);
    return { status: 200, body: answerXml(action, { MessageId: id }, requestId), mailId: id };
  } catch (error) {
    if (!(error instanceof SesProblem)) throw error;
    return { status: error.status, body: problemXml(error, requestId), mailId: null };
  }
}

/** The signature itself is not checked: the secret of a stand-in is known to all. */
function refuseStranger(authorization: string): void {
  const keyId = /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/\d{8}\/[\w-]+\/ses\/aws4_request,/.exec(
    authorization,
  )?.[1];
  if (authorization === '') {
    throw new SesProblem(403, 'MissingAuthenticationToken', 'Missing Authentication Token');
  }
  if (keyId !== ACCESS_KEY_ID) {
    throw new SesProblem(
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    );
  }
}

function quota({ store }: World): Record<string, string> {
  const since = realNow().getTime() - DAY_MS;
  const sent = store.list('mail').filter(({ at }) => parseInstant(at).getTime() > since).length;
  return { Max24HourSend: '50000.0', MaxSendRate: '14.0', SentLast24Hours: `${sent}.0` };
}
