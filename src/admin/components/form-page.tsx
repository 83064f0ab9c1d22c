import React from 'react';
import { useNavigate } from 'react-router-dom';
import { postJson, useLoaded } from './api.ts';
import { BlockView } from './block-view.tsx';
import { Kept } from './kept.tsx';
import { Loading, Message, Page } from './parts.tsx';
import { RecordForm } from './record-form.tsx';
import type { Answer, Block, FormField, RecordJson, ResourceJson, Values } from './types.ts';
import { useLabel } from './use-label.ts';
import { useWarning } from './use-warning.tsx';
import { Confirm } from './verb-page.tsx';

interface Props {
  readonly resource: ResourceJson;
  readonly record?: RecordJson;
}

interface NewForm {
  readonly fields: readonly FormField[];
  readonly values: Values;
  readonly one: string;
  /** Whether what it comes to is shown before it is made. */
  readonly isPreviewed?: boolean;
  /** The words of its last button. */
  readonly label?: string;
  readonly destructive?: boolean;
  /** What it comes to where there is nothing to fill in. */
  readonly consequences?: readonly string[];
  /** What to have in sight below. */
  readonly below?: readonly Block[];
  /** Whether there may be something to know before it is made. */
  readonly warns?: boolean;
}

interface Plan {
  readonly values: Values;
  readonly consequences: readonly string[];
}

/** Makes a new record or changes one. */
export default function FormPage({ resource, record }: Props) {
  return record ? <EditPage resource={resource} record={record} /> : <NewPage resource={resource} />;
}

function EditPage({ resource, record }: { resource: ResourceJson; record: RecordJson }) {
  const navigate = useNavigate();
  const page = `/admin/resources/${resource.id}/records/${encodeURIComponent(record.id)}/show`;
  const { checked, dialog } = useWarning();
  if (!record.form) return <Loading />;
  const path = `/resources/${resource.id}/records/${encodeURIComponent(record.id)}/edit`;
  const { warns } = record.form;
  const post = (body: Values) => postJson<Answer>(path, body);
  return (
    <Page title={`Edit ${record.title}`} back={{ to: page, label: record.title }}>
      <RecordForm
        fields={record.form.fields}
        values={record.form.values}
        version={record.form.version}
        submitLabel="Save"
        cancelTo={() => navigate(page)}
        send={(values, version) => (warns ? checked : post)({ ...values, version }, post)}
        done={(answer) => navigate(page, { state: { message: answer.notice?.message } })}
      />
      {dialog}
    </Page>
  );
}

function NewPage({ resource }: { resource: ResourceJson }) {
  const navigate = useNavigate();
  const label = useLabel();
  const [made, setMade] = React.useState<Answer | null>(null);
  const [planned, setPlanned] = React.useState<Plan | null>(null);
  const list = `/admin/resources/${resource.id}`;
  const path = `/resources/${resource.id}/actions/new`;
  const { checked, dialog } = useWarning();
  const post = (body: Values) => postJson<Answer>(path, body);
  const { data, error } = useLoaded<{ form: NewForm }>(path);
  const finish = (answer: Answer) => {
    if (answer.record?.keep) setMade(answer);
    else navigate(answer.redirectUrl ?? list, { state: { message: answer.notice?.message } });
  };
  const send = async (values: Values) => {
    if (!data?.form.isPreviewed) return (data?.form.warns ? checked : post)(values, post);
    const preview = await postJson<Answer>(path, { ...values, preview: true });
    if (preview.notice?.type !== 'error') setPlanned({ values, consequences: preview.consequences ?? [] });
    return preview;
  };
  const known = data?.form.consequences;
  const plan = known ? { values: {}, consequences: known } : planned;
  return (
    <Page
      title={data ? `New ${data.form.one.toLowerCase()}` : 'New'}
      back={{ to: list, label: label(resource.id) }}
    >
      {error && <Message tone="bad">{error}</Message>}
      {!data && !error && <Loading />}
      {made?.record?.keep && <Kept answer={made} keep={made.record.keep} to={made.redirectUrl ?? list} />}
      {data && plan && !made && (
        <Confirm
          title={data.form.label ?? 'Save'}
          destructive={data.form.destructive ?? false}
          consequences={plan.consequences}
          run={() => postJson<Answer>(path, plan.values)}
          done={finish}
          cancel={() => (known ? navigate(list) : setPlanned(null))}
        />
      )}
      {data && !made && !known && (
        <div hidden={planned !== null}>
          <RecordForm
            fields={data.form.fields}
            values={data.form.values}
            version={undefined}
            submitLabel={data.form.isPreviewed ? 'Continue' : 'Save'}
            cancelTo={() => navigate(list)}
            send={send}
            done={(answer) => answer.notice && finish(answer)}
          />
        </div>
      )}
      {!made && data?.form.below?.map((block) => <BlockView key={block.title} block={block} />)}
      {dialog}
    </Page>
  );
}
