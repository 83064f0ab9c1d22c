import React, { useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { postJson } from './api.ts';
import { BlockView } from './block-view.tsx';
import { CellView, Facts, Loading, Message, Page, PassedMessage } from './parts.tsx';
import type { ActionJson, Answer, RecordJson, ResourceJson } from './types.ts';
import { useLabel } from './use-label.ts';

interface Props {
  readonly resource: ResourceJson;
  readonly record: RecordJson;
}

const ownPages = ['show', 'list', 'search', 'edit', 'delete', 'asItWas'];

/** A record's page: what matters first, then everything, then what happened. */
export default function RecordPage({ resource, record }: Props) {
  const label = useLabel();
  const { screen } = record;
  if (!screen) return <Loading />;
  return (
    <Page
      title={record.title}
      back={{ to: `/admin/resources/${resource.id}`, label: label(resource.id) }}
      actions={<Actions resource={resource} record={record} />}
    >
      <PassedMessage />
      {screen.summary.length > 0 && (
        <dl className="summary">
          {screen.summary.map(({ label: name, cell }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <CellView cell={cell} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="sections">
        {screen.sections.map(({ title, fields }) => (
          <section key={title} className="card" aria-label={title}>
            <h2>{title}</h2>
            <Facts fields={fields} />
          </section>
        ))}
      </div>
      {screen.blocks.map((block) => (
        <BlockView key={block.title} block={block} />
      ))}
    </Page>
  );
}

function Actions({ resource, record }: Props) {
  const find = (name: string) => record.recordActions.find((action) => action.name === name);
  const verbs = record.recordActions.filter(({ name }) => !ownPages.includes(name));
  const to = (action: ActionJson) =>
    `/admin/resources/${resource.id}/records/${encodeURIComponent(record.id)}/${action.name}`;
  const edit = find('edit');
  const isDanger = (action: ActionJson) => action.variant === 'danger';
  const [first, ...others] = [...verbs.filter((verb) => !isDanger(verb)), ...verbs.filter(isDanger)];
  return (
    <>
      {edit && (
        <Link className="button primary" to={to(edit)}>
          Edit
        </Link>
      )}
      {first && (
        <Link className={`button ${isDanger(first) ? 'danger' : edit ? '' : 'primary'}`} to={to(first)}>
          {first.custom?.label ?? first.name}
        </Link>
      )}
      {others.map((verb) => (
        <Link key={verb.name} className={`button ${isDanger(verb) ? 'danger' : ''}`} to={to(verb)}>
          {verb.custom?.label ?? verb.name}
        </Link>
      ))}
      {find('delete') && <Delete resource={resource} record={record} />}
    </>
  );
}

/** Asks once more, in a dialog that the keyboard stays in, before it deletes. */
function Delete({ resource, record }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const [refused, setRefused] = useState<string | null>(null);
  const remove = async () => {
    const path = `/resources/${resource.id}/records/${encodeURIComponent(record.id)}/delete`;
    const answer = await postJson<Answer>(path, {}).catch(
      (error: Error): Answer => ({ notice: { type: 'error', message: error.message } }),
    );
    if (answer.notice?.type === 'error') setRefused(answer.notice.message);
    else
      navigate(answer.redirectUrl ?? `/admin/resources/${resource.id}`, {
        state: { message: answer.notice?.message },
      });
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => dialog.current?.showModal()}>
        Delete
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <h2 id="delete-title">Delete {record.title}?</h2>
        <p>It is gone for everybody. The audit log keeps what it was.</p>
        {refused && <Message tone="bad">{refused}</Message>}
        <p className="form-actions">
          <button type="button" className="danger" onClick={() => void remove()}>
            Delete
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </p>
      </dialog>
    </>
  );
}
