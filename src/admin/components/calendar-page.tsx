import React, { useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { postJson, useLoaded } from './api.ts';
import { CalendarDay } from './calendar-day.tsx';
import { CalendarGrid, cellId } from './calendar-grid.tsx';
import type { Month, Ride, Undo } from './calendar-types.ts';
import { Loading, Message, Page } from './parts.tsx';
import { RecordForm } from './record-form.tsx';
import type { Answer, Errors, RecordJson, Values } from './types.ts';
import { useWarning } from './use-warning.tsx';

type Told = Answer & { readonly errors?: Errors; readonly undo?: Undo };

const PAGE = '/admin/pages/calendar';

/** Posts a change; what is refused stands at its fields as a form reads it. */
async function post(body: Values): Promise<Told> {
  const answer = await postJson<Told>('/pages/calendar', body).catch(
    (error: Error): Told => ({ notice: { type: 'error', message: error.message } }),
  );
  return { ...answer, record: { errors: answer.errors ?? {} } as RecordJson };
}

/** The month of the vans: what is taken of each on each day; the month and the opened day stand in the address. */
export default function CalendarPage() {
  const [search, setSearch] = useSearchParams();
  const [told, setTold] = useState<Told | null>(null);
  const [form, setForm] = useState<'day' | 'bulk' | null>(null);
  const [dragged, setDragged] = useState<Ride | null>(null);
  const [turn, setTurn] = useState(0);
  const isFresh = useRef(false);
  const { checked, dialog } = useWarning();
  const { data, error, loading, reload } = useLoaded<Month>(`/pages/calendar?${search.toString()}`);

  const finish = (answer: Told) => {
    setTold(answer);
    setForm(null);
    setTurn((now) => now + 1);
    reload();
  };
  const move = async (ride: Pick<Ride, 'bookingId' | 'purpose'>, vanId: string) => {
    const { bookingId, purpose } = ride;
    finish(await post({ verb: 'move', bookingId, purpose, vanId }));
  };
  const open = (vanId: string, day: string) => {
    isFresh.current = true;
    setTold(null);
    setForm(null);
    setSearch({ month: data?.month ?? '', van: vanId, day });
  };
  const close = () => {
    const { vanId, day } = data?.opened ?? {};
    setSearch({ month: data?.month ?? '' });
    const at = [
      data?.vans.findIndex(({ id }) => id === vanId),
      data?.days.findIndex((each) => each.day === day),
    ];
    document.getElementById(cellId(at[0] ?? 0, at[1] ?? 0))?.focus();
  };
  const goTo = (month: string) => setSearch({ month });

  return (
    <Page title={data ? `Vans in ${data.title}` : 'Vans'} actions={data && <Months month={data} />}>
      {error && <Message tone="bad">{error}</Message>}
      {told?.notice && (
        <Message tone={told.notice.type === 'error' ? 'bad' : 'good'}>
          {told.notice.message}{' '}
          {told.undo && (
            <button type="button" className="quiet" onClick={() => void post(told.undo ?? {}).then(finish)}>
              Undo
            </button>
          )}
        </Message>
      )}
      {!data && !error && <Loading />}
      {data?.bulk && form !== 'bulk' && (
        <p className="tools">
          <button type="button" onClick={() => setForm('bulk')}>
            Open, close or change days
          </button>
        </p>
      )}
      {data?.bulk && form === 'bulk' && (
        <section aria-label="Open, close or change days">
          <h2>Open, close or change days</h2>
          <RecordForm
            fields={data.bulk.fields}
            values={data.bulk.values}
            version={undefined}
            submitLabel="Continue"
            cancelTo={() => setForm(null)}
            send={(values) => checked({ verb: 'setDays', values }, post)}
            done={finish}
          />
        </section>
      )}
      {data && data.vans.length === 0 && (
        <p className="card empty">
          No van is in service. <Link to="/admin/resources/vans">Vans</Link> are kept in their list.
        </p>
      )}
      {data && data.vans.length > 0 && (
        <div className={`calendar-desk${data.opened ? ' opened' : ''}`}>
          <CalendarGrid
            month={data}
            isStale={loading}
            open={open}
            goTo={goTo}
            dragged={dragged}
            drop={(vanId) => dragged && void move(dragged, vanId)}
          />
          {data.opened && (
            <CalendarDay
              key={`${data.opened.vanId} ${data.opened.day} ${turn}`}
              opened={data.opened}
              takesFocus={isFresh}
              isEditing={form === 'day'}
              edit={(goes) => setForm(goes ? 'day' : null)}
              save={(values, version) =>
                checked(
                  {
                    verb: 'editDay',
                    vanId: data.opened?.vanId,
                    day: data.opened?.day,
                    scheduleId: data.opened?.form?.scheduleId,
                    version,
                    values,
                  },
                  post,
                )
              }
              saved={finish}
              move={(ride, vanId) => void move(ride, vanId)}
              drag={setDragged}
              close={close}
            />
          )}
        </div>
      )}
      {dialog}
    </Page>
  );
}

function Months({ month }: { month: Month }) {
  const to = (which: string) => `${PAGE}?month=${which}`;
  return (
    <nav className="page-actions" aria-label="Months">
      <Link className="button" to={to(month.previous)}>
        ← Earlier
      </Link>
      <Link className="button" to={to(month.thisMonth)}>
        This month
      </Link>
      <Link className="button" to={to(month.next)}>
        Later →
      </Link>
    </nav>
  );
}
