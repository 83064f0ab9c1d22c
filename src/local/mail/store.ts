import type { Delivery } from '../deliveries.ts';
import { Journal } from '../journal.ts';

/** A mail that was taken. Its raw form lies in a file: see `mailbox.ts`. */
export interface Mail {
  /** The MessageId that SES answers with. */
  readonly id: string;
  readonly operation: 'SendEmail' | 'SendRawEmail';
  readonly configurationSet: string | null;
  /** The bare address of the sender. */
  readonly source: string;
  /** Bare addresses of everyone it goes to. */
  readonly destinations: readonly string[];
  /** The `From` header, in words. */
  readonly from: string;
  readonly subject: string;
  readonly text: string | null;
  /** As it was sent: pictures of the mail itself are still `cid:` links. */
  readonly html: string | null;
  readonly headers: readonly MailHeader[];
  readonly attachments: readonly MailAttachment[];
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** ISO 8601. */
  readonly at: string;
}

export interface MailHeader {
  readonly name: string;
  readonly value: string;
}

export interface MailAttachment {
  readonly filename: string | null;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

/** What SES tells the topic about a mail. */
export interface Notification {
  /** The MessageId of SNS. */
  readonly id: string;
  readonly mailId: string;
  readonly eventType: string;
  /** The event, as JSON. */
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The one subscription of the topic. */
export interface Subscription {
  readonly token: string;
  /** The MessageId of the request to confirm it. */
  readonly messageId: string;
  readonly arn: string;
  readonly confirmed: boolean;
  /** ISO 8601. */
  readonly at: string;
}

export interface Kinds {
  mail: Mail;
  notification: Notification;
  /** There is one, `only`. */
  subscription: Subscription;
  /** Posts to the topic's subscriber that are still owed, by the MessageId of SNS. */
  delivery: Delivery;
}

export class Store extends Journal<Kinds> {
  constructor(directory: string) {
    super(directory, { mail: true, notification: true, subscription: true, delivery: true });
  }
}
