import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

interface StandInServer {
  readonly port: number;
  /** Cuts off whoever is still there. */
  close(): Promise<void>;
}

/** A stand-in's server on loopback, where it listened last. What a call fails with is told, and the call cut off. */
export async function serveStandIn({
  name,
  directory,
  port: wanted,
  log,
  serve,
}: {
  readonly name: string;
  /** Remembers the port. */
  readonly directory: string;
  readonly port: number | undefined;
  readonly log: (words: string) => void;
  readonly serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}): Promise<StandInServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Who goes away in the middle is no failure of ours.
      if (!response.destroyed) log(`the ${name} stand-in failed: ${String(error)}`);
      response.destroy();
    });
  });
  const port = await listenAgain(server, directory, wanted);
  return {
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Listens where it listened last, when that port is free; its directory remembers the port. Gives it. */
export async function listenAgain(server: Server, directory: string, wanted?: number): Promise<number> {
  const file = join(directory, 'port');
  const port = await listenOn(server, wanted ?? lastPort(file));
  writeFileSync(file, String(port));
  return port;
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function lastPort(file: string): number {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

/** Listens on the wanted port when it is free, else on a free one. */
async function listenOn(server: Server, wanted: number): Promise<number> {
  const listen = (port: number): Promise<void> =>
    new Promise((done, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', failed);
        done();
      });
    });
  await listen(wanted).catch((error: unknown) => {
    if (wanted === 0) throw error;
    return listen(0);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : wanted;
}
