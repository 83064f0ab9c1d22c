import { z } from 'zod';
import { parseInstant } from '../../../clock.ts';

/** What became of a mail. */
export interface MailEvent {
  /** SES's, as `sendMail` gave it. */
  readonly messageId: string;
  readonly kind: MailEventKind;
  /** A bounce after which no further mail can reach this address. */
  readonly isPermanent: boolean;
  /** Of several the first. */
  readonly recipient: string | null;
  /** Why, in SES's or the recipient's server's words; the link of a click. At most 500 characters. */
  readonly detail: string | null;
  readonly occurredAt: Date;
}

export type MailEventKind =
  | 'sent'
  | 'delivered'
  | 'bounced'
  | 'complained'
  | 'opened'
  | 'clicked'
  | 'rejected'
  | 'delayed';

const DETAIL_AT_MOST = 500;

const instant = z.string().transform((text, ctx) => {
  try {
    return parseInstant(text);
  } catch {
    ctx.addIssue('This is no time.');
    return z.NEVER;
  }
});
const words = z.string().nullish();
const sufferers = z.array(z.object({ emailAddress: z.string(), diagnosticCode: words }));

const mail = z.object({
  messageId: z.string().min(1).max(200),
  timestamp: instant,
  destination: z.array(z.string()).default([]),
});
const messageSchema = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('Send'), mail }),
  z.object({
    eventType: z.literal('Delivery'),
    mail,
    delivery: z.object({ timestamp: instant, recipients: z.array(z.string()), smtpResponse: words }),
  }),
  z.object({
    eventType: z.literal('Bounce'),
    mail,
    bounce: z.object({
      timestamp: instant,
      bounceType: z.string(),
      bounceSubType: words,
      bouncedRecipients: sufferers,
    }),
  }),
  z.object({
    eventType: z.literal('Complaint'),
    mail,
    complaint: z.object({
      timestamp: instant,
      complaintFeedbackType: words,
      complainedRecipients: sufferers,
    }),
  }),
  z.object({ eventType: z.literal('Open'), mail, open: z.object({ timestamp: instant }) }),
  z.object({ eventType: z.literal('Click'), mail, click: z.object({ timestamp: instant, link: words }) }),
  z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: words }) }),
  z.object({
    eventType: z.literal('DeliveryDelay'),
    mail,
    deliveryDelay: z.object({ timestamp: instant, delayType: words, delayedRecipients: sufferers }),
  }),
]);
type Message = z.infer<typeof messageSchema>;

/** Reads what SES published, as its text or as the JSON of it; `null` for what we do not know. */
export function readMailEvent(message: unknown): MailEvent | null {
  const read = messageSchema.safeParse(typeof message === 'string' ? parsedMessage(message) : message);
  if (!read.success) return null;
  const { messageId, timestamp, destination } = read.data.mail;
  const { recipient = destination[0], detail, ...told } = whatHappened(read.data);
  return {
    messageId,
    isPermanent: false,
    recipient: recipient ?? null,
    detail: detail ? detail.slice(0, DETAIL_AT_MOST).toWellFormed() : null,
    occurredAt: timestamp,
    ...told,
  };
}

/** The JSON of what was published; its text when it is none, as SES's first greeting. */
export function parsedMessage(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

interface Happened extends Partial<Pick<MailEvent, 'isPermanent' | 'occurredAt'>> {
  readonly kind: MailEventKind;
  readonly recipient?: string | undefined;
  readonly detail?: string | null | undefined;
}

function whatHappened(message: Message): Happened {
  switch (message.eventType) {
    case 'Send':
      return { kind: 'sent' };
    case 'Delivery': {
      const { timestamp, recipients, smtpResponse } = message.delivery;
      return { kind: 'delivered', recipient: recipients[0], detail: smtpResponse, occurredAt: timestamp };
    }
    case 'Bounce': {
      const { timestamp, bounceType, bounceSubType, bouncedRecipients } = message.bounce;
      return {
        kind: 'bounced',
        isPermanent: bounceType === 'Permanent',
        occurredAt: timestamp,
        ...suffered(bounceSubType, bouncedRecipients),
      };
    }
    case 'Complaint': {
      const { timestamp, complaintFeedbackType, complainedRecipients } = message.complaint;
      return {
        kind: 'complained',
        occurredAt: timestamp,
        ...suffered(complaintFeedbackType, complainedRecipients),
      };
    }
    case 'Open':
      return { kind: 'opened', occurredAt: message.open.timestamp };
    case 'Click':
      return { kind: 'clicked', detail: message.click.link, occurredAt: message.click.timestamp };
    case 'Reject':
      return { kind: 'rejected', detail: message.reject.reason };
    case 'DeliveryDelay': {
      const { timestamp, delayType, delayedRecipients } = message.deliveryDelay;
      return { kind: 'delayed', occurredAt: timestamp, ...suffered(delayType, delayedRecipients) };
    }
  }
}

function suffered(why: string | null | undefined, recipients: z.infer<typeof sufferers>) {
  const [first] = recipients;
  const detail = [why, first?.diagnosticCode].filter(Boolean).join(': ');
  return { recipient: first?.emailAddress, detail };
}
