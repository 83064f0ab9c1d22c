import React, { type FormEvent, useEffect, useRef, useState } from 'react';
import { postJson, useLoaded } from './api.ts';
import { Conflicts } from './conflicts.tsx';
import { ErrorSummary } from './fields.tsx';
import { Loading, Message, Page } from './parts.tsx';
import { useUnsavedWarning } from './record-form.tsx';
import { TemplatePreview } from './template-preview.tsx';
import { type Version, Versions } from './template-versions.tsx';
import type { Answer, Errors, FormField, RecordJson, ResourceJson, Values } from './types.ts';
import { useWarning } from './use-warning.tsx';

interface Props {
  readonly resource: ResourceJson;
  readonly record: RecordJson;
}

export interface Words {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
type Part = keyof Words;
const parts: readonly Part[] = ['subject', 'html', 'text'];

interface Facts {
  readonly about: string;
  readonly readers: string;
  readonly isAboutBooking: boolean;
  readonly isEdited: boolean;
  readonly variables: readonly { readonly name: string; readonly label: string; readonly sample: string }[];
  readonly versions: readonly Version[];
}

interface Said {
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

/** The words of one kind of mail, with what they may name, and the mail as it would go out beside them. */
export default function TemplatePage({ resource, record }: Props) {
  const path = `/resources/${resource.id}/records/${encodeURIComponent(record.id)}`;
  const { data, error, reload } = useLoaded<Answer>(`${path}/edit`);
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
        <Editor
          key={form.version}
          path={path}
          fields={form.fields}
          initial={wordsIn(form.values)}
          read={form.version}
          facts={form.facts as Facts}
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

interface EditorProps {
  readonly path: string;
  readonly fields: readonly FormField[];
  readonly initial: Words;
  readonly read: number | undefined;
  readonly facts: Facts;
  readonly said: Said | null;
  readonly say: (said: Said | null) => void;
  readonly changed: (message: string) => void;
}

function Editor({ path, fields, initial, read, facts, said, say, changed }: EditorProps) {
  const [words, setWords] = useState(initial);
  const [version, setVersion] = useState(read);
  const [errors, setErrors] = useState<Errors>({});
  const [found, setFound] = useState<Errors>({});
  const [looked, setLooked] = useState<{ number: number; words: Words } | null>(null);
  const [bookingNumber, setBookingNumber] = useState('');
  const [busy, setBusy] = useState(false);
  const { checked, dialog } = useWarning();
  const { refs, insert, remember } = useInsertion(words, setWords);
  const isDirty = parts.some((part) => words[part] !== initial[part]);
  useUnsavedWarning(isDirty && !busy);
  const shown = looked?.words ?? words;
  const form = useRef<HTMLFormElement>(null);
  // What is said stands above the words; the versions below them.
  useEffect(() => {
    if (said || looked) form.current?.scrollIntoView({ block: 'start' });
  }, [said, looked]);
  const conflicts = Object.entries(errors).filter(([, error]) => error.type === 'conflict');

  const tell = async (work: () => Promise<Answer>, done: (message: string) => void) => {
    setBusy(true);
    setErrors({});
    say(null);
    const answer = await work().catch(
      (error: Error): Answer => ({ notice: { type: 'error', message: error.message } }),
    );
    setBusy(false);
    const message = answer.notice?.message ?? '';
    if (answer.notice?.type !== 'error') return done(message);
    setErrors(answer.record?.errors ?? {});
    say({ tone: 'bad', text: message });
  };
  const save = (chosen: Words, at: number | undefined) => {
    const typed = parts.filter((part) => chosen[part] !== initial[part]);
    const body = Object.fromEntries(typed.map((part) => [part, chosen[part]]));
    return tell(() => postJson<Answer>(`${path}/edit`, { ...body, version: at }), changed);
  };
  const sendTest = () =>
    tell(
      () => postJson<Answer>(`${path}/sendTest`, { ...shown, bookingNumber }),
      (message) => say({ tone: 'good', text: message }),
    );
  const put = (verb: 'restore' | 'reset', body: Values) => {
    const post = async (values: Values) => {
      const answer = await postJson<Answer>(`${path}/${verb}`, values);
      const lost = isDirty ? ['What you have not saved is lost.'] : [];
      return { ...answer, warnings: [...(answer.record?.verb?.consequences ?? []), ...lost] };
    };
    return tell(() => checked({ ...body, version }, post), changed);
  };
  const lookAt = (number: number) =>
    tell(
      async () => {
        const answer = await postJson<Answer>(`${path}/preview`, { number });
        const old = (answer.record?.shown as { words?: Words } | undefined)?.words;
        if (old) setLooked({ number, words: old });
        return answer;
      },
      () => {},
    );

  return (
    <form
      ref={form}
      className="template"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save(words, version);
      }}
    >
      <p className="help">
        {facts.about} {facts.readers === 'Staff' ? 'It goes to staff.' : null}
      </p>
      {conflicts.length > 0 ? (
        <Conflicts
          conflicts={conflicts}
          fields={fields}
          settle={(choices) => {
            const settled = { ...words, ...choices };
            const current = conflicts[0]?.[1].version;
            setWords(settled);
            setVersion(current);
            void save(settled, current);
          }}
        />
      ) : (
        said?.tone === 'bad' && <ErrorSummary errors={errors} fields={fields} message={said.text} />
      )}
      {said?.tone === 'good' && <Message tone="good">{said.text}</Message>}
      {looked && (
        <Message tone="warn">
          These are the words of version {looked.number}; mails do not have them.{' '}
          <button
            type="button"
            disabled={busy}
            onClick={() => void put('restore', { number: looked.number })}
          >
            Restore version {looked.number}
          </button>{' '}
          <button type="button" onClick={() => setLooked(null)}>
            Back to your words
          </button>
        </Message>
      )}
      <p className="form-actions">
        <button type="submit" className="primary" disabled={busy || !isDirty || looked !== null}>
          {busy ? 'One moment…' : 'Save'}
        </button>
        <button type="button" disabled={busy} onClick={() => void sendTest()}>
          Send a test to me
        </button>
        {facts.isEdited && (
          <button type="button" className="danger" disabled={busy} onClick={() => void put('reset', {})}>
            Back to the default
          </button>
        )}
        <span className="help" role="status">
          {isDirty ? 'Not saved yet.' : facts.isEdited ? 'Edited words.' : 'Default words.'}
        </span>
      </p>
      <div className="template-desk">
        <div>
          <section className="card" aria-label="Words">
            {fields
              .filter(({ name }) => parts.includes(name as Part))
              .map((field) => (
                <Source
                  key={field.name}
                  field={field}
                  value={shown[field.name as Part]}
                  isFixed={looked !== null}
                  error={problemOf(field.name, errors, found)}
                  hold={refs[field.name as Part]}
                  focused={() => remember(field.name as Part)}
                  onChange={(value) => setWords((now) => ({ ...now, [field.name]: value }))}
                />
              ))}
          </section>
          <Variables variables={facts.variables} insert={looked ? null : insert} />
        </div>
        <TemplatePreview
          path={path}
          words={shown}
          bookingNumber={bookingNumber}
          setBookingNumber={facts.isAboutBooking ? setBookingNumber : null}
          found={found}
          setFound={setFound}
        />
      </div>
      <Versions
        versions={facts.versions}
        current={read}
        busy={busy}
        lookAt={(number) => void lookAt(number)}
        restore={(number) => void put('restore', { number })}
      />
      {dialog}
    </form>
  );
}

function problemOf(name: string, errors: Errors, found: Errors): string | undefined {
  const error = errors[name]?.type === 'conflict' ? undefined : errors[name];
  return (found[name] ?? error)?.message;
}

type Typing = HTMLInputElement | HTMLTextAreaElement;

/** Puts a variable where the cursor was last. */
function useInsertion(words: Words, setWords: (words: Words) => void) {
  const refs = {
    subject: useRef<Typing>(null),
    html: useRef<Typing>(null),
    text: useRef<Typing>(null),
  };
  const last = useRef<Part>('html');
  const insert = (name: string) => {
    const part = last.current;
    const field = refs[part].current;
    const from = field?.selectionStart ?? words[part].length;
    const to = field?.selectionEnd ?? from;
    const said = `{{ ${name} }}`;
    setWords({ ...words, [part]: words[part].slice(0, from) + said + words[part].slice(to) });
    window.requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(from + said.length, from + said.length);
    });
  };
  const remember = (part: Part) => {
    last.current = part;
  };
  return { refs, insert, remember };
}

