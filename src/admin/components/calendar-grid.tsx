import React, { type DragEvent, type KeyboardEvent, useState } from 'react';
import type { DayCell, DayHead, Month, Ride } from './calendar-types.ts';

const WEEK = 7;

export function cellId(van: number, day: number): string {
  return `van-${van}-day-${day}`;
}

interface Props {
  readonly month: Month;
  readonly isStale: boolean;
  readonly open: (vanId: string, day: string) => void;
  readonly goTo: (month: string) => void;
  /** The booking of the opened day that is being dragged. */
  readonly dragged: Ride | null;
  readonly drop: (vanId: string) => void;
}

/**
 * Vans by days, week under week. One cell is in the order of Tab; arrows go from it to its neighbours, Home and End through
 * its week, Page Up and Down to other months, Enter opens it.
 */
export function CalendarGrid({ month, isStale, open, goTo, dragged, drop }: Props) {
  const { vans, days } = month;
  const today = days.findIndex(({ isToday }) => isToday);
  const first = days.findIndex(({ isOutside }) => !isOutside);
  const [active, setActive] = useState({ van: 0, day: today >= 0 ? today : first });
  const at = { van: Math.min(active.van, vans.length - 1), day: Math.min(active.day, days.length - 1) };
  const weeks = Array.from({ length: days.length / WEEK }, (_, index) => index * WEEK);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') open(vans[at.van]?.id ?? '', days[at.day]?.day ?? '');
    else if (event.key === 'PageUp') goTo(month.previous);
    else if (event.key === 'PageDown') goTo(month.next);
    else {
      const next = neighbour(event.key, at, vans.length);
      if (!next) return;
      if (next.day >= 0 && next.day < days.length) {
        setActive(next);
        document.getElementById(cellId(next.van, next.day))?.focus();
      }
    }
    event.preventDefault();
  };

  return (
    <section className={`card calendar${isStale ? ' stale' : ''}`} aria-label={month.title}>
      <p className="help" id="calendar-keys">
        Arrow keys go from day to day, Page Up and Page Down from month to month, Enter opens a day.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is what a grid is made of */}
      <table role="grid" aria-label={`Vans in ${month.title}`} aria-describedby="calendar-keys">
        {weeks.map((start) => (
          <tbody key={start}>
            <tr>
              <th scope="col">
                <span className="unseen">Van, week of {days[start]?.words}</span>
              </th>
              {days.slice(start, start + WEEK).map((day) => (
                <Head key={day.day} day={day} />
              ))}
            </tr>
            {vans.map(({ id, name, cells }, van) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {cells.slice(start, start + WEEK).map((cell, index) => {
                  const day = start + index;
                  const head = days[day];
                  return (
                    <Day
                      key={day}
                      id={cellId(van, day)}
                      cell={cell}
                      head={head}
                      isActive={at.van === van && at.day === day}
                      isOpened={month.opened?.vanId === id && month.opened.day === head?.day}
                      fits={
                        head?.day === month.opened?.day &&
                        (dragged?.vans.some(({ vanId, refusal }) => vanId === id && refusal === null) ??
                          false)
                      }
                      enter={() => setActive({ van, day })}
                      open={() => open(id, head?.day ?? '')}
                      drop={() => drop(id)}
                      onKeyDown={onKeyDown}
                    />
                  );
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <Legend />
    </section>
  );
}

/** Up and down go through the vans of a week, then to the same day of the next. */
function neighbour(key: string, { van, day }: { van: number; day: number }, vans: number) {
  switch (key) {
    case 'ArrowLeft':
      return { van, day: day - 1 };
    case 'ArrowRight':
      return { van, day: day + 1 };
    case 'ArrowUp':
      return van > 0 ? { van: van - 1, day } : { van: vans - 1, day: day - WEEK };
    case 'ArrowDown':
      return van < vans - 1 ? { van: van + 1, day } : { van: 0, day: day + WEEK };
    case 'Home':
      return { van, day: day - (day % WEEK) };
    case 'End':
      return { van, day: day - (day % WEEK) + WEEK - 1 };
    default:
      return null;
  }
}

function tint(day: DayHead | undefined): string {
  const names = [day?.isWeekend && 'weekend', day?.isToday && 'today', day?.isOutside && 'outside'];
  return names.filter(Boolean).join(' ');
}

function Head({ day }: { day: DayHead }) {
  return (
    <th scope="col" className={tint(day)} aria-current={day.isToday ? 'date' : undefined}>
      <span className="unseen">{day.words}</span>
      <span aria-hidden="true">
        {day.weekday} {day.number}
      </span>
      {day.isToday && <span className="hint">Today</span>}
    </th>
  );
}

interface DayProps {
  readonly id: string;
  readonly cell: DayCell;
  readonly head: DayHead | undefined;
  readonly isActive: boolean;
  readonly isOpened: boolean;
  /** Whether what is dragged may be dropped here. */
  readonly fits: boolean;
  readonly enter: () => void;
  readonly open: () => void;
  readonly drop: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function Day({ id, cell, head, isActive, isOpened, fits, enter, open, drop, onKeyDown }: DayProps) {
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    drop();
  };
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a cell of a grid can be selected
    <td
      id={id}
      tabIndex={isActive ? 0 : -1}
      aria-label={cell.label}
      aria-selected={isOpened}
      title={cell.label}
      className={`${cell.state}${cell.share === 0 ? ' free' : ''} ${tint(head)}${fits ? ' fits' : ''}`}
      onFocus={enter}
      onClick={open}
      onKeyDown={onKeyDown}
      onDragOver={fits ? (event) => event.preventDefault() : undefined}
      onDrop={fits ? onDrop : undefined}
    >
      <span className="load">
        {cell.text}
        {cell.hasNote && <span className="note-mark"> ✎</span>}
      </span>
      {cell.specialty && <span className="hint">{cell.specialty} special</span>}
      {cell.state === 'overfull' && <span className="badge bad">Over-full</span>}
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${cell.share}%` }} />
      </span>
    </td>
  );
}

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      <li>
        <strong>4 of 6</strong> slots taken
      </li>
      <li>
        <strong>2 of 4 special</strong> specialty items taken
      </li>
      <li>
        <strong>Whole van</strong> one booking has all of it
      </li>
      <li>
        <strong>Closed</strong> takes no new booking
      </li>
      <li>
        <span className="badge bad">Over-full</span> more is taken than it carries, or it is closed
      </li>
      <li>
        <strong>✎</strong> has a note
      </li>
    </ul>
  );
}
