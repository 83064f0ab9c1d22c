import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveStandIn } from '../stand-in-server.ts';
import { type Faults, noFaults } from './faults.ts';
import { openFolder } from './folder.ts';
import { serveApi } from './serve-api.ts';
import { isExtra, serveExtras } from './serve-extras.ts';
import { Store } from './store.ts';
import type { World } from './world.ts';

const ACCESS = {
  accessKeyId: 'local-s3-key',
  secretAccessKey: 'local-s3-secret',
  region: 'us-east-1',
};
const BUCKET = 'totetaxi-files';

/**
 * A stand-in for Amazon S3, on a loopback port, for the real SDK (`endpoint: baseUrl`) and for browsers: one bucket, made
 * at the start, by path or by host (`http://totetaxi-files.localhost:PORT`). It verifies what S3 verifies: signatures in
 * headers and addresses, their age, what of a request they cover, the policy of a form and each field of it, lengths,
 * digests, checksums, signed chunks. Objects are put, posted, copied, sent in parts, read whole or by range, listed and
 * deleted; what else S3 has is answered 501.
 *
 * Bytes are never held: they pass between socket and disk. State survives restarts and `kill -9`: an object is there with
 * all its bytes, or not at all. A page at `/` lists what there is. It can be made to misbehave: see `Faults`;
 * `GET /_requests` tells the last calls.
 */
export interface S3StandIn {
  readonly baseUrl: string;
  readonly port: number;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly faults: Faults;
  /** There is nothing that it owes anybody. */
  deliver(): void;
  close(): Promise<void>;
}

export interface S3StandInOptions {
  readonly directory: string;
  readonly port?: number;
  /** Those whose pages may upload and read; one `*` in it stands for anything. */
  readonly origins?: readonly string[];
  readonly log?: (words: string) => void;
}

const localOrigins = ['http://localhost:*', 'http://127.0.0.1:*'];

export async function startS3StandIn(options: S3StandInOptions): Promise<S3StandIn> {
  const { directory, origins = [], log = () => undefined } = options;
  mkdirSync(directory, { recursive: true });
  const store = new Store(directory);
  const faults = noFaults();
  const world: World = {
    store,
    folder: openFolder(directory, store),
    faults,
    access: ACCESS,
    bucket: BUCKET,
    origins: [...localOrigins, ...origins],
    requests: [],
    directory,
  };
  const server = await serveStandIn({
    name: 'S3',
    directory,
    port: options.port,
    log,
    serve: (request, response) => serve(world, request, response),
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    port: server.port,
    bucket: BUCKET,
    ...ACCESS,
    faults,
    deliver: () => undefined,
    close: () => server.close(),
  };
}

function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return isExtra(request) ? serveExtras(world, request, response) : serveApi(world, request, response);
}
