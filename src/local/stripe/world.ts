import { newEvent } from './objects.ts';
import type { Store } from './store.ts';

export const API_VERSION = '2026-10-28.endive';

/** What the endpoints work on. */
export interface World {
  readonly store: Store;
  readonly baseUrl: () => string;
  /** Whether the next confirmation is left under way, and gone with it. */
  readonly takeProcessing: () => boolean;
  /** The same for the next refund. */
  readonly takePendingRefund: () => boolean;
}

/** Writes an event and owes its webhook; both are durable with the request that caused them. */
export function emit(world: World, type: string, object: object): void {
  const event = newEvent(type, object, API_VERSION);
  world.store.put('event', event.id, event);
  world.store.put('delivery', event.id, { eventId: event.id, tries: 0 });
}
