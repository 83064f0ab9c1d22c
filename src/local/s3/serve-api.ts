import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { realNow } from '../../clock.ts';
import { strikes } from '../faults.ts';
import { type Answer, empty, problemAnswer, send, xml } from './answers.ts';
import { copyObject } from './copy-object.ts';
import { answerPreflight, corsHeaders } from './cors.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { listObjects } from './list-objects.ts';
import { abortUpload, completeUpload, putPart, startUpload } from './multipart.ts';
import { postObject } from './post-object.ts';
import { notImplemented, S3Problem } from './problems.ts';
import { putObject } from './put-object.ts';
import { type Call, readCall } from './read-call.ts';
import { type Verified, verifySignature } from './verify-signature.ts';
import type { World } from './world.ts';

/** S3 itself, and the faults that are wanted. */

const REQUESTS_KEPT = 500;

/** What an address may say beside its signature. Whatever else S3 has, this one has not. */
const known =
  /^(X-Amz-.+|x-amz-.+|x-id|response-.+|list-type|prefix|delimiter|max-keys|start-after|continuation-token|encoding-type|fetch-owner|uploads|uploadId|partNumber|delete|location)$/;

export async function serveApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { faults } = world;
  const method = request.method ?? '';
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const name = `${method} ${readable(path)}`;
  const note = (status: number | null, code: string | null): void => {
    world.requests.push({ method, path: readable(path), status, code, at: realNow().toISOString() });
    if (world.requests.length > REQUESTS_KEPT) world.requests.shift();
  };
  if (faults.delayMs > 0 && name.includes(faults.match)) await pause(faults.delayMs);
  if (strikes(faults, 'dropConnection', name)) {
    note(null, null);
    return void response.destroy();
  }
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', 'local');
  response.setHeader('server', 'AmazonS3');
  for (const [header, value] of Object.entries(corsHeaders(world, request)))
    response.setHeader(header, value);
  const { answer, code } = await work(world, request, name, readable(path), requestId);
  drain(request);
  if (code === null && strikes(faults, 'timeoutAfterWork', name)) return note(null, null);
  note(answer.status, code);
  const isFile = typeof answer.body === 'object' && answer.body !== null && method === 'GET';
  await send(response, answer, method === 'HEAD', isFile && strikes(faults, 'cutDownload', name));
}

async function work(
  world: World,
  request: IncomingMessage,
  name: string,
  path: string,
  requestId: string,
): Promise<{ answer: Answer; code: string | null }> {
  try {
    if (strikes(world.faults, 'error500', name)) {
      throw new S3Problem('InternalError', 'We encountered an internal error. Please try again.');
    }
    if (strikes(world.faults, 'slowDown', name)) {
      throw new S3Problem('SlowDown', 'Please reduce your request rate.');
    }
    return { answer: await answerTo(world, request), code: null };
  } catch (error) {
    if (!(error instanceof S3Problem)) throw error;
    return { answer: problemAnswer(error, path, requestId), code: error.code };
  }
}

function answerTo(world: World, request: IncomingMessage): Answer | Promise<Answer> {
  if (request.method === 'OPTIONS') return answerPreflight(world, request);
  const call = readCall(request, world.bucket);
  if (isForm(call)) {
    refuseOtherBucket(world, call);
    return postObject(world, call);
  }
  const verified = verifySignature(call, world.access);
  if (call.bucket === null) return listBuckets(world, call);
  refuseOtherBucket(world, call);
  if ([...call.query.keys()].some((each) => !known.test(each))) throw notImplemented();
  return call.key === '' ? ofBucket(world, call, verified) : ofObject(world, call, verified);
}

function ofBucket(world: World, call: Call, verified: Verified): Answer | Promise<Answer> {
  const { method, query } = call;
  if (method === 'HEAD') return empty(200, { 'x-amz-bucket-region': world.access.region });
  if (method === 'GET' && query.get('list-type') === '2') return listObjects(world, call);
  if (method === 'GET' && query.has('location')) return xml('LocationConstraint', {});
  if (method === 'POST' && query.has('delete')) return deleteObjects(world, call, verified);
  if (method === 'PUT') {
    throw new S3Problem(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
    );
  }
  throw notImplemented();
}

function ofObject(world: World, call: Call, verified: Verified): Answer | Promise<Answer> {
  const { method, query, headers } = call;
  const isOfUpload = query.has('uploadId');
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isOfUpload) throw notImplemented();
      return getObject(world, call);
    case 'PUT':
      if (headers['x-amz-copy-source'] === undefined) {
        return isOfUpload ? putPart(world, call, verified) : putObject(world, call, verified);
      }
      if (isOfUpload) throw notImplemented();
      return copyObject(world, call);
    case 'DELETE':
      return isOfUpload ? abortUpload(world, call) : deleteObject(world, call);
    case 'POST':
      if (query.has('uploads')) return startUpload(world, call);
      if (isOfUpload) return completeUpload(world, call, verified);
  }
  throw new S3Problem('MethodNotAllowed', 'The specified method is not allowed against this resource.');
}

function listBuckets({ bucket }: World, { method }: Call): Answer {
  if (method !== 'GET') throw notImplemented();
  return xml('ListAllMyBucketsResult', { Buckets: { Bucket: { Name: bucket } } });
}

function refuseOtherBucket({ bucket }: World, call: Call): void {
  if (call.bucket === bucket) return;
  throw new S3Problem('NoSuchBucket', 'The specified bucket does not exist', {
    BucketName: call.bucket ?? '',
  });
}

function isForm({ method, key, headers }: Call): boolean {
  return method === 'POST' && key === '' && /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');
}

/** Whoever is still sending reads the answer only when everything was taken; and so does the next on that connection. */
function drain(request: IncomingMessage): void {
  request.removeAllListeners('readable');
  request.resume();
}

/** For faults and the log. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