interface SourceProps {
  readonly field: FormField;
  readonly value: string;
  readonly isFixed: boolean;
  readonly error: string | undefined;
  readonly hold: React.RefObject<Typing>;
  readonly focused: () => void;
  readonly onChange: (value: string) => void;
}

/** Liquid as it is typed, in letters of one width. */
function Source({ field, value, isFixed, error, hold, focused, onChange }: SourceProps) {
  const id = `field-${field.name}`;
  const shared = {
    id,
    name: field.name,
    className: 'source',
    value,
    readOnly: isFixed,
    spellCheck: field.name !== 'html',
    maxLength: field.maximumLength,
    'aria-required': true,
    'aria-invalid': error ? true : undefined,
    'aria-describedby':
      [field.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined,
    onFocus: focused,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  } as const;
  return (
    <div className={`field${error ? ' wrong' : ''}`}>
      <label htmlFor={id}>
        {field.label}
        <span aria-hidden="true"> *</span>
      </label>
      {field.name === 'subject' ? (
        <input {...shared} type="text" ref={hold as React.RefObject<HTMLInputElement>} />
      ) : (
        <textarea
          {...shared}
          rows={field.name === 'html' ? 20 : 14}
          ref={hold as React.RefObject<HTMLTextAreaElement>}
        />
      )}
      {field.help && (
        <p className="help" id={`${id}-help`}>
          {field.help}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`} role="status">
          {error}
        </p>
      )}
    </div>
  );
}

function Variables({
  variables,
  insert,
}: {
  variables: Facts['variables'];
  insert: ((name: string) => void) | null;
}) {
  return (
    <section className="card" aria-label="What can be named">
      <h2>What can be named</h2>
      <p className="help">
        Press one to put it where the cursor is. Words for some mails only:{' '}
        <code>{"{% if amountDue != '' %}…{% endif %}"}</code>
      </p>
      <div className="scroll">
        <table className="small variables">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">What it is</th>
              <th scope="col">Sample</th>
            </tr>
          </thead>
          <tbody>
            {variables.map(({ name, label, sample }) => (
              <tr key={name}>
                <td>
                  <button
                    type="button"
                    className="variable"
                    aria-label={`Insert ${name}`}
                    disabled={insert === null}
                    onClick={() => insert?.(name)}
                  >
                    {`{{ ${name} }}`}
                  </button>
                </td>
                <td>{label}</td>
                <td className="sample">{sample}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
