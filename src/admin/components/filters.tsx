import React, { type FormEvent, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { useLoaded } from './api.ts';
import { fromHundredths, toHundredths } from './fields.tsx';
import type { ListedRecord } from './types.ts';

export interface FilterMeta {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'choice' | 'yesNo' | 'days' | 'number' | 'reference';
  readonly unit?: 'money' | 'percent';
  readonly options?: readonly (readonly [string, string])[];
  readonly reference?: string;
}

/** Filters of a list, folded away until asked for; days are days of New York wherever one sits. */
export function Filters({ filters }: { filters: readonly FilterMeta[] }) {
  const { search, pathname } = useLocation();
  const navigate = useNavigate();
  const query = new URLSearchParams(search);
  const names = filters.flatMap(({ name }) => [name, `${name}~~from`, `${name}~~to`]);
  const inForce = names.filter((name) => query.has(`filters.${name}`));
  const [open, setOpen] = useState(false);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = new URLSearchParams(search);
    next.delete('page');
    for (const name of names) next.delete(`filters.${name}`);
    for (const [name, value] of new FormData(event.currentTarget)) {
      const meta = filters.find((each) => name.split('~~')[0] === each.name);
      const typed = typeof value === 'string' ? value.trim() : '';
      const kept = meta?.unit ? toHundredths(typed) : typed;
      if (kept !== null && kept !== '') next.set(`filters.${name}`, String(kept));
    }
    setOpen(false);
    navigate(`${pathname}?${next}`);
  };
  const clear = () => {
    const next = new URLSearchParams(search);
    for (const name of names) next.delete(`filters.${name}`);
    setOpen(false);
    navigate(`${pathname}?${next}`);
  };
  return (
    <div className="filters">
      <button type="button" aria-expanded={open} aria-controls="filter-form" onClick={() => setOpen(!open)}>
        {inForce.length > 0
          ? `Filters (${new Set(inForce.map((name) => name.split('~~')[0])).size})`
          : 'Filters'}
      </button>
      {inForce.length > 0 && (
        <button type="button" className="quiet" onClick={clear}>
          Clear
        </button>
      )}
      {open && (
        <form id="filter-form" className="card filter-form" onSubmit={submit} key={search}>
          {filters.map((meta) => (
            <FilterInput key={meta.name} meta={meta} query={query} />
          ))}
          <p className="form-actions">
            <button type="submit" className="primary">
              Show
            </button>
          </p>
        </form>
      )}
    </div>
  );
}

function FilterInput({ meta, query }: { meta: FilterMeta; query: URLSearchParams }) {
  const { name, label, kind, unit } = meta;
  const id = `filter-${name}`;
  const current = (key: string) => query.get(`filters.${key}`) ?? '';
  if (kind === 'days' || kind === 'number') {
    const shown = (key: string) => {
      const value = current(key);
      return unit && /^\d+$/.test(value) ? fromHundredths(Number(value), unit === 'percent') : value;
    };
    return (
      <fieldset>
        <legend>{label}</legend>
        {(['from', 'to'] as const).map((edge) => (
          <label key={edge}>
            {edge === 'from' ? 'from' : 'to'}{' '}
            <input
              name={`${name}~~${edge}`}
              type={kind === 'days' ? 'date' : 'text'}
              inputMode={kind === 'number' ? 'decimal' : undefined}
              defaultValue={shown(`${name}~~${edge}`)}
            />
          </label>
        ))}
      </fieldset>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {kind === 'text' ? (
        <input id={id} name={name} defaultValue={current(name)} />
      ) : (
        <Chooser id={id} meta={meta} current={current(name)} />
      )}
    </div>
  );
}

function Chooser({ id, meta, current }: { id: string; meta: FilterMeta; current: string }) {
  const path = `/resources/${meta.reference ?? ''}/actions/search`;
  return meta.reference ? (
    <RecordChooser id={id} name={meta.name} path={path} current={current} />
  ) : (
    <select id={id} name={meta.name} defaultValue={current}>
      <option value="">Any</option>
      {meta.options?.map(([key, say]) => (
        <option key={key} value={key}>
          {say}
        </option>
      ))}
    </select>
  );
}

function RecordChooser({
  id,
  name,
  path,
  current,
}: {
  id: string;
  name: string;
  path: string;
  current: string;
}) {
  const { data } = useLoaded<{ records: readonly ListedRecord[] }>(path);
  return (
    <select id={id} name={name} defaultValue={current} key={data ? 'ready' : 'waiting'}>
      <option value="">Any</option>
      {data?.records.map((record) => (
        <option key={record.id} value={record.id}>
          {record.title}
        </option>
      ))}
    </select>
  );
}
