import { formatServiceDay } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import type { BookingStatus } from '../../resources/bookings/booking.states.ts';
import { bookingPageUrl } from '../../resources/bookings/booking-page-link.ts';
import { preferencesOf } from '../../resources/bookings/change-preferences.ts';
import type { Customer } from '../../resources/bookings/customer.model.ts';
import type { BookingsPage } from '../../resources/bookings/customer-bookings.ts';
import { communicationWords, preferenceWords } from '../../resources/bookings/customer-preferences.ts';
import { serviceWords } from '../../resources/bookings/service-words.ts';
import { escapeHtml, message, page } from '../pages/page.ts';

/** Where the mail leads: one button, and what it does. */
export function openPage(nonce: string): string {
  return page(
    nonce,
    'See your bookings',
    `<p>This opens all of your bookings with us in this browser. The link works once.</p>
<form method="post"><button type="submit">See my bookings</button></form>
<p class="hint">You stay signed in for twelve hours. On a shared computer, sign out when you are done.</p>`,
  );
}

interface Typed {
  readonly problem?: string;
  readonly typed?: string;
}

/** Asks for the address that the link goes to. */
export function askPage(nonce: string, { problem, typed = '' }: Typed = {}): string {
  return page(
    nonce,
    'See your bookings',
    `${problem === undefined ? '' : message('bad', problem)}
<p>Type the e-mail address that you booked with. We send it a link that opens all of your bookings.</p>
<form method="post" action="/my-bookings/link"><label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="254" required value="${escapeHtml(typed)}">
<button type="submit">Send me the link</button></form>`,
  );
}

/** The same words whoever asked. */
export function askedPage(nonce: string): string {
  return page(
    nonce,
    'Look into your mail',
    `${message('good', 'If there are bookings with this address, a link to them is on its way.')}
<p>It comes within a minute or two and works once, for half an hour. Nothing came? Look among the unwanted mail, or <a href="/my-bookings">try another address</a>.</p>`,
  );
}

interface Shown {
  readonly customer: Customer;
  readonly page: BookingsPage;
  /** `null` on the first page. */
  readonly cursor: string | null;
  readonly isSaved: boolean;
}

interface Frame {
  readonly nonce: string;
  readonly config: Pick<Config, 'sessionSecret' | 'publicUrl'>;
}

/** All of a person's bookings, each leading to its own page, and what they wish. */
export function bookingsPage({ nonce, config }: Frame, shown: Shown): string {
  const { customer, cursor, isSaved } = shown;
  const { bookings, nextCursor } = shown.page;
  const items = bookings.map(({ booking }) => itemOf(config, booking));
  const older = nextCursor === null ? '' : `<a href="/my-bookings?after=${nextCursor}">Older bookings</a>`;
  const newest = cursor === null ? '' : '<a href="/my-bookings">Latest bookings</a>';
  return page(
    nonce,
    'Your bookings',
    `${isSaved ? message('good', 'Your wishes are saved.') : ''}
<form method="post" action="/my-bookings/sign-out" class="who"><p>Signed in as ${escapeHtml(customer.email ?? '')}</p><button type="submit" class="quiet">Sign out</button></form>
${items.length === 0 ? '<p>There is no booking here.</p>' : `<ul class="bookings">${items.join('\n')}</ul>`}
${older || newest ? `<p class="pages">${newest}${older}</p>` : ''}
${wishes(customer)}`,
  );
}

const statusWords: Readonly<Record<BookingStatus, readonly ['good' | 'warn' | 'bad' | 'quiet', string]>> = {
  inquiry: ['warn', 'Not confirmed yet'],
  pending_payment: ['warn', 'Waits for its payment'],
  expired: ['quiet', 'Not paid in time'],
  confirmed: ['good', 'Confirmed'],
  in_progress: ['good', 'On the way'],
  completed: ['quiet', 'Done'],
  cancelled: ['bad', 'Cancelled'],
};

function itemOf(config: Frame['config'], booking: Booking): string {
  const [tone, words] = statusWords[booking.status as BookingStatus];
  const { pathname } = new URL(bookingPageUrl(config, booking));
  return `<li><a href="${pathname}">${escapeHtml(formatServiceDay(booking.pickupDate))}</a> <span class="status ${tone}">${words}</span>
<span class="hint">${serviceWords[booking.service]} · ${escapeHtml(booking.number)}</span></li>`;
}

function wishes(customer: Customer): string {
  const { preferences, communicationPreferences } = preferencesOf(customer);
  const box = (name: string, words: string, isTicked: boolean) =>
    `<label class="choice"><input type="checkbox" name="${name}" value="yes"${isTicked ? ' checked' : ''}>${words}</label>`;
  return `<h2>Your wishes</h2>
<form method="post" action="/my-bookings/preferences"><fieldset><legend>On the day of a move</legend>
${Object.entries(preferenceWords)
  .map(([name, words]) => box(name, words, preferences[name as keyof typeof preferences]))
  .join('\n')}</fieldset>
<fieldset><legend>Mail</legend>
${box('marketing', `${communicationWords.marketing}, reminders of open prices`, communicationPreferences.marketing)}
<p class="hint">Mail about your own bookings, such as confirmations and receipts, always comes.</p></fieldset>
<button type="submit">Save my wishes</button></form>`;
}
