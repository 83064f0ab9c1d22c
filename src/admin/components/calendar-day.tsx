import React, { type MutableRefObject, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Opened, Ride } from './calendar-types.ts';
import { CellView, Facts } from './parts.tsx';
import { RecordForm } from './record-form.tsx';
import type { Answer, Values } from './types.ts';

interface Props {
  readonly opened: Opened;
  /** Whether the day was opened just now, so that it is read out. */
  readonly takesFocus: MutableRefObject<boolean>;
  readonly isEditing: boolean;
  readonly edit: (goes: boolean) => void;
  readonly save: (values: Values, version: number | undefined) => Promise<Answer>;
  readonly saved: (answer: Answer) => void;
  readonly move: (ride: Ride, vanId: string) => void;
  readonly drag: (ride: Ride | null) => void;
  readonly close: () => void;
}

/** A van's day: who rides then, where else they could, and what the office may change of it. */
export function CalendarDay({ opened, takesFocus, isEditing, edit, save, saved, move, drag, close }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { form } = opened;
  useEffect(() => {
    if (takesFocus.current) heading.current?.focus();
    takesFocus.current = false;
  }, [takesFocus]);
  return (
    <section
      className="calendar-day card"
      aria-label={opened.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) close();
      }}
    >
      <h2 ref={heading} tabIndex={-1}>
        {opened.title}
      </h2>
      <p>
        {opened.isOverfull && <span className="badge bad">Over-full</span>} {sentence(opened.load)}
      </p>
      {opened.note !== '' && <p className="text">{opened.note}</p>}
      <p className="form-actions">
        {form && !isEditing && (
          <button type="button" onClick={() => edit(true)}>
            Edit the day
          </button>
        )}
        <Link className="button" to={opened.bookingsHref}>
          All bookings of the day
        </Link>
        <button type="button" onClick={close}>
          Close
        </button>
      </p>
      {form && isEditing && (
        <RecordForm
          fields={form.fields}
          values={form.values}
          version={form.version ?? undefined}
          submitLabel="Save the day"
          cancelTo={() => edit(false)}
          send={save}
          done={saved}
        />
      )}
      {opened.rides.length === 0 ? (
        <p className="empty">Nobody rides in this van on this day.</p>
      ) : (
        <ul className="rides">
          {opened.rides.map((ride) => (
            <li
              key={`${ride.bookingId} ${ride.purpose}`}
              draggable={ride.vans.length > 0}
              onDragStart={(event) => {
                event.dataTransfer.setData('text/plain', ride.number.text);
                drag(ride);
              }}
              onDragEnd={() => drag(null)}
            >
              <h3>
                <CellView cell={ride.number} />
              </h3>
              <Facts fields={ride.facts} />
              {ride.vans.length > 0 && <Mover ride={ride} move={move} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The other vans of the day with what room they have; those without are named, not offered. */
function Mover({ ride, move }: { ride: Ride; move: Props['move'] }) {
  const [vanId, setVanId] = useState('');
  const id = `van-of-${ride.bookingId}-${ride.purpose}`;
  return (
    <form
      className="mover"
      onSubmit={(event) => {
        event.preventDefault();
        if (vanId !== '') move(ride, vanId);
      }}
    >
      <label htmlFor={id}>
        Move to another van<span className="unseen">: {ride.number.text}</span>
      </label>
      <span className="unit">
        <select id={id} value={vanId} onChange={(event) => setVanId(event.target.value)}>
          <option value="">Choose…</option>
          {ride.vans.map((van) => (
            <option key={van.vanId} value={van.vanId} disabled={van.refusal !== null}>
              {van.name} (
              {van.refusal !== null && van.room.endsWith('free') ? `${van.room}, not enough` : van.room})
            </option>
          ))}
        </select>
        <button type="submit" disabled={vanId === ''}>
          Move
        </button>
      </span>
    </form>
  );
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
