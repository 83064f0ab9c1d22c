import { formatInstant } from '../../clock.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import type { BookingStatus } from '../../resources/bookings/booking.states.ts';
import type { Certificate } from '../../resources/documents/read-certificate.ts';
import type { DeliveryTaskStatus } from '../../resources/logistics/delivery-task.states.ts';
import type { Tracking } from '../../resources/logistics/read-tracking.ts';
import { summary } from '../pages/booking-summary.ts';
import { escapeHtml, message, page, scriptText } from '../pages/page.ts';
import { certificateSection, sendingScript } from './certificate.ts';

interface Shown {
  readonly booking: Booking;
  readonly tracking: Tracking;
  readonly certificate: Certificate;
}

/** A booking as its customer sees it: how it stands, the way of the van, its certificate, and what is booked. */
export function bookingPage(nonce: string, { booking, tracking, certificate }: Shown): string {
  const [tone, words] = standings[booking.status as BookingStatus];
  const body = `${message(tone, words)}\n${certificateSection(booking, certificate)}\n${wayOf(tracking)}\n${summary(booking)}`;
  return page(nonce, 'Your booking', `${body}\n${following(nonce, booking)}`);
}

const standings: Readonly<Record<BookingStatus, readonly ['good' | 'warn' | 'bad', string]>> = {
  inquiry: ['warn', 'This booking is not confirmed yet.'],
  pending_payment: ['warn', 'This booking waits for its payment.'],
  expired: ['warn', 'This booking was not paid in time. Please call us if you still want it.'],
  confirmed: ['good', 'This booking is confirmed.'],
  in_progress: ['good', 'Your things are on the way.'],
  completed: ['good', 'Your things were delivered. Thank you.'],
  cancelled: ['bad', 'This booking was cancelled.'],
};

const legWords = { pickup: 'Pickup', dropoff: 'Delivery' } as const;
const taskWords = {
  created: 'planned',
  assigned: 'planned',
  in_progress: 'on the way',
  completed: 'done',
  failed: 'did not work out; we call you',
  withdrawn: '',
} as const;

function wayOf({ tasks }: Tracking): string {
  if (tasks.length === 0) return '';
  const rows = tasks.map(({ task, driverName }) => {
    const eta = task.status === 'in_progress' && task.etaAt ? `, expected ${formatInstant(task.etaAt)}` : '';
    const driver =
      task.status === 'in_progress' && driverName ? ` with ${driverName.split(' ')[0] ?? ''}` : '';
    const words = `${taskWords[task.status as DeliveryTaskStatus]}${driver}${eta}`;
    return `<div><dt>${legWords[task.leg]}</dt><dd>${escapeHtml(words)}</dd></div>`;
  });
  return `<h2>The move</h2>\n<dl>${rows.join('\n')}</dl>`;
}

/**
 * Follows the booking live: at each change the page is read anew, its words made on the server alone. Without scripts it is
 * read by whoever looks again.
 */
function following(nonce: string, { id }: Booking): string {
  return `<script nonce="${nonce}">
(() => {
  const path = '/api/v1/bookings/' + ${scriptText(id)};
  const token = location.pathname.split('.').pop();
  let wait = 1000;
  let reading = null;
  // A file that is chosen or under way stays, and so does what is said of it.
  let busy = false;
  const read = async () => {
    const answer = await fetch(location.href, { cache: 'no-store' });
    if (!answer.ok) return;
    const [main] = /<main>[^]*<\\/main>/.exec(await answer.text());
    const fresh = new DOMParser().parseFromString(main, 'text/html');
    for (const script of fresh.querySelectorAll('script')) script.remove();
    const kept = document.querySelector('#coi');
    const isInUse = busy || document.querySelector('#file')?.files.length > 0 || document.querySelector('#problem')?.hidden === false;
    if (isInUse) fresh.querySelector('#coi')?.replaceWith(kept);
    document.querySelector('main').replaceChildren(...fresh.querySelector('main').childNodes);
    offer();
  };
  const soon = () => {
    reading ??= setTimeout(() => {
      reading = null;
      read().catch(() => undefined);
    }, 200);
  };
  const again = () => {
    setTimeout(follow, wait);
    wait = Math.min(wait * 2, 60000);
  };
  const follow = async () => {
    try {
      const headers = { authorization: 'Bearer ' + token };
      const answer = await fetch(path + '/live-ticket', { method: 'POST', headers });
      if (answer.status === 404) return;
      if (!answer.ok) return again();
      const { ticket } = await answer.json();
      const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + path + '/live?ticket=' + ticket);
      socket.onmessage = () => {
        wait = 1000;
        soon();
      };
      socket.onclose = again;
    } catch {
      again();
    }
  };
${sendingScript}
  follow();
})();
</script>`;
}
