import { useEffect, useRef, useState } from 'react';

const GATHER_MS = 300;
const AGAIN_MS = 5_000;
/** What nobody tells changes with the time: who is late. */
const MINUTE_MS = 60_000;

type LiveState = 'live' | 'connecting';

/**
 * Calls `look` whenever something changed in the back office, when the connection is there again, and each minute. A page
 * in the background holds no connection: browsers keep few to one place, and it looks when it comes to the front.
 */
export function useLive(look: () => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    let source: EventSource | null = null;
    let gathering: number | undefined;
    let again: number | undefined;
    const lookSoon = () => {
      window.clearTimeout(gathering);
      gathering = window.setTimeout(() => latest.current(), GATHER_MS);
    };
    const leave = () => {
      window.clearTimeout(again);
      source?.close();
      source = null;
    };
    const connect = () => {
      leave();
      const own = new EventSource('/admin/api/live');
      source = own;
      own.onopen = () => {
        setState('live');
        lookSoon();
      };
      own.addEventListener('changed', lookSoon);
      own.onerror = () => {
        setState('connecting');
        if (own.readyState !== EventSource.CLOSED || source !== own) return;
        // Refused: the look leads to the sign-in where that is why.
        lookSoon();
        again = window.setTimeout(connect, AGAIN_MS);
      };
    };
    const turn = () => {
      if (document.hidden) {
        leave();
        setState('connecting');
      } else if (!source) connect();
    };
    turn();
    document.addEventListener('visibilitychange', turn);
    const minutes = window.setInterval(() => !document.hidden && lookSoon(), MINUTE_MS);
    return () => {
      leave();
      window.clearTimeout(gathering);
      window.clearInterval(minutes);
      document.removeEventListener('visibilitychange', turn);
    };
  }, []);
  return state;
}
