import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { priceQuote } from '../pricing/price-quote.ts';
import { shellQuoteRequestSchema } from '../pricing/quote-request.ts';
import { type CompiledRateCard, compileRateCard, rateCardSchema } from '../pricing/rate-card.ts';
import { readQuoteRequest } from '../pricing/read-quote-request.ts';
import { type Violation, violationsFromZod } from '../pricing/violations.ts';

/** `npm run --silent price -- --rate-card FILE.json`: one quote request a line in, one answer a line out (`api.md`). */

const { values } = parseArgs({ options: { 'rate-card': { type: 'string' } } });
const card = readRateCard(values['rate-card']);
for await (const line of createInterface({
  input: createReadStream('', { fd: 0 }),
  crlfDelay: Number.POSITIVE_INFINITY,
})) {
  if (line.trim() === '') continue;
  const flowing = process.stdout.write(`${JSON.stringify(answer(line, card))}\n`);
  if (!flowing) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

function answer(line: string, rateCard: CompiledRateCard): object {
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch {
    return refused('malformed_json', 'This line is not valid JSON.', []);
  }
  const read = readQuoteRequest(input, shellQuoteRequestSchema, rateCard);
  if (!read.ok) return refused('invalid', 'Some fields need your attention.', read.violations);
  const priced = priceQuote(read.request, rateCard);
  return priced.ok ? priced.quote : refused('invalid', 'Some fields need your attention.', priced.violations);
}

function refused(code: string, detail: string, errors: readonly Violation[]): object {
  return { error: { code, detail, errors } };
}

function readRateCard(file: string | undefined): CompiledRateCard {
  if (file === undefined) fail('Say which rate card: npm run --silent price -- --rate-card FILE.json');
  try {
    const parsed = rateCardSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')), { reportInput: true });
    if (parsed.success) return compileRateCard(parsed.data);
    fail(
      `${file} is not a rate card:\n${violationsFromZod(parsed.error)
        .map((each) => `  ${each.path}: ${each.message}`)
        .join('\n')}`,
    );
  } catch (error) {
    fail(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fail(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}
