import React, { useState } from 'react';
import { postJson, useLoaded } from './api.ts';
import { BlockView } from './block-view.tsx';
import { Conflicts } from './conflicts.tsx';
import { ErrorSummary, Field } from './fields.tsx';
import { Loading, Message, Page } from './parts.tsx';
import type { Answer, Block, Errors, FormField, Values } from './types.ts';

interface Settings {
  readonly groups: readonly { readonly title: string; readonly fields: readonly FormField[] }[];
  readonly values: Values;
  readonly mayEdit: boolean;
  readonly blocks: readonly Block[];
}

/** The figures of the rules, in groups; changed ones are saved together. */
export default function SettingsPage() {
  const { data, error, reload } = useLoaded<Settings>('/pages/settings');
  const [saved, setSaved] = useState<string | null>(null);
  return (
    <Page title="Settings">
      {error && <Message tone="bad">{error}</Message>}
      {!data && !error && <Loading />}
      {data && (
        <SettingsForm
          key={JSON.stringify(data.values)}
          settings={data}
          message={saved}
          saved={(message) => {
            setSaved(message);
            reload();
          }}
        />
      )}
      {data?.blocks.map((block) => (
        <BlockView key={block.title} block={block} />
      ))}
    </Page>
  );
}

interface FormProps {
  readonly settings: Settings;
  /** What the last saving came to; it made this form anew. */
  readonly message: string | null;
  readonly saved: (message: string) => void;
}

function SettingsForm({ settings, message, saved }: FormProps) {
  const [base, setBase] = useState<Values>(settings.values);
  const [values, setValues] = useState<Values>(settings.values);
  const [errors, setErrors] = useState<Errors>({});
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const fields = settings.groups.flatMap((group) => group.fields);
  const isChanged = Object.keys(values).some((name) => values[name] !== base[name]);
  const conflicts = Object.entries(errors).filter(([, error]) => error.type === 'conflict');
  const save = async (typed: Values, were: Values) => {
    const changed = Object.keys(typed).filter((name) => typed[name] !== were[name]);
    const pick = (from: Values) => Object.fromEntries(changed.map((name) => [name, from[name]]));
    setBusy(true);
    const answer = await postJson<Answer & { errors?: Errors }>('/pages/settings', {
      values: pick(typed),
      were: pick(were),
    }).catch((error: Error): Answer & { errors?: Errors } => ({
      notice: { type: 'error', message: error.message },
    }));
    setBusy(false);
    setErrors(answer.errors ?? {});
    const words = answer.notice?.message ?? 'Settings saved.';
    const isRefused = answer.notice?.type === 'error';
    setRefused(isRefused ? words : null);
    if (!isRefused) saved(words);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save(values, base);
      }}
    >
      {conflicts.length > 0 && (
        <Conflicts
          conflicts={conflicts}
          fields={fields}
          settle={(choices) => {
            const theirs = Object.fromEntries(conflicts.map(([name, error]) => [name, error.theirs?.value]));
            const settled = { ...values, ...choices };
            setBase({ ...base, ...theirs });
            setValues(settled);
            void save(settled, { ...base, ...theirs });
          }}
        />
      )}
      <fieldset className="plain" disabled={!settings.mayEdit}>
        <div className="sections">
          {settings.groups.map((group) => (
            <section key={group.title} className="card" aria-label={group.title}>
              <h2>{group.title}</h2>
              <div className="fields">
                {group.fields.map((field) => (
                  <Field
                    key={field.name}
                    field={field}
                    value={values[field.name]}
                    error={errors[field.name]?.type === 'conflict' ? undefined : errors[field.name]}
                    onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
                  />
                ))}
              </div>
            </section>
          ))}
        </div>
      </fieldset>
      {conflicts.length === 0 && refused && (
        <ErrorSummary errors={errors} fields={fields} message={refused} />
      )}
      {message && !refused && !isChanged && <Message tone="good">{message}</Message>}
      {settings.mayEdit ? (
        <p className="form-actions below">
          <button type="submit" className="primary" disabled={busy || !isChanged}>
            {busy ? 'One moment…' : 'Save settings'}
          </button>
          {isChanged && (
            <button type="button" onClick={() => setValues(base)}>
              Undo
            </button>
          )}
        </p>
      ) : (
        <p className="help">Admins change these figures.</p>
      )}
    </form>
  );
}
