import React from 'react';
import type { FormField } from './types.ts';
import type { Typing } from './use-insertion.ts';

interface Props {
  readonly field: FormField;
  readonly value: string;
  readonly isFixed: boolean;
  readonly error: string | undefined;
  readonly hold: React.RefObject<Typing>;
  readonly focused: () => void;
  readonly onChange: (value: string) => void;
}

/** Liquid as it is typed, in letters of one width. */
export function TemplateSource({ field, value, isFixed, error, hold, focused, onChange }: Props) {
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
