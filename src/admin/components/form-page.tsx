import React from 'react';
import { useNavigate } from 'react-router-dom';
import { postJson, useLoaded } from './api.ts';
import { Kept } from './kept.tsx';
import { Loading, Message, Page } from './parts.tsx';
import { RecordForm } from './record-form.tsx';
import type { Answer, FormField, RecordJson, ResourceJson, Values } from './types.ts';
import { useLabel } from './use-label.ts';
import { useWarning } from './use-warning.tsx';

interface Props {
  readonly resource: ResourceJson;
  readonly record?: RecordJson;
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
  const list = `/admin/resources/${resource.id}`;
  const path = `/resources/${resource.id}/actions/new`;
  const { checked, dialog } = useWarning();
  const post = (body: Values) => postJson<Answer>(path, body);
  const { data, error } = useLoaded<{
    form: { fields: readonly FormField[]; values: Values; one: string; warns: boolean };
  }>(path);
  const finish = (answer: Answer) => {
    if (answer.record?.keep) setMade(answer);
    else navigate(answer.redirectUrl ?? list, { state: { message: answer.notice?.message } });
  };
  return (
    <Page
      title={data ? `New ${data.form.one.toLowerCase()}` : 'New'}
      back={{ to: list, label: label(resource.id) }}
    >
      {error && <Message tone="bad">{error}</Message>}
      {!data && !error && <Loading />}
      {made?.record?.keep && <Kept answer={made} keep={made.record.keep} to={made.redirectUrl ?? list} />}
      {data && !made && (
        <RecordForm
          fields={data.form.fields}
          values={data.form.values}
          version={undefined}
          submitLabel="Save"
          cancelTo={() => navigate(list)}
          send={(values) => (data.form.warns ? checked : post)(values, post)}
          done={finish}
        />
      )}
      {dialog}
    </Page>
  );
}
