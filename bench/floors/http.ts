import { createServer } from 'node:http';
import { quoteRequestSchema } from '../../src/pricing/quote-request.ts';

/**
 * The floor of HTTP: `node:http` alone. `GET /bytes` answers the very bytes that the application was seen to answer, head
 * and body (posted to `/bytes` and `/head` before); `POST /echo` parses JSON by the schema of a quote and answers the same.
 */
let bytes = Buffer.from('{}');
let head: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  if (request.method === 'GET') {
    response.writeHead(200, { ...head, 'content-length': bytes.length });
    response.end(bytes);
    return;
  }
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (request.url === '/bytes') bytes = body;
    else if (request.url === '/head') head = JSON.parse(body.toString()) as typeof head;
    else quoteRequestSchema.parse(JSON.parse(body.toString()));
    const answer = JSON.stringify(JSON.parse(bytes.toString()));
    response.writeHead(200, { ...head, 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
