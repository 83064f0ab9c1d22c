import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What Stripe's own CLI can trigger of payments, refunds and disputes with a card. */
export const CLI_TRIGGERS = [
  'charge.captured',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.failed',
  'charge.refund.updated',
  'charge.refunded',
  'charge.succeeded',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
] as const;

/** Plays one of the CLI's triggers against a stand-in; gives what the CLI printed. */
export async function triggerByCli(event: string, apiBase: string, home: string): Promise<string> {
  const { stdout, stderr } = await run(
    'node_modules/.bin/stripe',
    ['trigger', event, '--api-base', apiBase, '--api-key', 'sk_test_local000000000000'],
    {
      env: {
        ...process.env,
        STRIPE_CLI_TELEMETRY_OPTOUT: '1',
        STRIPE_NO_AUTO_UPDATE: '1',
        XDG_CONFIG_HOME: home,
      },
    },
  );
  return stdout + stderr;
}
