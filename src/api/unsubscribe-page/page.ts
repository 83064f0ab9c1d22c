import type { Subscription } from '../../resources/notifications/unsubscribe.ts';
import { escapeHtml, message, page } from '../pages/page.ts';

/** How an address stands with mail that it may choose, and a button to the other; looking changes nothing. */
export function unsubscribePage(nonce: string, { addressHint, wanted }: Subscription): string {
  const address = escapeHtml(addressHint);
  const about =
    '<p class="hint">Mail about your own bookings, such as confirmations and receipts, always comes.</p>';
  if (wanted)
    return page(
      nonce,
      'Mail from ToteTaxi',
      `<p>${address} gets reminders of open prices, news and offers.</p>
<form method="post"><input type="hidden" name="choice" value="unsubscribe"><button type="submit">Unsubscribe</button></form>
${about}`,
    );
  return page(
    nonce,
    'You are unsubscribed',
    `${message('good', `${addressHint} gets no reminders of open prices, news or offers from us.`)}
<form method="post"><input type="hidden" name="choice" value="subscribe"><button type="submit" class="quiet">That was a mistake: subscribe again</button></form>
${about}`,
  );
}
