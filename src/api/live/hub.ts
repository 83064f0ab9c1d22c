import type { WebSocket } from 'ws';
import type { Context } from '../../context.ts';
import type { LiveAdmission } from '../../resources/bookings/live-ticket.ts';
import { Room } from './room.ts';

/** Sockets of one booking in one process: more are one customer gone wrong. */
const ROOM_SIZE = 1_000;
const READERS = 4;
const PING_MS = 25_000;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/**
 * The sockets of this process, by booking. PostgreSQL tells every process which booking has changed; whoever holds sockets
 * of it reads it, and tells them what is different. What was missed while the connection was cut is seen in the same way.
 */
export class LiveHub {
  readonly #ctx: Context;
  readonly #rooms = new Map<string, Room>();
  /** Rooms to be told, first come first served, each once however often it changed meanwhile. */
  readonly #waiting = new Set<string>();
  readonly #being = new Set<string>();
  readonly #alive = new WeakSet<WebSocket>();
  readonly #sockets = new Set<WebSocket>();
  readonly #pinging: NodeJS.Timeout;
  #isClosed = false;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#pinging = setInterval(() => this.#ping(), PING_MS).unref();
  }

  /** A booking has changed; `null`: any may have. */
  hear(bookingId: string | null): void {
    for (const id of bookingId === null ? this.#rooms.keys() : [bookingId])
      if (this.#rooms.has(id)) this.#waiting.add(id);
    this.#work();
  }

  join(socket: WebSocket, { bookingId, accessTokenVersion }: LiveAdmission): void {
    // Left while its ticket was looked at.
    if (socket.readyState !== socket.OPEN) return;
    const room = this.#rooms.get(bookingId) ?? new Room(bookingId);
    if (this.#isClosed || room.size >= ROOM_SIZE)
      return socket.close(TRY_AGAIN_LATER, 'Too many are open. Please try again later.');
    this.#rooms.set(bookingId, room);
    this.#sockets.add(socket);
    this.#alive.add(socket);
    room.admit(socket, accessTokenVersion);
    socket.on('pong', () => this.#alive.add(socket));
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (room.size === 0) this.#rooms.delete(bookingId);
    });
    this.hear(bookingId);
  }

  /** Sends everyone away: another process takes them. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#pinging);
    for (const room of this.#rooms.values()) room.close(GOING_AWAY, 'Please connect again.');
  }

  #work(): void {
    for (const id of this.#waiting) {
      if (this.#being.size >= READERS) return;
      if (this.#being.has(id)) continue;
      this.#waiting.delete(id);
      this.#being.add(id);
      void this.#tell(id).finally(() => {
        this.#being.delete(id);
        this.#work();
      });
    }
  }

  async #tell(id: string): Promise<void> {
    const room = this.#rooms.get(id);
    try {
      await room?.tell(this.#ctx);
    } catch (error) {
      this.#ctx.log.warn({ err: error }, 'live sockets not told');
      // They come back, and see it then.
      room?.close(TRY_AGAIN_LATER, 'Please connect again.');
    }
  }

  /** Who did not answer the last one is gone. */
  #ping(): void {
    for (const socket of this.#sockets) {
      if (!this.#alive.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#alive.delete(socket);
      socket.ping();
    }
  }
}
