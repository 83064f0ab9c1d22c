import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import { join } from 'node:path';

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
