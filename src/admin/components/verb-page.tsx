import React, { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { postJson } from './api.ts';
import { BlockView } from './block-view.tsx';
import { Kept } from './kept.tsx';
import { Loading, Message, Page } from './parts.tsx';
import { RecordForm } from './record-form.tsx';
import type { ActionJson, Answer, Block, RecordJson, ResourceJson, Values } from './types.ts';

interface Props {
  readonly resource: ResourceJson;
  readonly record: RecordJson;
  readonly action: ActionJson;
}

/** A verb on a record: what is needed for it, what it will do, and that it was done. */
export default function VerbPage({ resource, record, action }: Props) {
  const navigate = useNavigate();
  const [planned, setPlanned] = useState<{ values: Values; consequences: readonly string[] } | null>(null);
  const [kept, setKept] = useState<Answer | null>(null);
  const page = `/admin/resources/${resource.id}/records/${encodeURIComponent(record.id)}/show`;
  const path = `/resources/${resource.id}/records/${encodeURIComponent(record.id)}/${action.name}`;
  const { verb } = record;
  if (!verb) {
    return (
      <Page title={action.custom?.label ?? 'Not possible'} back={{ to: page, label: 'Back' }}>
        {record.baseError ? <Message tone="bad">{record.baseError.message}</Message> : <Loading />}
      </Page>
    );
  }

  const finish = (answer: Answer) => {
    if (answer.record?.keep) setKept(answer);
    else navigate(answer.redirectUrl ?? page, { state: { message: answer.notice?.message } });
  };
  const run = (values: Values, version: number | undefined) => postJson<Answer>(path, { ...values, version });
  const send = async (values: Values, version: number | undefined) => {
    const preview = await postJson<Answer>(path, { ...values, preview: true });
    const consequences = preview.record?.verb?.consequences ?? [];
    if (preview.notice?.type === 'error') return preview;
    if (consequences.length === 0) return run(values, version);
    setPlanned({ values, consequences });
    return {};
  };

  return (
    <Page title={`${verb.title}: ${record.title}`} back={{ to: page, label: record.title }}>
      {kept?.record?.keep && <Kept answer={kept} keep={kept.record.keep} to={page} />}
      <Beside block={verb.beside}>
        {!kept && (planned || verb.fields.length === 0) && (
          <Confirm
            title={verb.title}
            destructive={verb.destructive}
            consequences={planned?.consequences ?? verb.consequences ?? []}
            run={() => run(planned?.values ?? {}, verb.version)}
            done={finish}
            cancel={() => (planned ? setPlanned(null) : navigate(page))}
          />
        )}
        {!kept && verb.fields.length > 0 && (
          <div hidden={planned !== null}>
            <RecordForm
              fields={verb.fields}
              values={verb.values}
              version={verb.version}
              submitLabel={verb.destructive ? 'Continue' : 'Save'}
              destructive={verb.destructive}
              cancelTo={() => navigate(page)}
              send={send}
              done={(answer) => answer.notice && finish(answer)}
            />
          </div>
        )}
      </Beside>
    </Page>
  );
}

/** What the form is about, beside it where there is room and above it where there is none. */
function Beside({ block, children }: { block: Block | undefined; children: ReactNode }) {
  if (!block) return children;
  return (
    <div className="beside">
      <BlockView block={block} />
      <div>{children}</div>
    </div>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly destructive: boolean;
  readonly consequences: readonly string[];
  readonly run: () => Promise<Answer>;
  readonly done: (answer: Answer) => void;
  readonly cancel: () => void;
}

/** What will happen, and the last word. */
export function Confirm({ title, destructive, consequences, run, done, cancel }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const go = async () => {
    setBusy(true);
    setRefused(null);
    try {
      const answer = await run();
      if (answer.notice?.type !== 'error') return done(answer);
      const [first] = Object.values(answer.record?.errors ?? {});
      setRefused(first?.message ?? answer.notice.message);
    } catch (error) {
      setRefused(error instanceof Error ? error.message : 'This could not be sent. Please try again.');
    }
    setBusy(false);
  };
  return (
    <section className="card">
      {refused && <Message tone="bad">{refused}</Message>}
      <h2>What will happen</h2>
      <ul className="consequences">
        {consequences.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <p className="form-actions">
        <button
          type="button"
          className={destructive ? 'danger' : 'primary'}
          disabled={busy}
          onClick={() => void go()}
        >
          {busy ? 'One moment…' : title}
        </button>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </p>
    </section>
  );
}
