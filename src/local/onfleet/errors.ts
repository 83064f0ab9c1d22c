interface ProblemParts {
  readonly status: number;
  readonly code: string;
  /** Onfleet's number of the kind of problem. */
  readonly error: number;
  readonly message: string;
  readonly cause: string;
}

/** An error in Onfleet's own form. */
export class OnfleetProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly error: number;
  readonly reason: string;

  constructor({ status, code, error, message, cause }: ProblemParts) {
    super(message);
    this.name = 'OnfleetProblem';
    this.status = status;
    this.code = code;
    this.error = error;
    this.reason = cause;
  }

  body(request: string): object {
    const { code, error, message, reason } = this;
    return { code, message: { error, message, cause: reason, request } };
  }
}

export function invalidKey(): OnfleetProblem {
  return new OnfleetProblem({
    status: 401,
    code: 'InvalidCredentials',
    error: 1102,
    message: 'The API key provided is invalid.',
    cause: 'This key does not exist or is no longer active.',
  });
}

export function invalidArgument(cause: string, error = 1000): OnfleetProblem {
  const message = 'The values of one or more parameters are invalid.';
  return new OnfleetProblem({ status: 400, code: 'InvalidArgument', error, message, cause });
}

export function invalidTimes(cause: string): OnfleetProblem {
  return invalidArgument(cause, 1009);
}

export function notFound(kind: string, id: string): OnfleetProblem {
  return new OnfleetProblem({
    status: 404,
    code: 'ResourceNotFound',
    error: 1402,
    message: 'The requested resource does not exist.',
    cause: `There is no ${kind} ${id}`,
  });
}

export function tooManyRequests(): OnfleetProblem {
  return new OnfleetProblem({
    status: 429,
    code: 'TooManyRequests',
    error: 2300,
    message: 'You have made too many requests.',
    cause: 'The limit is 20 requests a second for an organization',
  });
}

export function serverError(): OnfleetProblem {
  return new OnfleetProblem({
    status: 500,
    code: 'InternalServer',
    error: 2500,
    message: 'There has been an internal error.',
    cause: 'A fault was asked for',
  });
}
