import React, { useEffect, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router-dom';
import { useLoaded } from './api.ts';
import { type FilterMeta, Filters } from './filters.tsx';
import { CellView, Loading, Message, Page, PassedMessage } from './parts.tsx';
import type { Count, ListedRecord, Notice, ResourceJson } from './types.ts';

interface ListAnswer {
  readonly meta: Count & {
    readonly hasNext: boolean;
    readonly perPage: number;
    readonly page: number;
    readonly sortBy: string;
    readonly direction: string;
  };
  readonly records: readonly ListedRecord[];
  readonly notice?: Notice;
  readonly screen?: {
    readonly label: { readonly one: string; readonly many: string };
    readonly empty: string;
    readonly searchWords: string | null;
    readonly columns: readonly {
      readonly name: string;
      readonly label: string;
      readonly align?: string;
      readonly sortable: boolean;
    }[];
    readonly filters: readonly FilterMeta[];
    readonly views: readonly { readonly name: string; readonly label: string }[];
    readonly mayOpen: boolean;
    readonly mayExport: boolean;
    readonly mayCreate: boolean;
  };
}

const wordsOfCount = { all: '', more: 'more than ', about: 'about ' } as const;

/** A noun's list: quick views, search, filters, a table that sorts, pages, export. All of it stands in the address. */
export default function ListPage({ resource }: { resource: ResourceJson }) {
  const { search } = useLocation();
  const { data, error, loading } = useLoaded<ListAnswer>(`/resources/${resource.id}/actions/list${search}`);
  const query = new URLSearchParams(search);
  const list = `/admin/resources/${resource.id}`;
  if (!data) return <Page title="…">{error ? <Message tone="bad">{error}</Message> : <Loading />}</Page>;
  const { screen, records, meta } = data;
  if (!screen) {
    return (
      <Page title="Not possible">
        <Message tone="bad">{data.notice?.message ?? 'This list could not be loaded.'}</Message>
        <p>
          <Link to={list}>Begin again without filters</Link>
        </p>
      </Page>
    );
  }
  const exported = new URLSearchParams(query);
  exported.delete('page');
  exported.delete('perPage');
  return (
    <Page
      title={screen.label.many}
      actions={
        <>
          {screen.mayExport && (
            <a className="button" href={`/admin/export/${resource.id}.csv?${exported}`} download>
              Export CSV
            </a>
          )}
          {screen.mayCreate && (
            <Link className="button primary" to={`${list}/actions/new`}>
              New {screen.label.one.toLowerCase()}
            </Link>
          )}
        </>
      }
    >
      <PassedMessage />
      {screen.views.length > 0 && (
        <Views list={list} views={screen.views} chosen={query.get('filters.view')} />
      )}
      <div className="tools">
        {screen.searchWords && <SearchBox words={screen.searchWords} />}
        {screen.filters.length > 0 && <Filters filters={screen.filters} />}
      </div>
      <div className={`card table${loading ? ' stale' : ''}`} aria-busy={loading}>
        {records.length === 0 ? (
          <Empty
            list={list}
            words={screen.empty}
            isFiltered={[...query.keys()].some((key) => key.startsWith('filters.'))}
          />
        ) : (
          <Rows list={list} screen={screen} records={records} meta={meta} />
        )}
      </div>
      <Pages meta={meta} shown={records.length} />
    </Page>
  );
}

function Views({
  list,
  views,
  chosen,
}: {
  list: string;
  views: readonly { name: string; label: string }[];
  chosen: string | null;
}) {
  return (
    <nav className="views" aria-label="Quick views">
      <Link to={list} aria-current={chosen === null ? 'page' : undefined}>
        All
      </Link>
      {views.map(({ name, label }) => (
        <Link
          key={name}
          to={`${list}?filters.view=${name}`}
          aria-current={chosen === name ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** The slash key leads here from anywhere on the page. */
function SearchBox({ words }: { words: string }) {
  const { search, pathname } = useLocation();
  const navigate = useNavigate();
  const current = new URLSearchParams(search).get('filters.q') ?? '';
  const [typed, setTyped] = useState(current);
  useEffect(() => setTyped(current), [current]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the search element has no form to submit
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const next = new URLSearchParams(search);
        next.delete('page');
        if (typed.trim() === '') next.delete('filters.q');
        else next.set('filters.q', typed.trim());
        navigate(`${pathname}?${next}`);
      }}
    >
      <label htmlFor="list-search" className="unseen">
        Search this list
      </label>
      <input
        id="list-search"
        type="search"
        value={typed}
        placeholder={words}
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit">Search</button>
    </form>
  );
}

interface RowsProps {
  readonly list: string;
  readonly screen: NonNullable<ListAnswer['screen']>;
  readonly records: readonly ListedRecord[];
  readonly meta: ListAnswer['meta'];
}

function Rows({ list, screen, records, meta }: RowsProps) {
  const navigate = useNavigate();
  return (
    <div className="scroll">
      <table className="rows">
        <thead>
          <tr>
            {screen.columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={column.align === 'right' ? 'number' : undefined}
                aria-sort={
                  meta.sortBy === column.name
                    ? meta.direction === 'desc'
                      ? 'descending'
                      : 'ascending'
                    : undefined
                }
              >
                {column.sortable ? <SortButton column={column} meta={meta} /> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => {
            const page = `${list}/records/${encodeURIComponent(record.id)}/show`;
            return (
              <tr
                key={record.id}
                onClick={(event) => {
                  const { target } = event;
                  if (
                    screen.mayOpen &&
                    target instanceof Element &&
                    !target.closest('a') &&
                    !window.getSelection()?.toString()
                  )
                    navigate(page);
                }}
              >
                {screen.columns.map((column, index) => {
                  const cell = record.cells?.[column.name];
                  return (
                    <td key={column.name} className={column.align === 'right' ? 'number' : undefined}>
                      {index === 0 && screen.mayOpen ? (
                        <Link to={page} className="row-link">
                          <CellView cell={cell ?? { text: record.title }} link={false} />
                        </Link>
                      ) : (
                        <CellView cell={cell} />
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function SortButton({ column, meta }: { column: { name: string; label: string }; meta: ListAnswer['meta'] }) {
  const { search, pathname } = useLocation();
  const navigate = useNavigate();
  const isSorted = meta.sortBy === column.name;
  const next = new URLSearchParams(search);
  next.set('sortBy', column.name);
  next.set('direction', isSorted && meta.direction === 'asc' ? 'desc' : 'asc');
  next.delete('page');
  return (
    <button type="button" className="sort" onClick={() => navigate(`${pathname}?${next}`)}>
      {column.label}
      <span aria-hidden="true">{isSorted ? (meta.direction === 'desc' ? ' ↓' : ' ↑') : ''}</span>
    </button>
  );
}

function Empty({ list, words, isFiltered }: { list: string; words: string; isFiltered: boolean }) {
  return (
    <p className="empty">
      {isFiltered ? 'Nothing matches. ' : words}
      {isFiltered && <Link to={list}>Show all</Link>}
    </p>
  );
}

function Pages({ meta, shown }: { meta: ListAnswer['meta']; shown: number }) {
  const { search, pathname } = useLocation();
  if (shown === 0 && meta.page === 1) return null;
  const to = (page: number) => {
    const next = new URLSearchParams(search);
    next.set('page', String(page));
    return `${pathname}?${next}`;
  };
  const first = (meta.page - 1) * meta.perPage + 1;
  const total = `${wordsOfCount[meta.counted]}${meta.total.toLocaleString('en-US')}`;
  return (
    <nav className="pages" aria-label="Pages">
      {meta.page > 1 ? <Link to={to(meta.page - 1)}>← Previous</Link> : <span />}
      <span role="status">
        {shown > 0
          ? `${first.toLocaleString('en-US')}–${(first + shown - 1).toLocaleString('en-US')} of ${total}`
          : `Nothing on this page; there are ${total}`}
      </span>
      {meta.hasNext ? <Link to={to(meta.page + 1)}>Next →</Link> : <span />}
    </nav>
  );
}
