import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { BodyBytes, FuzzAnswer, FuzzRequest } from './request.ts';

const PATIENCE_MS = 20_000;

const agent = new Agent({ keepAlive: true });

/** Sends a filled-in request as it is, and throws when no answer comes. `fetch` would tidy up what is to be tried. */
export async function send(
  address: string,
  { method, path, headers, body, bytes }: FuzzRequest,
): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(address);
  const payload = body === undefined ? undefined : bytesOf(body, bytes);
  const isChunked = Object.keys(headers).some((name) => name.toLowerCase() === 'transfer-encoding');
  const length = payload === undefined || isChunked ? {} : { 'content-length': String(payload.length) };
  return new Promise((done, failed) => {
    const sent = httpRequest(
      { agent, hostname, port, method, path, headers: { ...headers, ...length }, timeout: PATIENCE_MS },
      (response) => {
        readAnswer(response).then(done, failed);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    sent.on('error', failed);
    sent.end(payload);
  });
}

export function bytesOf(text: string, bytes: BodyBytes | undefined): Buffer {
  switch (bytes) {
    case undefined:
      return Buffer.from(text);
    case 'gzip':
      return gzipSync(text);
    case 'cut_gzip':
      return gzipSync(text).subarray(0, -6);
    case 'deflate':
      return deflateSync(text);
    case 'br':
      return brotliCompressSync(text);
    default:
      return Buffer.from(text, bytes);
  }
}

async function readAnswer(response: IncomingMessage): Promise<FuzzAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  const isJson = text !== '' && /json/.test(headers.get('content-type') ?? '');
  return { status: response.statusCode ?? 0, headers, body: isJson ? JSON.parse(text) : { text } };
}
