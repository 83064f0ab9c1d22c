const statuses = {
  AccessDenied: 403,
  AccessForbidden: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MaxPostPreDataLengthExceeded: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
  XMinioStorageFull: 507,
} as const;

/** A refusal as S3 gives it: SDKs go by its code. `more` are further elements of the answer. */
export class S3Problem extends Error {
  readonly code: keyof typeof statuses;
  readonly more: Readonly<Record<string, string>>;

  constructor(code: keyof typeof statuses, message: string, more: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'S3Problem';
    this.code = code;
    this.more = more;
  }

  get status(): number {
    return statuses[this.code];
  }
}

export function accessDenied(message = 'Access Denied'): S3Problem {
  return new S3Problem('AccessDenied', message);
}

export function invalidArgument(message: string): S3Problem {
  return new S3Problem('InvalidArgument', message);
}

export function invalidRequest(message: string): S3Problem {
  return new S3Problem('InvalidRequest', message);
}

/** Of a body that ends before its end. */
export function incompleteBody(): S3Problem {
  return new S3Problem(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}

export function notImplemented(): S3Problem {
  return new S3Problem(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
  );
}

export function preconditionFailed(): S3Problem {
  return new S3Problem('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}
