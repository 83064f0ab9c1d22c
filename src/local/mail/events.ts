import { randomUUID } from 'node:crypto';
import { domainOf } from './addresses.ts';
import { isoNow, newMailId } from './ids.ts';
import type { Mail, Store } from './store.ts';

/** What happens to a mail after it was taken. */
export type Happening = 'delivery' | 'bounce' | 'softbounce' | 'complaint' | 'open' | 'click';

const REPORTER = 'a0-00.smtp-out.amazonses.com';
const USER_AGENT = 'Mozilla/5.0 (the mail stand-in)';

/** Tells the topic that SES sends a mail, and what becomes of it: the local part of an address says so. */
export function emitFate(store: Store, mail: Mail): void {
  emit(store, mail, 'Send', { send: {} });
  for (const [happening, recipients] of fatesOf(mail.destinations)) {
    emitHappening(store, mail, happening, recipients);
  }
}

/** Tells the topic what happened to a mail. */
export function emitHappening(
  store: Store,
  mail: Mail,
  happening: Happening,
  recipients: readonly string[] = mail.destinations,
  link: string | null = firstLink(mail),
): void {
  const timestamp = isoNow();
  switch (happening) {
    case 'delivery': {
      const delivery = {
        timestamp,
        processingTimeMillis: 1,
        recipients,
        smtpResponse: '250 2.6.0 Message received',
        reportingMTA: REPORTER,
      };
      return emit(store, mail, 'Delivery', { delivery });
    }
    case 'bounce':
    case 'softbounce':
      return emit(store, mail, 'Bounce', { bounce: bounceOf(happening, recipients, timestamp) });
    case 'complaint': {
      const complaint = {
        complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
        timestamp,
        feedbackId: newMailId(),
        complaintSubType: null,
        complaintFeedbackType: 'abuse',
        userAgent: USER_AGENT,
        arrivalDate: timestamp,
      };
      return emit(store, mail, 'Complaint', { complaint });
    }
    case 'open':
      return emit(store, mail, 'Open', {
        open: { timestamp, ipAddress: '127.0.0.1', userAgent: USER_AGENT },
      });
    case 'click': {
      const click = { timestamp, ipAddress: '127.0.0.1', userAgent: USER_AGENT, link, linkTags: null };
      return emit(store, mail, 'Click', { click });
    }
  }
}

/** The first web address that a mail links to. */
export function firstLink({ html, text }: Pick<Mail, 'html' | 'text'>): string | null {
  const inHtml = /\bhref\s*=\s*["'](https?:[^"']+)["']/i.exec(html ?? '')?.[1]?.replaceAll('&amp;', '&');
  return inHtml ?? /\bhttps?:\/\/[^\s<>"')]+/.exec(text ?? '')?.[0] ?? null;
}

function fatesOf(destinations: readonly string[]): [Happening, string[]][] {
  const fateOf = (address: string): Happening | 'arrives' => {
    const local = address.slice(0, address.lastIndexOf('@')).toLowerCase();
    if (local.includes('softbounce')) return 'softbounce';
    if (local.includes('bounce')) return 'bounce';
    return local.includes('complaint') ? 'complaint' : 'arrives';
  };
  const whose = (...fates: string[]) => destinations.filter((address) => fates.includes(fateOf(address)));
  const all: [Happening, string[]][] = [
    ['delivery', whose('arrives', 'complaint')],
    ['bounce', whose('bounce')],
    ['softbounce', whose('softbounce')],
    ['complaint', whose('complaint')],
  ];
  return all.filter(([, recipients]) => recipients.length > 0);
}

function bounceOf(kind: 'bounce' | 'softbounce', recipients: readonly string[], timestamp: string): object {
  const isHard = kind === 'bounce';
  const status = isHard ? '5.1.1' : '4.2.2';
  const diagnosticCode = isHard ? `smtp; 550 ${status} user unknown` : `smtp; 452 ${status} mailbox full`;
  return {
    bounceType: isHard ? 'Permanent' : 'Transient',
    bounceSubType: isHard ? 'General' : 'MailboxFull',
    bouncedRecipients: recipients.map((emailAddress) => ({
      emailAddress,
      action: 'failed',
      status,
      diagnosticCode,
    })),
    timestamp,
    feedbackId: newMailId(),
    reportingMTA: `dns; ${REPORTER}`,
  };
}

/** Writes a notification and owes it. */
function emit(store: Store, mail: Mail, eventType: string, more: object): void {
  const id = randomUUID();
  const message = JSON.stringify({ eventType, mail: mailOf(mail), ...more });
  store.put('notification', id, { id, mailId: mail.id, eventType, message, at: isoNow() });
  store.put('delivery', id, { eventId: id, tries: 0 });
}

function mailOf(mail: Mail): object {
  const header = (name: string) => mail.headers.find((each) => each.name.toLowerCase() === name)?.value;
  const domain = domainOf(mail.source);
  return {
    timestamp: mail.at,
    messageId: mail.id,
    source: mail.source,
    sourceArn: `arn:aws:ses:us-east-1:000000000000:identity/${domain}`,
    sendingAccountId: '000000000000',
    destination: mail.destinations,
    headersTruncated: false,
    headers: mail.headers,
    commonHeaders: {
      from: [mail.from],
      // Commas in quoted names part nothing.
      to: header('to')?.split(/\s*,\s*(?=(?:[^"]*"[^"]*")*[^"]*$)/) ?? [],
      messageId: mail.id,
      subject: mail.subject,
    },
    tags: {
      'ses:operation': [mail.operation],
      ...(mail.configurationSet !== null && { 'ses:configuration-set': [mail.configurationSet] }),
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domain],
      'ses:caller-identity': ['local'],
      ...mail.tags,
    },
  };
}
