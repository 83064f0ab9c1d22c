import type { TestApplication } from './application.ts';
import type { Panel } from './panel.ts';

/** A page of the panel that listens. */
export interface Stream {
  readonly headers: Headers;
  /** All that was told. */
  text: string;
  hasEnded: boolean;
  leave(): void;
}

export async function hearPanel({ api }: Pick<TestApplication, 'api'>, { cookie }: Panel): Promise<Stream> {
  const leaving = new AbortController();
  const answer = await fetch(`${api.address}/admin/api/live`, {
    headers: { cookie, 'sec-fetch-site': 'same-origin', 'accept-encoding': 'gzip, br' },
    signal: leaving.signal,
  });
  if (answer.status !== 200 || !answer.body) throw new Error(`not heard: ${answer.status}`);
  const stream: Stream = { headers: answer.headers, text: '', hasEnded: false, leave: () => leaving.abort() };
  const { body } = answer;
  void (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const part of body) stream.text += decoder.decode(part);
    } catch {
      // Cut, or left.
    }
    stream.hasEnded = true;
  })();
  return stream;
}
