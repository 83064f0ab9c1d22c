import { publicEndpoints } from '../../src/api/v1/endpoints.ts';
import { errorCatalogue } from '../../src/errors.ts';
import { Contract } from '../support/contract.ts';
import type { FuzzAnswer, FuzzRequest } from './request.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What Node's own parser answers before the application hears of a request; such answers bear no request id. */
const parserStatuses: readonly number[] = [400, 417, 431];

/** Words of what lies behind the API; no answer may hold them. */
const inner =
  /node_modules|\.[jt]s:\d+|sequelize|postgres|stack|select .* from |insert into|\bzod\b|sk_test/i;

const contract = new Contract(publicEndpoints);

/** Throws unless the answer is one that may be given: no 5xx, as its document says, and every refusal a problem. */
export function judge(request: FuzzRequest, answer: FuzzAnswer): void {
  const { status, headers } = answer;
  if (status >= 500) throw new Error(`answered ${status}: ${JSON.stringify(answer.body)}`);
  const requestId = headers.get('x-request-id');
  if (requestId === null && parserStatuses.includes(status)) return;
  if (requestId === null || !UUID.test(requestId)) throw new Error(`${status} without a request id`);
  if (status >= 400) judgeRefusal(request, answer);
  if (status === 405 && headers.get('allow') === null) throw new Error('405 without Allow');
  if (status === 429 && headers.get('retry-after') === null) throw new Error('429 without Retry-After');
  const location = headers.get('location');
  if (location !== null && !/^\/(?![/\\])/.test(location)) throw new Error(`it leads elsewhere: ${location}`);
  judgeByDocument(request, answer);
  if (status < 300) judgeSums(answer.body);
}

function judgeRefusal({ method }: FuzzRequest, { status, headers, body }: FuzzAnswer): void {
  if (method === 'HEAD') return;
  const contentType = headers.get('content-type');
  if (!contentType?.startsWith('application/problem+json')) throw new Error(`${status} as ${contentType}`);
  const known = errorCatalogue[body.code as keyof typeof errorCatalogue];
  if (known?.status !== status || body.status !== status) {
    throw new Error(`${status} with the code ${body.code} and the status ${body.status}`);
  }
  if (body.requestId !== headers.get('x-request-id')) throw new Error('the problem has another request id');
  if (inner.test(`${body.title} ${body.detail}`)) throw new Error(`it tells too much: ${body.detail}`);
}

/** Addresses that a URL would tidy up are none of the document's, whatever they look like afterwards. */
function judgeByDocument({ method, path }: FuzzRequest, answer: FuzzAnswer): void {
  const [raw = ''] = path.split('?');
  if (!URL.canParse(path, 'http://localhost') || new URL(path, 'http://localhost').pathname !== raw) return;
  contract.check(method, raw.replace(/(?<=.)\/$/, ''), answer);
}

/** Wherever a price is told, it adds up. */
export function judgeSums(body: any): void {
  if (typeof body !== 'object' || body === null) return;
  if (Array.isArray(body.lines) && body.subtotalCents !== undefined) {
    const sum = body.lines.reduce((cents: number, line: any) => cents + line.amountCents, 0);
    if (sum !== body.subtotalCents)
      throw new Error(`the lines are ${sum}, the subtotal ${body.subtotalCents}`);
    if (body.subtotalCents - body.discountCents !== body.totalCents || body.totalCents < 0) {
      throw new Error(`${body.subtotalCents} - ${body.discountCents} is told as ${body.totalCents}`);
    }
  }
  for (const each of Object.values(body)) judgeSums(each);
}
