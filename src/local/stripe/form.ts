import { StripeProblem } from './errors.ts';

/** Stripe's bracketed forms: `metadata[a]=1&expand[0]=x`. */
export type Form = { [name: string]: string | Form };

const unsafe = new Set(['__proto__', 'constructor', 'prototype']);

export function parseForm(text: string): Form {
  const root: Form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replace(/\]/g, '').split('[');
    if (path.some((part) => unsafe.has(part))) continue;
    let at = root;
    path.forEach((part, index) => {
      const key = part === '' ? String(Object.keys(at).length) : part;
      if (index === path.length - 1) {
        at[key] = value;
      } else {
        const inner = at[key];
        const next: Form = typeof inner === 'object' ? inner : {};
        at[key] = next;
        at = next;
      }
    });
  }
  return root;
}

export function refuseUnknown(form: Form, known: readonly string[]): void {
  const unknown = Object.keys(form).find((name) => !known.includes(name) && name !== 'expand');
  if (unknown === undefined) return;
  throw new StripeProblem(400, {
    code: 'parameter_unknown',
    param: unknown,
    message: `Received unknown parameter: ${unknown}`,
  });
}

export function textOf(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' ? value : undefined;
}

export function formOf(form: Form, name: string): Form {
  const value = form[name];
  return typeof value === 'object' ? value : {};
}

export function integerOf(form: Form, name: string): number | undefined {
  const text = textOf(form, name);
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new StripeProblem(400, {
    code: 'parameter_invalid_integer',
    param: name,
    message: `Invalid integer: ${text}`,
  });
}

export function listOf(form: Form, name: string): string[] {
  return Object.values(formOf(form, name)).filter((value) => typeof value === 'string');
}

/** Metadata merges; an empty text takes a key away. */
export function mergeMetadata(old: Readonly<Record<string, string>>, form: Form): Record<string, string> {
  if (form.metadata === '') return {};
  const merged = { ...old };
  for (const [key, value] of Object.entries(formOf(form, 'metadata'))) {
    if (value === '') delete merged[key];
    else if (typeof value === 'string') merged[key] = value;
  }
  return merged;
}
