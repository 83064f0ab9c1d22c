import React, { type FormEvent, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Board, Stop } from './dispatch-types.ts';
import { CellView } from './parts.tsx';

interface Props {
  readonly stop: Stop;
  readonly drivers: Board['drivers'];
  readonly give: (stop: Stop, driverId: string) => Promise<void>;
}

/** One stop: when, who, where, how it stands; and for whom it is, where that may be changed. */
export function DispatchCard({ stop, drivers, give }: Props) {
  const { leg, href, window: between, state, number, customer, place, van, time, late, trouble } = stop;
  return (
    <li id={`stop-${stop.id}`} className={`stop ${stop.status}${late ? ' behind' : ''}`}>
      <h3>
        <Link to={href} aria-label={`${leg} of ${number.text}, ${between}`}>
          {between}
        </Link>
        <span className="leg">{leg}</span>
      </h3>
      <p className="states">
        <CellView cell={state} />
        {late && <span className="badge bad">{late}</span>}
        {time && <span className="time">{time}</span>}
      </p>
      <p className="pair">
        <strong>{customer || 'No name'}</strong>
        <CellView cell={number} />
      </p>
      <p className="pair where">
        <span>{place}</span>
        <span>{van}</span>
      </p>
      {trouble && <p className="trouble">{trouble}</p>}
      {stop.mayGive && <Giver key={stop.driverId} stop={stop} drivers={drivers} give={give} />}
    </li>
  );
}

/** Choosing alone changes nothing: a list that is opened by arrow keys runs through its choices. */
function Giver({ stop, drivers, give }: Props) {
  const present = stop.driverId ?? '';
  const [chosen, setChosen] = useState(present);
  const [isGiving, setGiving] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isGiving) return;
    setGiving(true);
    void give(stop, chosen).finally(() => setGiving(false));
  };
  return (
    <form className="giver" aria-busy={isGiving} onSubmit={submit}>
      <select
        aria-label={`Driver of ${stop.number.text}, ${stop.leg}`}
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        <option value="">{present === '' ? 'Choose a driver…' : 'Nobody: take it back'}</option>
        {drivers.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {chosen !== present && (
        <button type="submit">{isGiving ? '…' : chosen === '' ? 'Take' : 'Give'}</button>
      )}
    </form>
  );
}
