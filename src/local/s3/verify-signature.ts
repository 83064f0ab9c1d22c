import { parseInstant, realNow } from '../../clock.ts';
import { accessDenied, invalidArgument, invalidRequest, S3Problem } from './problems.ts';
import type { Call } from './read-call.ts';
import {
  ALGORITHM,
  encode,
  encodePath,
  type Scope,
  sameSignature,
  scopeText,
  sha256Hex,
  signed,
  signingKey,
} from './sign.ts';

/** Who may call, and with what. */
export interface Access {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** A signature that holds. */
export interface Verified {
  /** The digest of the body in hex, or a word that says how it is signed instead. */
  readonly payload: string;
  /** What signs the chunks of a body, from the signature of its head on. */
  readonly key: Buffer;
  readonly scope: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly at: string;
  readonly signature: string;
}

/** What a caller says of a signature. */
interface Claim {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly at: string;
  readonly payload: string;
}

const SKEW_MS = 15 * 60_000;
const LONGEST_SECONDS = 604_800;
const streaming = /^STREAMING-(AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?|UNSIGNED-PAYLOAD-TRAILER)$/;

/** Checks the signature of a call, in its header or in its address. Throws what S3 says of one that does not hold. */
export function verifySignature(call: Call, access: Access): Verified {
  const { authorization = '' } = call.headers;
  const inQuery = [...call.query.keys()].some((name) =>
    /^X-Amz-(Algorithm|Credential|Signature)$/.test(name),
  );
  if (authorization !== '' && inQuery) {
    throw invalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
  if (authorization === '' && !inQuery) throw accessDenied();
  if (call.headers['x-amz-security-token'] ?? call.query.get('X-Amz-Security-Token')) {
    throw new S3Problem('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  const claim = inQuery ? claimInQuery(call) : claimInHeader(call, authorization);
  const scope = scopeOf(claim, access, inQuery);
  refuseUnsigned(call, claim);
  const text = [ALGORITHM, claim.at, scopeText(scope), sha256Hex(canonicalRequest(call, claim))].join('\n');
  const key = signingKey(access.secretAccessKey, scope);
  if (!sameSignature(claim.signature, signed(key, text))) throw doesNotMatch();
  if (inQuery) refuseExpired(call, claim.at);
  return { payload: claim.payload, key, scope: scopeText(scope), at: claim.at, signature: claim.signature };
}

export function doesNotMatch(): S3Problem {
  return new S3Problem(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

/** The scope of a credential, if it is ours. Throws what S3 says to another key, day, region or service. */
export function scopeOf(
  { credential, at }: Pick<Claim, 'credential' | 'at'>,
  access: Access,
  inQuery: boolean,
): Scope {
  const malformed = (why: string, more = {}): S3Problem =>
    inQuery
      ? new S3Problem(
          'AuthorizationQueryParametersError',
          `Error parsing the X-Amz-Credential parameter; ${why}`,
          more,
        )
      : new S3Problem('AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}`, more);
  const [accessKeyId, day = '', region = '', service, end, ...rest] = credential.split('/');
  if (end !== 'aws4_request' || rest.length > 0) {
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (accessKeyId !== access.accessKeyId) {
    throw new S3Problem(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  }
  if (service !== 's3') throw malformed(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (region !== access.region) {
    throw malformed(`the region '${region}' is wrong; expecting '${access.region}'`, {
      Region: access.region,
    });
  }
  if (day !== at.slice(0, 8)) {
    throw malformed(`Invalid credential date "${day}". This date is not the same as X-Amz-Date: "${at}".`);
  }
  return { day, region };
}

function claimInHeader({ headers }: Call, authorization: string): Claim {
  if (!authorization.startsWith(`${ALGORITHM} `)) throw invalidArgument('Unsupported Authorization Type');
  const parts = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => part.trim().split('=', 2) as [string, string]),
  );
  const [credential, names, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    parts.get(name),
  );
  if (!credential || !names || !signature) {
    throw new S3Problem(
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    );
  }
  const payload = headers['x-amz-content-sha256'];
  if (payload === undefined) {
    throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  }
  const at = headers['x-amz-date'] ?? '';
  if (millisecondsTo(at) > SKEW_MS || millisecondsTo(at) < -SKEW_MS) {
    throw new S3Problem(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      { RequestTime: at, ServerTime: realNow().toISOString(), MaxAllowedSkewMilliseconds: String(SKEW_MS) },
    );
  }
  return { credential, signedHeaders: names.split(';'), signature, at, payload: readPayload(payload) };
}

function claimInQuery({ query, headers }: Call): Claim {
  const names = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'] as const;
  const [algorithm, credential, signature, at, signedNames, expires] = names.map((name) =>
    query.get(`X-Amz-${name}`),
  );
  if (!algorithm || !credential || !signature || !at || !signedNames || !expires) {
    throw badQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (algorithm !== ALGORITHM) throw badQuery(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  if (!/^-?\d+$/.test(expires)) throw badQuery('X-Amz-Expires should be a number');
  if (Number(expires) < 0) throw badQuery('X-Amz-Expires must be non-negative');
  if (Number(expires) > LONGEST_SECONDS) {
    throw badQuery(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_SECONDS} seconds`,
    );
  }
  const payload = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  return { credential, signedHeaders: signedNames.split(';'), signature, at, payload: readPayload(payload) };
}

function refuseExpired({ query }: Call, at: string): void {
  if (millisecondsTo(at) > SKEW_MS) throw accessDenied('Request is not yet valid');
  const seconds = Number(query.get('X-Amz-Expires'));
  if (millisecondsTo(at) + seconds * 1_000 < 0) {
    throw new S3Problem('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(seconds),
      ServerTime: realNow().toISOString(),
    });
  }
}

function readPayload(word: string): string {
  if (word === 'UNSIGNED-PAYLOAD' || streaming.test(word) || /^[0-9a-f]{64}$/.test(word)) return word;
  throw invalidArgument(
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
  );
}

/** The host, and whatever means something to S3, must be signed, and be there. */
function refuseUnsigned({ request }: Call, { signedHeaders }: Claim): void {
  const meaningful = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  const unsigned = ['host', ...meaningful].filter((name) => !signedHeaders.includes(name));
  if (unsigned.length > 0) {
    throw new S3Problem('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
  if (signedHeaders.some((name) => request.headers[name] === undefined)) throw doesNotMatch();
}

function canonicalRequest({ method, path, query, request }: Call, { signedHeaders, payload }: Claim): string {
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([oneName, one], [otherName, other]) => compare(oneName, otherName) || compare(one, other));
  const lines = signedHeaders.map((name) => {
    const value = [request.headers[name] ?? ''].flat().join(',');
    return `${name}:${value.trim().replace(/ +/g, ' ')}\n`;
  });
  return [
    method,
    encodePath(path),
    pairs.map((pair) => pair.join('=')).join('&'),
    lines.join(''),
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** From now to an instant as signatures write it. Throws `AccessDenied` for what is none. */
function millisecondsTo(at: string): number {
  try {
    if (!/^\d{8}T\d{6}Z$/.test(at)) throw new RangeError(at);
    return parseInstant(at).getTime() - realNow().getTime();
  } catch {
    throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  }
}

function badQuery(message: string): S3Problem {
  return new S3Problem('AuthorizationQueryParametersError', message);
}
