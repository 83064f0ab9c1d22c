import React, { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { getJson, postJson } from './api.ts';
import { DispatchCard } from './dispatch-card.tsx';
import type { Board, Lane, Stop } from './dispatch-types.ts';
import { Loading, Message, Page } from './parts.tsx';
import type { Errors, Notice } from './types.ts';
import { useLive } from './use-live.ts';

const PAGE = '/admin/pages/dispatch';

interface Told {
  readonly notice?: Notice;
  readonly errors?: Errors;
}

/** A day's stops by driver, as they stand this moment; the day and the chosen state are in the address. */
export default function DispatchPage() {
  const [search] = useSearchParams();
  const day = search.get('day') ?? '';
  const state = search.get('state');
  const { board, error, look } = useBoard(day);
  const [told, setTold] = useState<Notice | null>(null);
  const live = useLive(() => void look());
  useEffect(() => setTold(null), [day]);

  const give = async (stop: Stop, driverId: string) => {
    const verb = driverId === '' ? { verb: 'unassign' } : { verb: 'assign', driverId };
    try {
      const { notice, errors } = await postJson<Told>('/pages/dispatch', { ...verb, taskId: stop.id });
      const [wrong] = Object.values(errors ?? {});
      setTold(notice ? { ...notice, message: wrong?.message ?? notice.message } : null);
    } catch (failure) {
      setTold({ type: 'error', message: failure instanceof Error ? failure.message : 'It was not done.' });
    }
    await look();
  };

  return (
    <Page title={board ? `Dispatch, ${board.title}` : 'Dispatch'} actions={board && <Days board={board} />}>
      {error && <Message tone="bad">{error}</Message>}
      {told && (
        <Message tone={told.type === 'error' ? 'bad' : 'good'}>
          {told.message}{' '}
          <button type="button" className="quiet" onClick={() => setTold(null)}>
            Close
          </button>
        </Message>
      )}
      {!board && !error && <Loading />}
      {board && (
        <div className="board-head">
          {board.total > 0 ? <States board={board} chosen={state} /> : <span />}
          <p className={`live ${live}`} role="status">
            {live === 'live' ? 'Live' : 'Connecting again…'}
          </p>
        </div>
      )}
      {board && board.total === 0 && (
        <p className="card empty">
          No stop on this day. A paid booking makes its pickup and its dropoff;{' '}
          <Link
            to={`/admin/resources/bookings?filters.pickupDate~~from=${board.day}&filters.pickupDate~~to=${board.day}`}
          >
            bookings of the day
          </Link>{' '}
          are in their list.
        </p>
      )}
      {board && board.total > 0 && (
        <div className="board">
          {board.lanes.map((lane) => (
            <LaneView key={lane.id} lane={lane} state={state} drivers={board.drivers} give={give} />
          ))}
        </div>
      )}
    </Page>
  );
}

/** The board of a day. What was read stays while it is read again, and when that fails; so do focus and scroll. */
function useBoard(day: string) {
  const [board, setBoard] = useState<Board | null>(null);
  const [error, setError] = useState<string | null>(null);
  const turn = useRef(0);
  const held = useRef<string | null>(null);
  const look = useCallback(async () => {
    turn.current += 1;
    const own = turn.current;
    try {
      const read = await getJson<Board>(`/pages/dispatch?day=${encodeURIComponent(day)}`);
      if (own !== turn.current) return;
      held.current = document.activeElement?.closest('.stop')?.id ?? null;
      setBoard(read);
      setError(null);
    } catch (failure) {
      if (own === turn.current)
        setError(failure instanceof Error ? failure.message : 'It could not be read.');
    }
  }, [day]);
  useEffect(() => void look(), [look]);
  // A card that went to another lane takes the focus along that was in it.
  useLayoutEffect(() => {
    const isLost = board !== null && document.activeElement === document.body;
    if (!isLost || held.current === null) return;
    const card = document.getElementById(held.current);
    (card?.querySelector('select') ?? card?.querySelector('a'))?.focus({ preventScroll: true });
  }, [board]);
  return { board, error, look };
}

interface LaneProps {
  readonly lane: Lane;
  readonly state: string | null;
  readonly drivers: Board['drivers'];
  readonly give: (stop: Stop, driverId: string) => Promise<void>;
}

function LaneView({ lane, state, drivers, give }: LaneProps) {
  const shown = state === null ? lane.cards : lane.cards.filter(({ status }) => status === state);
  const done = lane.cards.filter(({ status }) => status === 'completed').length;
  const hint = [lane.hint, done > 0 && `${done} done`].filter(Boolean).join(' · ');
  return (
    <section className="lane" aria-label={lane.name}>
      <h2>
        {lane.id ? (
          <Link to={`/admin/resources/drivers/records/${lane.id}/show`}>{lane.name}</Link>
        ) : (
          lane.name
        )}
        <span className="figure">{lane.cards.length}</span>
      </h2>
      {hint && <p className="hint">{hint}</p>}
      {shown.length === 0 && (
        <p className="empty">
          {lane.cards.length > 0
            ? 'None in this state.'
            : lane.id
              ? 'Nothing yet.'
              : 'Every stop has a driver.'}
        </p>
      )}
      <ol>
        {shown.map((stop) => (
          <DispatchCard key={stop.id} stop={stop} drivers={drivers} give={give} />
        ))}
      </ol>
    </section>
  );
}

function Days({ board }: { board: Board }) {
  const [, setSearch] = useSearchParams();
  return (
    <nav className="page-actions" aria-label="Days">
      <Link className="button" to={`${PAGE}?day=${board.previous}`}>
        ← Day before
      </Link>
      <Link className="button" to={PAGE}>
        Today
      </Link>
      <input
        key={board.day}
        type="date"
        aria-label="Day"
        className="short"
        defaultValue={board.day}
        onChange={({ target }) => /^20\d\d-/.test(target.value) && setSearch({ day: target.value })}
      />
      <Link className="button" to={`${PAGE}?day=${board.next}`}>
        Day after →
      </Link>
    </nav>
  );
}

function States({ board, chosen }: { board: Board; chosen: string | null }) {
  const [search, setSearch] = useSearchParams();
  const choose = (state: string | null) => {
    const next = new URLSearchParams(search);
    next.delete('state');
    if (state !== null) next.set('state', state);
    setSearch(next, { replace: true });
  };
  return (
    <fieldset className="chips">
      <legend className="unseen">Which stops</legend>
      <button type="button" aria-pressed={chosen === null} onClick={() => choose(null)}>
        All <span className="figure">{board.total}</span>
      </button>
      {board.states.map(({ status, label, count }) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen === status}
          onClick={() => choose(chosen === status ? null : status)}
        >
          {label} <span className="figure">{count}</span>
        </button>
      ))}
      {board.late > 0 && <span className="badge bad">{board.late} late</span>}
    </fieldset>
  );
}
