import type { z } from 'zod';

/** One thing wrong with an input: where (`miniMove.itemCount`), a stable code, and words for the person who typed it. */
export interface Violation {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Translates every issue of a schema into a violation. The one translator of all schemas; raw issue texts stay inside. */
export function violationsFromZod(error: z.ZodError): Violation[] {
  return error.issues.flatMap((issue) => fromIssue(issue, []));
}

function fromIssue(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Violation[] {
  const at = [...above, ...issue.path];
  const path = dotted(at);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        violation(dotted([...at, key]), 'unknown_field', 'This field is not known.'),
      );
    case 'invalid_union': {
      // The branch with the fewest complaints is the one that was meant.
      const meant = [...issue.errors].sort((a, b) => a.length - b.length)[0];
      if (!meant || meant.length === 0)
        return [violation(path, 'invalid_value', 'This value is not one of the choices.')];
      return meant.flatMap((inner) => fromIssue(inner, at));
    }
    case 'invalid_type':
      if (issue.input === undefined) return [violation(path, 'required', 'This is required.')];
      return [
        violation(path, 'invalid_type', `This must be ${typeWords[issue.expected] ?? 'of another type'}.`),
      ];
    case 'invalid_value':
      if (issue.input === undefined) return [violation(path, 'required', 'This is required.')];
      return [violation(path, 'invalid_value', `Choose one of: ${issue.values.map(String).join(', ')}.`)];
    case 'too_small':
      if (issue.origin === 'string') {
        return issue.input === '' || issue.minimum === 1
          ? [violation(path, 'required', 'This is required.')]
          : [violation(path, 'too_short', `This must have at least ${issue.minimum} characters.`)];
      }
      return [violation(path, 'too_small', `This must be at least ${issue.minimum}.`)];
    case 'too_big':
      return issue.origin === 'string'
        ? [violation(path, 'too_long', `This must have at most ${issue.maximum} characters.`)]
        : [violation(path, 'too_big', `This must be at most ${issue.maximum}.`)];
    case 'invalid_format':
      return [
        violation(path, 'invalid_format', formatWords[issue.format] ?? 'This is not in the right form.'),
      ];
    case 'custom':
      return [violation(path, String(issue.params?.code ?? 'invalid_value'), issue.message)];
    default:
      return [violation(path, 'invalid_value', 'This value is not valid.')];
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  date: 'a date',
};

const formatWords: Readonly<Record<string, string>> = {
  email: 'This is not an e-mail address.',
  uuid: 'This is not a valid id.',
  date: 'Use a real date as YYYY-MM-DD.',
};

/** `miniMove.itemCount` */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function violation(path: string, code: string, message: string): Violation {
  return { path, code, message };
}
