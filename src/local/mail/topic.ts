import { randomUUID } from 'node:crypto';
import { type Deliveries, postWebhook, startDeliveries } from '../deliveries.ts';
import type { Faults } from './faults.ts';
import { isoNow, newToken } from './ids.ts';
import { type SigningKey, type SnsMessage, signMessage } from './sns.ts';
import type { Store, Subscription } from './store.ts';

/** Who is subscribed to the topic; `null` while nobody can be called. */
export interface WebhookTarget {
  readonly url: () => string | null;
}

interface TopicParts {
  readonly store: Store;
  readonly topicArn: string;
  readonly baseUrl: () => string;
  readonly key: SigningKey;
  readonly target: WebhookTarget;
  readonly faults: Faults;
  readonly log: (words: string) => void;
  readonly retryDelaysMs?: readonly number[] | undefined;
}

/** Where the key that checks signatures lies. */
export const KEY_PATH = '/_sns/SimpleNotificationService-local.pem';

/** Posts what is owed as SNS does: first the request to confirm the subscription, and until that is done nothing else. */
export function publishTopic(parts: TopicParts): Deliveries {
  const { store, target, faults, log, retryDelaysMs } = parts;
  oweConfirmation(store, parts.topicArn);
  return startDeliveries({
    store: {
      ids: (kind) => {
        const { confirmed, messageId } = subscriptionOf(store);
        return confirmed ? store.ids(kind) : store.ids(kind).filter((id) => id === messageId);
      },
      get: (kind, id) => store.get(kind, id),
      put: (kind, id, delivery) => store.put(kind, id, delivery),
      remove: (kind, id) => store.remove(kind, id),
      commit: () => store.commit(),
    },
    faults,
    retryDelaysMs,
    hasTarget: () => target.url() !== null,
    async send(id) {
      const url = target.url();
      const message = messageOf(parts, id);
      if (!message || url === null) return false;
      const signed = signMessage(message, parts.key, `${parts.baseUrl()}${KEY_PATH}`);
      const headers = {
        'content-type': 'text/plain; charset=UTF-8',
        'user-agent': 'Amazon Simple Notification Service Agent',
        'x-amz-sns-message-type': message.Type,
        'x-amz-sns-message-id': id,
        'x-amz-sns-topic-arn': message.TopicArn,
        ...(message.Type === 'Notification' && {
          'x-amz-sns-subscription-arn': subscriptionOf(store).arn,
        }),
      };
      return postWebhook(url, { name: message.Type, headers, body: JSON.stringify(signed, null, 2) }, log);
    },
  });
}

/** Takes the token of a subscription that its owner wants; says whether it is the one. */
export function confirmSubscription(store: Store, token: string | null): Subscription | null {
  const subscription = subscriptionOf(store);
  if (subscription.token !== token) return null;
  store.put('subscription', 'only', { ...subscription, confirmed: true });
  store.commit();
  return subscription;
}

/** Ends the subscription; the next start asks again whether it is wanted. Says whether it is the one. */
export function endSubscription(store: Store, arn: string | null): boolean {
  const subscription = subscriptionOf(store);
  if (subscription.arn !== arn) return false;
  store.put('subscription', 'only', { ...subscription, confirmed: false });
  store.commit();
  return true;
}

/** Once a journal; the same message again when an earlier run got no confirmation, for else nothing would ever be sent. */
function oweConfirmation(store: Store, topicArn: string): void {
  const subscription = store.get('subscription', 'only') ?? {
    token: newToken(),
    messageId: randomUUID(),
    arn: `${topicArn}:${randomUUID()}`,
    confirmed: false,
    at: isoNow(),
  };
  if (subscription.confirmed) return;
  const { messageId } = subscription;
  store.put('subscription', 'only', { ...subscription, at: isoNow() });
  store.put('delivery', messageId, { eventId: messageId, tries: 0 });
  store.commit();
}

function subscriptionOf(store: Store): Subscription {
  const subscription = store.get('subscription', 'only');
  if (!subscription) throw new Error('the topic has no subscription');
  return subscription;
}

function messageOf({ store, topicArn, baseUrl }: TopicParts, id: string): SnsMessage | null {
  const subscription = subscriptionOf(store);
  if (id === subscription.messageId) {
    return {
      Type: 'SubscriptionConfirmation',
      MessageId: id,
      Token: subscription.token,
      TopicArn: topicArn,
      Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: `${baseUrl()}/_sns/confirm?Token=${subscription.token}`,
      Timestamp: subscription.at,
    };
  }
  const notification = store.get('notification', id);
  if (!notification) return null;
  return {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    Subject: 'Amazon SES Email Event Notification',
    Message: notification.message,
    Timestamp: notification.at,
    UnsubscribeURL: `${baseUrl()}/_sns/unsubscribe?SubscriptionArn=${encodeURIComponent(subscription.arn)}`,
  };
}
