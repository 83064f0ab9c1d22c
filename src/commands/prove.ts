import { parseArgs } from 'node:util';
import { formatServiceDay, parseServiceDay, type ServiceDay } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type Proof, proveBooks } from '../jobs/checks/prove-books.ts';
import { lookAt } from '../look-at.ts';
import { type Cents, formatUsd } from '../pricing/money.ts';
import { type ProofPeriod, refuseOddPeriod, standardPeriod } from '../resources/payments/start-proof.ts';

/**
 * `npm run prove -- [--from DAY --to DAY] [--json]`: proves the books of a running installation, or of local mode's data
 * (`rules.md` §5). Only reads. Ends with 0 when everything agrees, 1 when it does not, 2 when it could not look.
 */
const { values } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean', default: false } },
});
try {
  const proof = await lookAt('prove', (ctx) => {
    const period = periodFrom(ctx);
    refuseOddPeriod(ctx, period);
    return proveBooks(ctx, period);
  });
  process.stdout.write(values.json ? `${JSON.stringify(proof, null, 2)}\n` : words(proof));
  process.exitCode = proof.findings.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`The books could not be looked at: ${wordsOf(error)}\n`);
  process.exitCode = 2;
}

function periodFrom(ctx: Context): ProofPeriod {
  const standard = standardPeriod(ctx);
  return { from: dayOf('from', standard.from), to: dayOf('to', standard.to) };
}

function dayOf(option: 'from' | 'to', standard: ServiceDay): ServiceDay {
  const given = values[option];
  if (given === undefined) return standard;
  try {
    return parseServiceDay(given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'Write a day like 2027-05-12.';
    throw new Refusal('invalid', { violations: [{ path: option, code: 'invalid_value', message }] });
  }
}

function words({ period, bookings, payments, moves, ledgerCents, stripeCents, findings }: Proof): string {
  const count = (many: number) => many.toLocaleString('en-US');
  const lines = [
    `Looked at ${count(bookings)} bookings that are over and ${count(payments)} payments.`,
    `From ${formatServiceDay(period.from)} to ${formatServiceDay(period.to)}: ${count(moves)} movements, ` +
      `${usd(ledgerCents)} in the ledger, ${usd(stripeCents)} at Stripe.`,
    findings.length === 0
      ? 'Everything agrees.'
      : `${findings.length === 1 ? 'One thing does' : `${count(findings.length)} things do`} not agree:`,
    ...findings.map((each) => `  ${each.words}`),
  ];
  return `${lines.join('\n')}\n`;
}

function usd(amount: number): string {
  return amount < 0 ? `−${formatUsd(-amount as Cents)}` : formatUsd(amount as Cents);
}

function wordsOf(error: unknown): string {
  if (error instanceof Refusal)
    return (
      (error.facts.violations ?? []).map(({ path, message }) => `--${path}: ${message}`).join(' ') ||
      error.detail
    );
  return error instanceof Error ? error.message : String(error);
}
