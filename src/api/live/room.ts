import type { WebSocket } from 'ws';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { bookingFacts } from '../../resources/bookings/find-booking.ts';
import { readTracking } from '../../resources/logistics/read-tracking.ts';
import { presentBooking } from '../v1/bookings/present.ts';
import { presentTracking } from '../v1/bookings/present-tracking.ts';

/** The ticket or the link behind a socket is not good, or no longer. */
export const NOT_ADMITTED = 4401;

/** What a customer who does not read may let pile up, before they are cut. */
const PATIENCE_BYTES = 1_000_000;

interface Guest {
  readonly socket: WebSocket;
  readonly accessTokenVersion: number;
  /** Has had its snapshot: from then on it hears what changes. */
  isSeated: boolean;
}

interface State {
  readonly booking: ReturnType<typeof presentBooking>;
  readonly tracking: ReturnType<typeof presentTracking>;
}

/** The sockets of one booking. Each is told how it stands when it comes, then what is different. */
export class Room {
  readonly #bookingId: string;
  readonly #guests = new Set<Guest>();
  #last: ReadonlyMap<string, string> = new Map();

  constructor(bookingId: string) {
    this.#bookingId = bookingId;
  }

  get size(): number {
    return this.#guests.size;
  }

  /** Seats a socket at the next `tell`. */
  admit(socket: WebSocket, accessTokenVersion: number): void {
    const guest = { socket, accessTokenVersion, isSeated: false };
    this.#guests.add(guest);
    socket.once('close', () => this.#guests.delete(guest));
  }

  /** Reads the booking anew and tells each socket what it does not know yet. */
  async tell(ctx: Context): Promise<void> {
    const read = await this.#read(ctx);
    for (const guest of this.#guests)
      if (guest.accessTokenVersion !== read?.accessTokenVersion)
        guest.socket.close(NOT_ADMITTED, 'The link is no longer valid.');
    if (read === null) return;
    const at = ctx.clock.now().toISOString();
    const snapshot = JSON.stringify({ type: 'snapshot', at, data: read.state });
    const now = changesOf(read.state);
    const news = [...now].filter(([type, data]) => this.#last.get(type) !== data);
    const messages = news.map(
      ([type, data]) => `{"type":${JSON.stringify(type)},"at":${JSON.stringify(at)},"data":${data}}`,
    );
    this.#last = now;
    for (const guest of this.#guests) {
      if (guest.accessTokenVersion !== read.accessTokenVersion) continue;
      for (const message of guest.isSeated ? messages : [snapshot]) send(guest.socket, message);
      guest.isSeated = true;
    }
  }

  close(code: number, reason: string): void {
    for (const { socket } of this.#guests) socket.close(code, reason);
  }

  async #read(ctx: Context): Promise<{ state: State; accessTokenVersion: number } | null> {
    try {
      const facts = await bookingFacts(ctx, this.#bookingId);
      if (facts.booking.archivedAt !== null) return null;
      const tracking = presentTracking(await readTracking(ctx, facts.booking));
      return {
        state: { booking: presentBooking(facts), tracking },
        accessTokenVersion: facts.booking.accessTokenVersion,
      };
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not_found') return null;
      throw error;
    }
  }
}

/** Each kind of message, with its data as JSON. */
function changesOf({ booking, tracking }: State): ReadonlyMap<string, string> {
  const { payment, refundedCents, price } = booking;
  return new Map([
    ['booking.updated', JSON.stringify(booking)],
    [
      'payment.updated',
      JSON.stringify({ payment, refundedCents, amountDueCents: price.amountDueCents, currency: 'usd' }),
    ],
    ['tracking.updated', JSON.stringify(tracking)],
  ]);
}

function send(socket: WebSocket, message: string): void {
  if (socket.bufferedAmount > PATIENCE_BYTES) return socket.terminate();
  socket.send(message);
}
