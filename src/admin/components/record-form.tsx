import React, { type FormEvent, useEffect, useRef, useState } from 'react';
import { Conflicts } from './conflicts.tsx';
import { ErrorSummary, Field, textOf } from './fields.tsx';
import type { Answer, Errors, FormField, Values } from './types.ts';

interface Props {
  readonly fields: readonly FormField[];
  readonly values: Values;
  readonly version: number | undefined;
  readonly submitLabel: string;
  readonly destructive?: boolean;
  readonly cancelTo: () => void;
  /** Sends the values; what is refused comes back as errors. */
  readonly send: (values: Values, version: number | undefined) => Promise<Answer>;
  readonly done: (answer: Answer) => void;
}

/** A form that sends what changed, tells what is wrong at its field, and settles what somebody else wrote meanwhile. */
export function RecordForm({
  fields,
  values: initial,
  version: read,
  submitLabel,
  destructive,
  cancelTo,
  send,
  done,
}: Props) {
  const [values, setValues] = useState<Values>(initial);
  const [version, setVersion] = useState(read);
  const [errors, setErrors] = useState<Errors>({});
  const [message, setMessage] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isDirty = JSON.stringify(values) !== JSON.stringify(initial);
  useUnsavedWarning(isDirty && !busy);

  const submit = async (chosen: Values, at: number | undefined) => {
    setBusy(true);
    setErrors({});
    setMessage(null);
    try {
      const changed = Object.fromEntries(
        fields.flatMap(({ name }) =>
          read === undefined || JSON.stringify(chosen[name]) !== JSON.stringify(initial[name])
            ? [[name, chosen[name]]]
            : [],
        ),
      );
      const answer = await send(changed, at);
      if (answer.notice?.type !== 'error') {
        setBusy(false);
        return done(answer);
      }
      setErrors(answer.record?.errors ?? {});
      setMessage(answer.notice.message);
      setBusy(false);
      window.setTimeout(
        () => form.current?.querySelector<HTMLElement>('.message')?.scrollIntoView({ block: 'center' }),
        0,
      );
    } catch (error) {
      setMessage(error instanceof Error ? error.message : 'This could not be sent. Please try again.');
      setBusy(false);
    }
  };

  const conflicts = Object.entries(errors).filter(([, error]) => error.type === 'conflict');
  return (
    <form
      ref={form}
      className="card record-form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit(values, version);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
      }}
    >
      {conflicts.length > 0 ? (
        <Conflicts
          conflicts={conflicts}
          fields={fields}
          settle={(choices) => {
            const settled = { ...values, ...choices };
            const current = conflicts[0]?.[1].version;
            setValues(settled);
            setVersion(current);
            void submit(settled, current);
          }}
        />
      ) : (
        <ErrorSummary errors={errors} fields={fields} message={message} />
      )}
      {sectionsOf(shownFields(fields, values)).map(({ heading, fields: inside }) => {
        const inputs = inside.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name]}
            error={errors[field.name]?.type === 'conflict' ? undefined : errors[field.name]}
            onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
          />
        ));
        return heading === '' ? (
          <div key={heading} className="fields">
            {inputs}
          </div>
        ) : (
          <fieldset key={heading} className="fields section">
            <legend>{heading}</legend>
            {inputs}
          </fieldset>
        );
      })}
      <p className="form-actions">
        <button
          type="submit"
          className={destructive ? 'danger' : 'primary'}
          disabled={busy}
          title="Ctrl+Enter"
        >
          {busy ? 'One moment…' : submitLabel}
        </button>
        <button type="button" onClick={cancelTo}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** The fields that are asked for now; the server reads by the same rule (`kit/fields.ts`). */
export function shownFields(fields: readonly FormField[], values: Values): FormField[] {
  const hidden = new Set<string>();
  return fields.filter(({ name, shownWhen }) => {
    if (!shownWhen) return true;
    const value = hidden.has(shownWhen.field) ? '' : textOf(values[shownWhen.field]);
    const isShown = shownWhen.values.includes(value) !== (shownWhen.not ?? false);
    if (!isShown) hidden.add(name);
    return isShown;
  });
}

/** Neighbours under one heading. */
function sectionsOf(fields: readonly FormField[]): { heading: string; fields: FormField[] }[] {
  const sections: { heading: string; fields: FormField[] }[] = [];
  for (const field of fields) {
    const heading = field.section ?? '';
    const last = sections.at(-1);
    if (last?.heading === heading) last.fields.push(field);
    else sections.push({ heading, fields: [field] });
  }
  return sections;
}

/** Closing the page with unsaved words asks first. */
export function useUnsavedWarning(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUnsaved]);
}
