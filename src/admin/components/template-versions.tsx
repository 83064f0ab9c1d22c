import React from 'react';
import { CellView } from './parts.tsx';
import type { Cell } from './types.ts';

export interface Version {
  readonly number: number;
  readonly when: Cell | null;
  readonly who: string;
  readonly what: string;
}

interface Props {
  readonly versions: readonly Version[];
  readonly current: number | undefined;
  readonly busy: boolean;
  readonly lookAt: (number: number) => void;
  readonly restore: (number: number) => void;
}

/** Every version, newest first. */
export function Versions({ versions, current, busy, lookAt, restore }: Props) {
  return (
    <section className="card" aria-label="Versions">
      <h2>Versions</h2>
      {versions.length === 0 ? (
        <p className="empty">
          Nobody has changed these words yet. Each time they are saved, a version is kept here.
        </p>
      ) : (
        <div className="scroll">
          <table className="small">
            <thead>
              <tr>
                <th scope="col">Version</th>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">
                  <span className="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {versions.map(({ number, when, who, what }) => (
                <tr key={number}>
                  <td>{number}</td>
                  <td>
                    <CellView cell={when} />
                  </td>
                  <td>{who}</td>
                  <td>{what}</td>
                  <td className="number">
                    {number === current ? (
                      <span className="badge good">In place</span>
                    ) : (
                      <>
                        <button
                          type="button"
                          disabled={busy}
                          aria-label={`Look at version ${number}`}
                          onClick={() => lookAt(number)}
                        >
                          Look at
                        </button>{' '}
                        <button
                          type="button"
                          disabled={busy}
                          aria-label={`Restore version ${number}`}
                          onClick={() => restore(number)}
                        >
                          Restore
                        </button>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
