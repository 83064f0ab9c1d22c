/** An error in Stripe's own form. */
export class StripeProblem extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    body: { readonly message: string; readonly type?: string; readonly [field: string]: unknown },
  ) {
    super(body.message);
    this.name = 'StripeProblem';
    this.status = status;
    this.body = { type: 'invalid_request_error', ...body };
  }
}

export function missingResource(kind: string, id: string, param = 'id'): StripeProblem {
  return new StripeProblem(404, { code: 'resource_missing', param, message: `No such ${kind}: '${id}'` });
}

export function missingParameter(param: string): StripeProblem {
  return new StripeProblem(400, {
    code: 'parameter_missing',
    param,
    message: `Missing required param: ${param}.`,
  });
}
