import { formatInstant, parseInstant } from '../../clock.ts';
import { escapeMarkup as e } from './escape.ts';
import { firstLink, type Happening } from './events.ts';
import { inboxStyle } from './inbox-style.ts';
import type { Mail, Store } from './store.ts';

const LISTED = 200;

const buttons: readonly (readonly [Happening, string])[] = [
  ['delivery', 'Delivered'],
  ['open', 'Opened'],
  ['click', 'Clicked'],
  ['bounce', 'Bounce (hard)'],
  ['softbounce', 'Bounce (soft)'],
  ['complaint', 'Complaint'],
];

/** The inbox: the newest mails, and one of them. It runs no script and asks nothing of the outside. */
export function inboxPage(store: Store, chosenId: string | null): string {
  const mails = store.list('mail');
  const chosen = chosenId === null ? mails[0] : store.get('mail', chosenId);
  const title = chosen ? `${chosen.subject || '(no subject)'} – Inbox` : 'Inbox';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${e(title)}</title><style>${inboxStyle}</style></head><body>
<header><h1>Inbox</h1><p>This stands in for Amazon SES on this machine: no mail leaves it.</p>
<a class="button" href="/">Show the newest</a></header>
${mails.length === 0 ? emptyState : `<div class="panes">${list(mails, chosen)}<main>${chosen ? article(store, chosen) : missing}</main></div>`}
</body></html>`;
}

/** A mail's HTML as it is framed: its links open a window of their own. */
export function mailHtml(html: string): string {
  const [doctype = ''] = /^\s*<!doctype[^>]*>/i.exec(html) ?? [];
  return `${doctype}<base target="_blank">${html.slice(doctype.length)}`;
}

const emptyState =
  '<main class="empty"><h2>No mail yet</h2><p>Book a move, ask for a login link or write to a customer: what is sent shows up here.</p></main>';
const missing = '<p class="empty">This message is gone. Choose another one.</p>';

function list(mails: readonly Mail[], chosen: Mail | undefined): string {
  const items = mails.slice(0, LISTED).map((mail) => {
    const current = mail.id === chosen?.id ? ' aria-current="page"' : '';
    return `<li><a href="/?message=${e(mail.id)}"${current}><strong>${e(mail.subject || '(no subject)')}</strong>
<span>${e(recipientsInWords(mail))}</span>${time(mail.at)}</a></li>`;
  });
  const more = mails.length > LISTED ? `<p>The newest ${LISTED} of ${mails.length}.</p>` : '';
  return `<nav aria-label="Messages"><ol>${items.join('')}</ol>${more}</nav>`;
}

function article(store: Store, mail: Mail): string {
  const frame = `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="The message as HTML" src="/messages/${e(mail.id)}/html"></iframe>`;
  return `<article aria-labelledby="subject"><h2 id="subject">${e(mail.subject || '(no subject)')}</h2>
<dl><dt>From</dt><dd>${e(mail.from)}</dd><dt>To</dt><dd>${e(mail.destinations.join(', '))}</dd><dt>Sent</dt><dd>${time(mail.at)}</dd>
${tagsInWords(mail) === '' ? '' : `<dt>Tags</dt><dd>${e(tagsInWords(mail))}</dd>`}<dt>Events</dt><dd>${eventsOf(store, mail)}</dd></dl>
<div class="buttons" role="group" aria-label="Tell the application that this happened">${buttons.map(([verb, name]) => button(mail, verb, name)).join('')}</div>
<div class="content"><section aria-labelledby="html"><h3 id="html">HTML</h3>${mail.html === null ? '<p>This message has no HTML.</p>' : frame}</section>
<div><section aria-labelledby="text"><h3 id="text">Plain text</h3>${mail.text === null ? '<p>This message has no plain text.</p>' : `<pre>${e(mail.text)}</pre>`}</section>
${attachmentsOf(mail)}
<section aria-labelledby="headers"><h3 id="headers">Headers</h3><dl class="headers">${mail.headers.map(({ name, value }) => `<dt>${e(name)}</dt><dd>${e(value)}</dd>`).join('')}</dl>
<p><a href="/messages/${e(mail.id)}/raw">Show the raw message</a></p></section></div></div></article>`;
}

function button(mail: Mail, verb: Happening, name: string): string {
  const disabled =
    verb === 'click' && firstLink(mail) === null ? ' disabled title="This message has no link"' : '';
  return `<form method="post" action="/_simulate/messages/${e(mail.id)}/${verb}"><button${disabled}>${name}</button></form>`;
}

function attachmentsOf({ attachments }: Mail): string {
  if (attachments.length === 0) return '';
  const items = attachments.map(
    ({ filename, contentType, size }) =>
      `<li>${e(filename ?? '(no name)')} <span>${e(contentType)}, ${size.toLocaleString('en-US')} bytes</span></li>`,
  );
  return `<section aria-labelledby="attachments"><h3 id="attachments">Attachments</h3><ul>${items.join('')}</ul></section>`;
}

function eventsOf(store: Store, mail: Mail): string {
  const events = store
    .list('notification')
    .filter(({ mailId }) => mailId === mail.id)
    .map(({ id, eventType }) => `${e(eventType)}${store.get('delivery', id) ? ' (still to be told)' : ''}`);
  return events.reverse().join(', ') || 'None';
}

function tagsInWords({ tags }: Mail): string {
  return Object.entries(tags)
    .map(([name, values]) => `${name}: ${values.join(', ')}`)
    .join('; ');
}

function recipientsInWords({ destinations: [first = '', ...others] }: Mail): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function time(at: string): string {
  return `<time datetime="${e(at)}">${e(formatInstant(parseInstant(at)))}</time>`;
}
