import React, { type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { Analytics, Figure, Table } from './analytics-types.ts';
import { useLoaded } from './api.ts';
import { Loading, Message, Page } from './parts.tsx';

/** Drivers and mails in figures; the period stands in the address. */
export default function AnalyticsPage() {
  const [search] = useSearchParams();
  const { data, error, loading } = useLoaded<Analytics>(`/pages/analytics?${search.toString()}`);
  return (
    <Page title="Analytics">
      {error && <Message tone="bad">{error}</Message>}
      {!data && !error && <Loading />}
      {data && <Period key={`${data.from} ${data.to}`} data={data} />}
      {data?.parts.map((part) => (
        <section key={part.title} className={`analytics${loading ? ' stale' : ''}`} aria-label={part.title}>
          <h2>{part.title}</h2>
          {part.tables.length === 0 ? (
            <p className="card empty">{part.empty}</p>
          ) : (
            <>
              <p className="help">{part.note}</p>
              <dl className="summary">
                {part.cards.map(({ label, text, hint }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                      {text}
                      {hint && <span className="hint">{hint}</span>}
                    </dd>
                  </div>
                ))}
              </dl>
              {part.tables.map((table) => (
                <Measures key={table.title} part={part.title} table={table} />
              ))}
            </>
          )}
        </section>
      ))}
    </Page>
  );
}

function Period({ data }: { data: Analytics }) {
  const [, setSearch] = useSearchParams();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const day = (name: string) => {
      const value = typed.get(name);
      return typeof value === 'string' ? value : '';
    };
    setSearch({ from: day('from'), to: day('to') });
  };
  return (
    <div className="period">
      <nav className="views" aria-label="Periods">
        {data.choices.map(({ label, from, to }) => (
          <Link
            key={label}
            to={`?from=${from}&to=${to}`}
            aria-current={data.from === from && data.to === to ? 'page' : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      <form onSubmit={submit}>
        <input
          type="date"
          name="from"
          aria-label="First day"
          className="short"
          defaultValue={data.from}
          required
        />
        <span aria-hidden="true">–</span>
        <input
          type="date"
          name="to"
          aria-label="Last day"
          className="short"
          defaultValue={data.to}
          required
        />
        <button type="submit">Show</button>
      </form>
      <span className="help">{data.words}</span>
    </div>
  );
}

function Measures({ part, table }: { part: string; table: Table }) {
  const { title, head, names, more, rows, total, csv } = table;
  return (
    <div className="card table measures">
      <div className="measures-head">
        <h3>{title}</h3>
        <a href={csv} download aria-label={`${part}, ${title.toLowerCase()}, as CSV`}>
          CSV
        </a>
      </div>
      {more && <p className="help">{more}</p>}
      <div className="scroll">
        <table className="rows">
          <thead>
            <tr>
              {head.map((words, at) => (
                <th key={words} scope="col" className={at >= names ? 'number' : undefined}>
                  {words}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                <Figures row={row} names={names} />
              </tr>
            ))}
          </tbody>
          {rows.length > 1 && (
            <tfoot>
              <tr>
                <Figures row={total} names={names} />
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </div>
  );
}

function Figures({ row, names }: { row: readonly Figure[]; names: number }) {
  const [first, ...others] = row;
  return (
    <>
      <th scope="row">{first?.href ? <Link to={first.href}>{first.text}</Link> : first?.text}</th>
      {others.map(({ text, href, share }, at) => (
        <td key={at} className={at + 1 >= names ? 'number' : undefined}>
          {href ? <Link to={href}>{text}</Link> : text}
          {share !== undefined && (
            <span className="share" aria-hidden="true">
              <span style={{ width: `${share}%` }} />
            </span>
          )}
        </td>
      ))}
    </>
  );
}
