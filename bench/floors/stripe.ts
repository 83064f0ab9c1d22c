import { createServer } from 'node:http';

/**
 * Answers for Stripe at once and remembers nothing but what an intent was made of, so that what is measured is our part:
 * the SDK's call is in it, Stripe's own time is not.
 */
let made = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    if (request.method === 'GET' && /^\/v1\/\w+(\?|$)/.test(request.url ?? '')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"object":"list","data":[],"has_more":false}');
      return;
    }
    const named = /^\/v1\/payment_intents\/(\w+)/.exec(request.url ?? '')?.[1];
    made += 1;
    const id = named ?? `pi_bench_${process.pid}_${made}`;
    const metadata = Object.fromEntries(
      [...form].flatMap(([key, value]) => {
        const name = /^metadata\[(\w+)\]$/.exec(key)?.[1];
        return name === undefined ? [] : [[name, value]];
      }),
    );
    const body = JSON.stringify({
      id,
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: Number(form.get('amount') ?? 0),
      amount_received: 0,
      currency: 'usd',
      client_secret: `${id}_secret_bench`,
      latest_charge: null,
      last_payment_error: null,
      created: 1_800_000_000,
      metadata,
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
