import React from 'react';
import { Link } from 'react-router-dom';
import { useLoaded } from './api.ts';
import { CellView, Loading, Message, Page } from './parts.tsx';
import type { Cell } from './types.ts';

interface Day {
  readonly day: string;
  readonly panels: readonly {
    readonly title: string;
    readonly href: string;
    readonly total: number;
    readonly head: readonly string[];
    readonly rows: readonly (readonly (Cell | null)[])[];
    readonly empty: string;
  }[];
}

/** The day at a glance; every figure leads to the list behind it. */
export default function Dashboard() {
  const { data, error } = useLoaded<Day>('/dashboard');
  return (
    <Page title={data ? data.day : 'Today'}>
      {error && <Message tone="bad">{error}</Message>}
      {!data && !error && <Loading />}
      <div className="panels">
        {data?.panels.map((panel) => (
          <section key={panel.title} className="card" aria-label={panel.title}>
            <h2>
              <Link to={panel.href}>
                {panel.title}{' '}
                <span className="figure">
                  {panel.total > 10_000 ? '10,000+' : panel.total.toLocaleString('en-US')}
                </span>
              </Link>
            </h2>
            {panel.rows.length === 0 ? (
              <p className="empty">{panel.empty}</p>
            ) : (
              <div className="scroll">
                <table className="small">
                  <thead className="unseen">
                    <tr>
                      {panel.head.map((words) => (
                        <th key={words} scope="col">
                          {words}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {panel.rows.map((row) => (
                      <tr key={row[0]?.href}>
                        {row.map((cell, index) => (
                          <td key={panel.head[index]}>
                            <CellView cell={cell} />
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            {panel.total > panel.rows.length && panel.rows.length > 0 && (
              <p className="more">
                <Link to={panel.href}>All {panel.total.toLocaleString('en-US')}</Link>
              </p>
            )}
          </section>
        ))}
      </div>
    </Page>
  );
}
