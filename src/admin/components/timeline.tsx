import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import type { TimelineBlock, TimelineEntry } from './types.ts';

const AT_ONCE = 50;

/** Everything that happened, newest first; kinds are chosen by buttons, older entries come by and by. */
export function Timeline({ block }: { block: TimelineBlock }) {
  const [kind, setKind] = useState<string | null>(null);
  const [most, setMost] = useState(AT_ONCE);
  const found = kind === null ? block.entries : block.entries.filter(({ kinds }) => kinds.includes(kind));
  if (block.entries.length === 0) return <p className="empty">{block.empty}</p>;
  const shown = found.slice(0, most);
  const choose = (name: string | null) => {
    setKind(name);
    setMost(AT_ONCE);
  };
  return (
    <>
      <fieldset className="chips">
        <legend className="unseen">What is shown</legend>
        <Chip label="All" count={block.entries.length} isPressed={kind === null} press={() => choose(null)} />
        {block.kinds.map(({ name, label, count }) => (
          <Chip key={name} label={label} count={count} isPressed={kind === name} press={() => choose(name)} />
        ))}
      </fieldset>
      <ol className="timeline">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      <div className="timeline-foot">
        {found.length > shown.length && (
          <button type="button" onClick={() => setMost(most + AT_ONCE)}>
            Show older
          </button>
        )}
        <span role="status">
          {found.length > shown.length
            ? `The newest ${shown.length} of ${found.length}`
            : `${found.length} ${found.length === 1 ? 'entry' : 'entries'}`}
        </span>
        {found.length === shown.length && block.beyond && <span>{block.beyond}</span>}
      </div>
    </>
  );
}

interface ChipProps {
  readonly label: string;
  readonly count: number;
  readonly isPressed: boolean;
  readonly press: () => void;
}

function Chip({ label, count, isPressed, press }: ChipProps) {
  return (
    <button type="button" aria-pressed={isPressed} onClick={press}>
      {label} <span className="figure">{count}</span>
    </button>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  return (
    <li>
      <div className="when">
        {entry.at.text}
        {entry.at.hint && <span className="hint">{entry.at.hint}</span>}
      </div>
      <div>
        <p>
          <strong>{entry.what}</strong> <span className="who">by {entry.who}</span>
        </p>
        <Details details={entry.details} />
      </div>
      {entry.href && (
        <Link to={entry.href} aria-label={`As it was: ${entry.what}, ${entry.at.text}`}>
          As it was
        </Link>
      )}
    </li>
  );
}

export function Details({ details }: { details: readonly string[] }) {
  if (details.length === 0) return null;
  return (
    <ul className="details">
      {details.map((each, index) => (
        <li key={each + String(index)}>{each}</li>
      ))}
    </ul>
  );
}
