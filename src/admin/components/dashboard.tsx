import React from 'react';
import { Link } from 'react-router-dom';
import { useLoaded } from './api.ts';
import { Loading, Message, Page, SmallTable } from './parts.tsx';
import type { Count, TableBlock } from './types.ts';

interface Day {
  readonly day: string;
  readonly panels: readonly (Omit<TableBlock, 'kind'> & Count & { readonly href: string })[];
}

/** `17`, `1,000+`. */
function many({ total, counted }: Count): string {
  return `${total.toLocaleString('en-US')}${counted === 'more' ? '+' : ''}`;
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
                {panel.title} <span className="figure">{many(panel)}</span>
              </Link>
            </h2>
            <SmallTable block={panel} isHeadless />
            {panel.total > panel.rows.length && panel.rows.length > 0 && (
              <p className="more">
                <Link to={panel.href}>All {many(panel)}</Link>
              </p>
            )}
          </section>
        ))}
      </div>
    </Page>
  );
}
