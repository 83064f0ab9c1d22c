import type { Delivery } from '../deliveries.ts';
import { Journal } from '../journal.ts';
import type { Recipient, Task, Webhook, Worker } from './shapes.ts';

/** What the stand-in knows, by kind and id, in order of making. */
export interface Kinds {
  task: Task;
  /** Who is met; they outlive their tasks. */
  recipient: Recipient;
  worker: Worker;
  webhook: Webhook;
  /** Webhook requests, as they are or were sent. */
  message: Message;
  /** Messages still to be delivered. */
  delivery: Delivery;
}

export interface Message {
  readonly id: string;
  readonly triggerName: string;
  /** `null` for the subscription that is built in. */
  readonly webhookId: string | null;
  readonly body: string;
}

export class Store extends Journal<Kinds> {
  constructor(directory: string) {
    super(directory, {
      task: true,
      recipient: true,
      worker: true,
      webhook: true,
      message: true,
      delivery: true,
    });
  }

  /** Messages that were delivered are of no use after a restart. */
  forgetDelivered(): void {
    for (const id of this.ids('message')) {
      if (!this.get('delivery', id)) this.remove('message', id);
    }
    this.commit();
  }
}
