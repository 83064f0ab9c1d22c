import React from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useLoaded } from './api.ts';
import { BlockView } from './block-view.tsx';
import { CellView, Loading, Message, Page } from './parts.tsx';
import { Details } from './timeline.tsx';
import type { Answer, FieldThen, Moment, RecordJson, ResourceJson } from './types.ts';

interface Props {
  readonly resource: ResourceJson;
  readonly record: RecordJson;
}

/** A record as it was after an entry of its timeline, beside what it is now. Nothing is changed here. */
export default function AsItWasPage({ resource, record }: Props) {
  const { search } = useLocation();
  const path = `/resources/${resource.id}/records/${encodeURIComponent(record.id)}`;
  const { data, error, loading } = useLoaded<Answer>(`${path}/asItWas${search}`);
  const moment = data?.record?.moment;
  const refused = error ?? (data && !moment ? 'There is no such entry, or you may not see it.' : null);
  return (
    <Page
      title={`${record.title} as it was`}
      back={{ to: `/admin/resources/${resource.id}/records/${record.id}/show`, label: record.title }}
    >
      {refused && <Message tone="bad">{refused}</Message>}
      {!data && !error && <Loading />}
      {moment && (
        <div aria-busy={loading}>
          <Then moment={moment} />
        </div>
      )}
    </Page>
  );
}

function Then({ moment }: { moment: Moment }) {
  const { entry, older, newer, sections, blocks, notes } = moment;
  return (
    <>
      <section className="card moment-head" aria-label="The moment">
        <div role="status">
          <p>
            After <strong>{entry.what}</strong> by {entry.who}, {entry.at.text} ({entry.at.hint})
          </p>
          <Details details={entry.details} />
          <p className="help">{changedWords(sections.flatMap(({ fields }) => fields))}</p>
        </div>
        <nav aria-label="Entries">
          {older && <Link to={older}>← Older entry</Link>}
          {newer && <Link to={newer}>Newer entry →</Link>}
        </nav>
      </section>
      {notes.map((note) => (
        <Message key={note} tone="warn">
          {note}
        </Message>
      ))}
      <div className="sections">
        {sections.map(({ title, fields }) => (
          <section key={title} className="card" aria-label={title}>
            <h2>{title}</h2>
            <dl className="facts">
              {fields.map((field) => (
                <div key={field.name} className={field.isChanged ? 'changed' : undefined}>
                  <dt>{field.label}</dt>
                  <dd>
                    <CellView cell={field.cell} />
                    {field.isChanged && <span className="since">Now: {nowWords(field)}</span>}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      {blocks.map((block) => (
        <BlockView key={block.title} block={block} />
      ))}
    </>
  );
}

function nowWords({ now }: FieldThen): string {
  return now ? [now.text, now.hint].filter(Boolean).join(', ') : 'nothing';
}

function changedWords(fields: readonly FieldThen[]): string {
  const count = fields.filter(({ isChanged }) => isChanged).length;
  if (count === 0) return 'Nothing of this has changed since.';
  const words = count === 1 ? 'One field has changed since' : `${count} fields have changed since`;
  return `${words}, marked with what is there now.`;
}
