import type Stripe from 'stripe';
import { isClosed, isDisputable } from './disputes.ts';
import { idOf } from './ids.ts';
import type { World } from './world.ts';

/** The stand-in's few pages, without any request outside. */

export function landingPage(world: World): string {
  return page(
    'Stripe stand-in',
    `<p>This stands in for Stripe on this machine: no real card is charged. Confirm an intent with one of the test payment
     methods, such as <code>pm_card_visa</code>, <code>pm_card_chargeDeclined</code>,
     <code>pm_card_authenticationRequired</code>, <code>pm_card_createDispute</code> or
     <code>pm_card_refundFail</code>.</p>
     <table><caption>Latest payments</caption><thead><tr><th>Intent</th><th>For</th><th class="n">Amount</th><th>Status</th><th></th></tr></thead>
     <tbody>${paymentRows(world) || '<tr><td colspan="5">No payment yet. Check out a booking to see one.</td></tr>'}</tbody></table>
     <table><caption>Latest disputes</caption><thead><tr><th>Dispute</th><th>For</th><th>Reason</th><th class="n">Amount</th><th>Status</th><th></th></tr></thead>
     <tbody>${disputeRows(world) || '<tr><td colspan="6">No dispute yet. Dispute a payment to see one.</td></tr>'}</tbody></table>`,
  );
}

function paymentRows(world: World): string {
  return world.store
    .list('intent')
    .slice(0, 50)
    .map((intent) => {
      const hidden = `<input type="hidden" name="payment_intent" value="${escapeHtml(intent.id)}">`;
      const dispute = `<form method="post" action="/_simulate/disputes">${hidden}<button class="quiet">Dispute</button></form>`;
      return row([
        `<td><code>${escapeHtml(intent.id)}</code></td>`,
        `<td>${escapeHtml(intent.description ?? '')}</td>`,
        `<td class="n">${money(intent)}</td>`,
        `<td>${words(intent.status)}</td>`,
        `<td>${isDisputable(world, idOf(intent.latest_charge)) ? dispute : ''}</td>`,
      ]);
    })
    .join('');
}

function disputeRows(world: World): string {
  return world.store
    .list('dispute')
    .slice(0, 50)
    .map((dispute) => {
      const button = (verb: string, name: string) =>
        `<form method="post" action="/_simulate/disputes/${escapeHtml(dispute.id)}/${verb}"><button class="quiet">${name}</button></form>`;
      return row([
        `<td><code>${escapeHtml(dispute.id)}</code></td>`,
        `<td>${escapeHtml(world.store.get('charge', idOf(dispute.charge))?.description ?? '')}</td>`,
        `<td>${words(dispute.reason)}</td>`,
        `<td class="n">${money(dispute)}</td>`,
        `<td>${words(dispute.status)}</td>`,
        `<td>${isClosed(dispute) ? '' : button('win', 'Win') + button('lose', 'Lose')}</td>`,
      ]);
    })
    .join('');
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.join('')}</tr>`;
}

export function authenticationPage(intent: Stripe.PaymentIntent, returnUrl: string | null): string {
  if (intent.status !== 'requires_action') {
    return page('3-D Secure', `<p>Nothing to authenticate: this payment is ${words(intent.status)}.</p>`);
  }
  const hidden = [
    ['client_secret', intent.client_secret ?? ''],
    ['return_url', returnUrl ?? ''],
  ]
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value ?? '')}">`)
    .join('');
  return page(
    '3-D Secure',
    `<p>Your bank asks whether you want to pay <strong>${money(intent)}</strong> to ToteTaxi.</p>
     <form method="post">${hidden}<button name="result" value="complete">Complete</button>
     <button class="quiet" name="result" value="fail">Fail</button></form>`,
  );
}

export function donePage(intent: Stripe.PaymentIntent): string {
  return page(
    '3-D Secure',
    `<p>Done. This payment is now ${words(intent.status)}. You may close this page.</p>`,
  );
}

function money({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  return (amount / 100).toLocaleString('en-US', { style: 'currency', currency });
}

function words(code: string): string {
  return escapeHtml(code.replaceAll('_', ' '));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>
body{font:16px/1.5 system-ui,sans-serif;color:#14213d;max-width:56rem;margin:3rem auto;padding:0 1rem}
h1{font-size:1.5rem}table{width:100%;border-collapse:collapse;margin-top:1.5rem}caption{text-align:left;font-weight:600}
th,td{text-align:left;padding:.5rem;border-bottom:1px solid #e2e5ec}.n{text-align:right;font-variant-numeric:tabular-nums}
button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:6px;background:#14213d;color:#fff;margin-right:.5rem}
button.quiet{background:#fff;color:#14213d;border:1px solid #14213d}
td form{display:inline}td button{padding:.2rem .8rem}td:last-child{white-space:nowrap;text-align:right}</style></head><body><h1>${title}</h1>${body}</body></html>`;
}
