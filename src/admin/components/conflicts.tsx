import React, { useState } from 'react';
import type { FieldError, FormField } from './types.ts';

interface Props {
  readonly conflicts: readonly (readonly [string, FieldError])[];
  readonly fields: readonly FormField[];
  readonly settle: (choices: Readonly<Record<string, unknown>>) => void;
}

/** Two people wrote into the same field: both values, who wrote the other, and a choice for each; nothing is lost. */
export function Conflicts({ conflicts, fields, settle }: Props) {
  const [mine, setMine] = useState<Readonly<Record<string, boolean>>>({});
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  return (
    <section className="message warn conflicts" role="alert" aria-label="Changed meanwhile">
      <p>
        <strong>{conflicts[0]?.[1].by ?? 'Somebody'} changed this while you were editing.</strong> Nothing of
        yours is lost. Choose for each field; your other changes are kept.
      </p>
      {conflicts.map(([name, { theirs, mine: own, by }]) => (
        <fieldset key={name}>
          <legend>{labelOf(name)}</legend>
          <label className="check">
            <input
              type="radio"
              name={`conflict-${name}`}
              checked={!mine[name]}
              onChange={() => setMine((now) => ({ ...now, [name]: false }))}
            />
            <span>
              Keep what {by} wrote: <q>{theirs?.text || 'nothing'}</q>
            </span>
          </label>
          <label className="check">
            <input
              type="radio"
              name={`conflict-${name}`}
              checked={mine[name] ?? false}
              onChange={() => setMine((now) => ({ ...now, [name]: true }))}
            />
            <span>
              Use yours: <q>{own?.text || 'nothing'}</q>
            </span>
          </label>
        </fieldset>
      ))}
      <button
        type="button"
        className="primary"
        onClick={() =>
          settle(
            Object.fromEntries(
              conflicts.map(([name, error]) => [name, mine[name] ? error.mine?.value : error.theirs?.value]),
            ),
          )
        }
      >
        Save with these choices
      </button>
    </section>
  );
}
