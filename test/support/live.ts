import { WebSocket } from 'ws';
import type { TestApplication } from './application.ts';
import type { Made } from './bookings.ts';

export interface Follower {
  readonly socket: WebSocket;
  /** As they came. */
  readonly messages: { type: string; at: string; data: any }[];
  closed: { code: number; reason: string } | null;
}

export async function ticketFor({ api }: Pick<TestApplication, 'api'>, made: Made): Promise<string> {
  const { status, body } = await api.post(`${made.path}/live-ticket`, undefined, made.headers);
  if (status !== 200) throw new Error(`no ticket: ${JSON.stringify(body)}`);
  return body.ticket;
}

/** Follows a booking live, at the process of an address. */
export function follow(address: string, { id }: Pick<Made, 'id'>, ticket: string): Follower {
  const url = `${address.replace(/^http/, 'ws')}/api/v1/bookings/${id}/live?ticket=${ticket}`;
  const follower: Follower = { socket: new WebSocket(url), messages: [], closed: null };
  follower.socket.on('error', () => undefined);
  follower.socket.on('message', (data: Buffer) => follower.messages.push(JSON.parse(data.toString('utf8'))));
  follower.socket.on('close', (code, reason) => {
    follower.closed = { code, reason: reason.toString('utf8') };
  });
  return follower;
}
