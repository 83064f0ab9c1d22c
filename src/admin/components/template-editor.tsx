import React, { type FormEvent, useEffect, useRef, useState } from 'react';
import { postJson } from './api.ts';
import { Conflicts } from './conflicts.tsx';
import { ErrorSummary } from './fields.tsx';
import { Message } from './parts.tsx';
import { useUnsavedWarning } from './record-form.tsx';
import { TemplatePreview } from './template-preview.tsx';
import { TemplateSource } from './template-source.tsx';
import { type Facts, type Part, parts, type Said, type Words } from './template-types.ts';
import { TemplateVariables } from './template-variables.tsx';
import { Versions } from './template-versions.tsx';
import type { Answer, Errors, FormField, Values } from './types.ts';
import { useInsertion } from './use-insertion.ts';
import { useWarning } from './use-warning.tsx';

interface Props {
  readonly path: string;
  readonly fields: readonly FormField[];
  readonly initial: Words;
  readonly read: number | undefined;
  readonly facts: Facts;
  /** While what was saved is on its way back. */
  readonly isRereading: boolean;
  readonly said: Said | null;
  readonly say: (said: Said | null) => void;
  readonly changed: (message: string) => void;
}

/** The words as they are typed, tested, saved and put back. */
export function TemplateEditor({
  path,
  fields,
  initial,
  read,
  facts,
  isRereading,
  said,
  say,
  changed,
}: Props) {
  const [words, setWords] = useState(initial);
  const [version, setVersion] = useState(read);
  const [errors, setErrors] = useState<Errors>({});
  const [found, setFound] = useState<Errors>({});
  const [looked, setLooked] = useState<{ number: number; words: Words } | null>(null);
  const [bookingNumber, setBookingNumber] = useState('');
  const [isWorking, setWorking] = useState(false);
  // What is typed until the saved words are back would be lost with them.
  const busy = isWorking || isRereading;
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
    setWorking(true);
    setErrors({});
    say(null);
    const answer = await work().catch(
      (error: Error): Answer => ({ notice: { type: 'error', message: error.message } }),
    );
    const message = answer.notice?.message ?? '';
    if (answer.notice?.type === 'error') {
      setErrors(answer.record?.errors ?? {});
      say({ tone: 'bad', text: message });
    } else done(message);
    setWorking(false);
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
      aria-busy={busy}
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
                <TemplateSource
                  key={field.name}
                  field={field}
                  value={shown[field.name as Part]}
                  isFixed={busy || looked !== null}
                  error={problemOf(field.name, errors, found)}
                  hold={refs[field.name as Part]}
                  focused={() => remember(field.name as Part)}
                  onChange={(value) => setWords((now) => ({ ...now, [field.name]: value }))}
                />
              ))}
          </section>
          <TemplateVariables variables={facts.variables} insert={busy || looked ? null : insert} />
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
