import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PricedQuote } from './price-quote.ts';

interface Example {
  readonly id: number | string;
  readonly request: object;
  readonly surchargeRules?: object[];
  readonly expected: {
    readonly kinds: Readonly<Record<string, number>>;
    readonly subtotalCents: number;
    readonly discountCents: number;
    readonly totalCents: number;
  };
}

const fixtures = new URL('../../test/fixtures/pricing/', import.meta.url);
const cardFile = new URL('rate-card.json', fixtures).pathname;
const examples: Example[] = JSON.parse(readFileSync(new URL('pricing-examples.json', fixtures), 'utf8'));
/** `npm run price`, without npm. */
const command = ['scripts/run.mjs', 'commands/price'];
const repository = new URL('../../', import.meta.url).pathname;

/** The worked examples fold these kinds into `base`. */
const foldedIntoBase = ['base', 'specialty', 'minimum'];

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pricing-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function price(card: string, lines: string): string[] {
  const out = execFileSync(process.execPath, [...command, '--rate-card', card], {
    cwd: repository,
    input: lines,
    encoding: 'utf8',
  });
  return out.trim().split('\n');
}

function byKind(quote: PricedQuote): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of quote.lines) {
    const kind = foldedIntoBase.includes(line.kind) ? 'base' : line.kind;
    sums[kind] = (sums[kind] ?? 0) + line.amountCents;
  }
  return sums;
}

describe('the price command', () => {
  it('prices every worked example exactly, by kind of line', () => {
    const shared = examples.filter((example) => !example.surchargeRules);
    const answers = price(cardFile, shared.map(({ request }) => JSON.stringify(request)).join('\n'));
    expect(answers).toHaveLength(shared.length);
    shared.forEach((example, index) => {
      expectExample(example, answers[index] ?? '');
    });
  });

  it('prices the examples that bring their own surcharge rules', () => {
    const own = examples.filter((example) => example.surchargeRules);
    expect(own.length).toBeGreaterThan(0);
    const card = JSON.parse(readFileSync(cardFile, 'utf8'));
    for (const example of own) {
      const file = join(directory, 'card.json');
      writeFileSync(file, JSON.stringify({ ...card, surchargeRules: example.surchargeRules }));
      expectExample(example, price(file, JSON.stringify(example.request))[0] ?? '');
    }
  });

  it('answers a refused line and a line that is not JSON, and goes on', () => {
    const [first, second, third] = price(
      cardFile,
      `nonsense\n\n{"service":"mini_move"}\n${JSON.stringify(examples[0]?.request)}\n`,
    );
    expect(JSON.parse(first ?? '').error).toMatchObject({ code: 'malformed_json', errors: [] });
    expect(JSON.parse(second ?? '').error.errors.map((each: { path: string }) => each.path)).toEqual(
      expect.arrayContaining(['pickupDate', 'pickupWindow', 'pickupZip', 'deliveryZip', 'miniMove']),
    );
    expect(JSON.parse(third ?? '').totalCents).toBe(examples[0]?.expected.totalCents);
  });

  it('says what is wrong with a missing or broken rate card', () => {
    const file = join(directory, 'broken.json');
    writeFileSync(file, '{"currency":"usd"}');
    for (const [card, words] of [
      [file, 'miniMovePackages: This is required.'],
      [join(directory, 'none.json'), 'cannot be read'],
    ] as const) {
      const run = spawnSync(process.execPath, [...command, '--rate-card', card], {
        cwd: repository,
        encoding: 'utf8',
      });
      expect(run.status).toBe(1);
      expect(run.stderr).toContain(words);
    }
  });
});

function expectExample(example: Example, line: string): void {
  const quote: PricedQuote = JSON.parse(line);
  const sums = byKind(quote);
  for (const [kind, amount] of Object.entries(example.expected.kinds)) {
    expect([example.id, kind, sums[kind] ?? 0]).toEqual([example.id, kind, amount]);
  }
  const { subtotalCents, discountCents, totalCents } = quote;
  expect({ id: example.id, subtotalCents, discountCents, totalCents }).toEqual({
    id: example.id,
    subtotalCents: example.expected.subtotalCents,
    discountCents: example.expected.discountCents,
    totalCents: example.expected.totalCents,
  });
}
