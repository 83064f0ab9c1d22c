import React, { useState } from 'react';
import { useLoaded } from './api.ts';
import { Loading, Message, Page } from './parts.tsx';
import { TemplateEditor } from './template-editor.tsx';
import type { Facts, Said, Words } from './template-types.ts';
import type { Answer, RecordJson, ResourceJson, Values } from './types.ts';

interface Props {
  readonly resource: ResourceJson;
  readonly record: RecordJson;
}

/** The words of one kind of mail, with what they may name, and the mail as it would go out beside them. */
export default function TemplatePage({ resource, record }: Props) {
  const path = `/resources/${resource.id}/records/${encodeURIComponent(record.id)}`;
  const { data, error, loading, reload } = useLoaded<Answer>(`${path}/edit`);
  const [said, setSaid] = useState<Said | null>(null);
  const form = data?.record?.form;
  return (
    <Page
      title={record.title}
      back={{ to: `/admin/resources/${resource.id}`, label: 'E-mail templates' }}
      actions={
        <a className="button" href={`/admin/resources/${resource.id}/records/${record.id}/show`}>
          History
        </a>
      }
    >
      {error && <Message tone="bad">{error}</Message>}
      {!form && !error && <Loading />}
      {form && (
        <TemplateEditor
          key={form.version}
          path={path}
          fields={form.fields}
          initial={wordsIn(form.values)}
          read={form.version}
          facts={form.facts as Facts}
          isRereading={loading}
          said={said}
          say={setSaid}
          changed={(message) => {
            setSaid({ tone: 'good', text: message });
            reload();
          }}
        />
      )}
    </Page>
  );
}

function wordsIn(values: Values): Words {
  return { subject: String(values.subject), html: String(values.html), text: String(values.text) };
}
