import { escapeMarkup } from './escape.ts';

const namespaces = {
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
} as const;

/** A refusal in the words of SES, or of SNS. */
export class SesProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'SesProblem';
    this.status = status;
    this.code = code;
  }
}

export function invalidValue(message: string): SesProblem {
  return new SesProblem(400, 'InvalidParameterValue', message);
}

export function missingValue(parameter: string): SesProblem {
  return new SesProblem(
    400,
    'ValidationError',
    `1 validation error detected: Value null at '${parameter}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The XML of an answer; its fields are the elements of the result. */
export function answerXml(
  action: string,
  fields: Readonly<Record<string, string>>,
  requestId: string,
  service: keyof typeof namespaces = 'ses',
): string {
  const elements = Object.entries(fields)
    .map(([name, value]) => `<${name}>${escapeMarkup(value)}</${name}>`)
    .join('');
  return `<${action}Response xmlns="${namespaces[service]}"><${action}Result>${elements}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
}

export function problemXml(
  { status, code, message }: SesProblem,
  requestId: string,
  service: keyof typeof namespaces = 'ses',
): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return `<ErrorResponse xmlns="${namespaces[service]}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeMarkup(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
