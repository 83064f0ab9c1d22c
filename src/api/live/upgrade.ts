import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Context } from '../../context.ts';
import { redeemLiveTicket } from '../../resources/bookings/live-ticket.ts';
import type { LiveHub } from './hub.ts';
import { NOT_ADMITTED } from './room.ts';

const PATH = /^\/api\/v1\/bookings\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/live$/i;
const TICKET = /^[\w-]{43}$/;
const INTERNAL_ERROR = 1011;
/** Customers have nothing to say on it. */
const LARGEST_MESSAGE_BYTES = 1_024;

/** Opens `/api/v1/bookings/{id}/live?ticket=…` to whoever holds a ticket; the others are closed with 4401. */
export function acceptLive(server: Server, ctx: Context, hub: LiveHub): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LARGEST_MESSAGE_BYTES,
  });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, bookingId] = PATH.exec(url.pathname) ?? [];
    if (bookingId === undefined) return refuse(connection);
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.on('error', (error) => ctx.log.debug({ err: error }, 'live socket broken'));
      void admit(socket, bookingId.toLowerCase(), url.searchParams.get('ticket') ?? '');
    });
  });

  async function admit(socket: WebSocket, bookingId: string, ticket: string): Promise<void> {
    try {
      const admission = TICKET.test(ticket) ? await redeemLiveTicket(ctx, { bookingId, ticket }) : null;
      if (admission === null) return socket.close(NOT_ADMITTED, 'The ticket is not valid.');
      hub.join(socket, admission);
    } catch (error) {
      ctx.log.warn({ err: error }, 'live socket not opened');
      socket.close(INTERNAL_ERROR, 'Please try again.');
    }
  }
}

function refuse(connection: Duplex): void {
  connection.on('error', () => connection.destroy());
  connection.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
