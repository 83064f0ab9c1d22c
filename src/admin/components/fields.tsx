import React, { type ReactNode } from 'react';
import { useLoaded } from './api.ts';
import type { Errors, FieldError, FormField, ListedRecord, Values } from './types.ts';

/** A value as it is typed. */
export function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value)
    ? `${value as string | number | boolean}`
    : '';
}

/** An input with its label, its help and what is wrong with it. */

interface Props {
  readonly field: FormField;
  readonly value: unknown;
  readonly error: FieldError | undefined;
  readonly onChange: (value: unknown) => void;
}

export function Field({ field, value, error, onChange }: Props) {
  const id = `field-${field.name}`;
  const described =
    [field.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  const shared = {
    id,
    name: field.name,
    'aria-describedby': described,
    'aria-invalid': error ? true : undefined,
    'aria-required': field.required || undefined,
  } as const;
  const isGroup = ['choices', 'flags', 'yesNo', 'quantities'].includes(field.kind);
  return (
    <div className={`field ${field.kind}${error ? ' wrong' : ''}`}>
      {isGroup ? null : (
        <label htmlFor={id}>
          {field.label}
          {field.required && <span aria-hidden="true"> *</span>}
        </label>
      )}
      {input(field, value, onChange, shared)}
      {field.help && (
        <p className="help" id={`${id}-help`}>
          {field.help}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`}>
          {error.message}
        </p>
      )}
    </div>
  );
}

type Shared = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string };

function input(
  field: FormField,
  value: unknown,
  onChange: (value: unknown) => void,
  shared: Shared,
): ReactNode {
  const words = textOf(value);
  const typed = (event: { target: { value: string } }) => onChange(event.target.value);
  switch (field.kind) {
    case 'long':
      return <textarea {...shared} rows={4} maxLength={field.maximumLength} value={words} onChange={typed} />;
    case 'list':
      return (
        <textarea
          {...shared}
          rows={3}
          value={Array.isArray(value) ? value.join('\n') : words}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'money':
    case 'percent':
      return <Hundredths unit={field.kind} value={value} onChange={onChange} shared={shared} />;
    case 'count':
      return <input {...shared} inputMode="numeric" className="short" value={words} onChange={typed} />;
    case 'yesNo':
      return (
        <label className="check">
          <input
            {...shared}
            type="checkbox"
            checked={value === true}
            onChange={(event) => onChange(event.target.checked)}
          />
          {field.label}
        </label>
      );
    case 'choice':
      return (
        <select {...shared} value={words} onChange={typed}>
          <option value="">Choose…</option>
          {field.options?.map(([key, say]) => (
            <option key={key} value={key}>
              {say}
            </option>
          ))}
        </select>
      );
    case 'choices':
      return <Choices field={field} value={value} onChange={onChange} />;
    case 'flags':
      return <Flags field={field} value={value} onChange={onChange} />;
    case 'quantities':
      return <Quantities field={field} value={value} onChange={onChange} shared={shared} />;
    case 'day':
      return <input {...shared} type="date" className="short" value={words} onChange={typed} />;
    case 'instant':
      return <input {...shared} type="datetime-local" className="middle" value={words} onChange={typed} />;
    case 'reference':
      return <Reference noun={field.reference ?? ''} value={words} onChange={onChange} shared={shared} />;
    case 'password':
      return (
        <input
          {...shared}
          type="password"
          autoComplete={field.name === 'current' ? 'current-password' : 'new-password'}
          maxLength={field.maximumLength}
          value={words}
          onChange={typed}
        />
      );
    default:
      return <input {...shared} type="text" maxLength={field.maximumLength} value={words} onChange={typed} />;
  }
}

function Choices({
  field,
  value,
  onChange,
}: {
  field: FormField;
  value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const chosen = Array.isArray(value) ? value.map(String) : [];
  return (
    <fieldset>
      <legend>
        {field.label}
        {field.required && <span aria-hidden="true"> *</span>}
      </legend>
      {field.options?.map(([key, say]) => (
        <label key={key} className="check">
          <input
            type="checkbox"
            name={field.name}
            value={key}
            checked={chosen.includes(key)}
            onChange={(event) => {
              const next = event.target.checked ? [...chosen, key] : chosen.filter((each) => each !== key);
              const ordered =
                field.options?.map(([each]) => each).filter((each) => next.includes(each)) ?? [];
              onChange(ordered.length > 0 ? ordered : null);
            }}
          />
          {say}
        </label>
      ))}
    </fieldset>
  );
}

/** Wishes, each a yes or a no. */
function Flags({
  field,
  value,
  onChange,
}: {
  field: FormField;
  value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const given: Values = typeof value === 'object' && value !== null ? { ...value } : {};
  return (
    <fieldset>
      <legend>{field.label}</legend>
      {field.options?.map(([name, say]) => (
        <label key={name} className="check">
          <input
            type="checkbox"
            name={`${field.name}.${name}`}
            checked={given[name] === true}
            onChange={(event) => onChange({ ...given, [name]: event.target.checked })}
          />
          {say}
        </label>
      ))}
    </fieldset>
  );
}

/** How many of each: a small number beside each thing, empty for none. */
function Quantities({
  field,
  value,
  onChange,
  shared,
}: {
  field: FormField;
  value: unknown;
  readonly onChange: (value: unknown) => void;
  shared: Shared;
}) {
  const counts: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  const described = shared['aria-describedby'];
  return (
    <fieldset
      id={shared.id}
      tabIndex={-1}
      aria-describedby={typeof described === 'string' ? described : undefined}
    >
      <legend>
        {field.label}
        {field.required && <span aria-hidden="true"> *</span>}
      </legend>
      {field.options?.map(([key, say]) => (
        <label key={key} className="quantity">
          <input
            inputMode="numeric"
            name={`${field.name}-${key}`}
            placeholder="0"
            maxLength={4}
            value={textOf(counts[key])}
            onChange={(event) => onChange({ ...counts, [key]: event.target.value })}
          />
          {say}
        </label>
      ))}
    </fieldset>
  );
}

/** Dollars and cents, or percent: typed with a point, kept in hundredths as whole numbers; never a fraction on the way. */
function Hundredths({
  unit,
  value,
  onChange,
  shared,
}: {
  unit: string;
  value: unknown;
  readonly onChange: (value: unknown) => void;
  shared: Shared;
}) {
  const [typed, setTyped] = React.useState<string | null>(null);
  const shown =
    typed ?? (typeof value === 'number' ? fromHundredths(value, unit === 'percent') : textOf(value));
  return (
    <span className="unit">
      {unit === 'money' && <span aria-hidden="true">$</span>}
      <input
        {...shared}
        inputMode="decimal"
        className="short"
        value={shown}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(toHundredths(event.target.value));
        }}
        onBlur={() => setTyped(null)}
      />
      {unit === 'percent' && <span aria-hidden="true">%</span>}
    </span>
  );
}

/** `1,725.5` as 172550; what is no such amount as it was typed, for the panel to refuse in words. */
export function toHundredths(typed: string): number | string | null {
  const plain = typed
    .trim()
    .replace(/^\$/, '')
    .replace(/,(?=\d{3}\b)/g, '')
    .replace(/%$/, '')
    .trim();
  if (plain === '') return null;
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{0,2}))?$/.exec(plain) ?? [];
  return whole === undefined ? typed : Number(whole + fraction.padEnd(2, '0'));
}

export function fromHundredths(amount: number, dropsZeros = false): string {
  const digits = String(amount).padStart(3, '0');
  const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return dropsZeros ? text.replace(/\.?0+$/, '') : text;
}

function Reference({
  noun,
  value,
  onChange,
  shared,
}: {
  noun: string;
  value: string;
  readonly onChange: (value: unknown) => void;
  shared: Shared;
}) {
  const { data } = useLoaded<{ records: readonly ListedRecord[] }>(`/resources/${noun}/actions/search`);
  return (
    <select {...shared} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">Choose…</option>
      {data?.records.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** Everything that is wrong, at once, each a way to its field. */
export function ErrorSummary({
  errors,
  fields,
  message,
}: {
  errors: Errors;
  fields: readonly FormField[];
  message: string | null;
}) {
  const labels = new Map(fields.map(({ name, label }) => [name, label]));
  const known = Object.entries(errors).filter(([name, { type }]) => type !== 'conflict' && labels.has(name));
  const others = Object.entries(errors).filter(
    ([name, { type }]) => type !== 'conflict' && !labels.has(name),
  );
  if (known.length === 0 && others.length === 0 && message === null) return null;
  return (
    <div className="message bad" role="alert">
      <p>{message ?? 'Some fields need your attention.'}</p>
      <ul>
        {known.map(([name, error]) => (
          <li key={name}>
            <a href={`#field-${name}`}>{labels.get(name)}</a>: {error.message}
          </li>
        ))}
        {others
          .filter(([, error]) => error.message !== message)
          .map(([name, error]) => (
            <li key={name}>{error.message}</li>
          ))}
      </ul>
    </div>
  );
}
