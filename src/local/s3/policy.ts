import { z } from 'zod';
import { parseInstant, realNow } from '../../clock.ts';
import { accessDenied, S3Problem } from './problems.ts';
import { ALGORITHM, sameSignature, signed, signingKey } from './sign.ts';
import { type Access, doesNotMatch, scopeOf } from './verify-signature.ts';

/** Fields of a form by their names in lower case, without the file. */
export type Fields = ReadonlyMap<string, string>;

const schema = z.object({
  expiration: z.string(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
      z.tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});

/** What a policy lets a file's length be. */
export interface Lengths {
  readonly atLeast: number;
  readonly atMost: number;
}

/** Checks a form against the policy in it: signed by us, not over, each condition met, no field without one. */
export function checkPolicy(fields: Fields, bucket: string, access: Access): Lengths | null {
  const encoded = fields.get('policy');
  if (encoded === undefined) throw accessDenied();
  refuseForged(encoded, fields, access);
  const { expiration, conditions } = readPolicy(encoded);
  if (parseInstant(expiration) < realNow()) throw broken('Policy expired.');
  const seen = new Set<string>();
  let lengths: Lengths | null = null;
  const meet = (operator: 'eq' | 'starts-with', name: string, expected: string): void => {
    const field = name.toLowerCase();
    seen.add(field);
    const value = field === 'bucket' ? bucket : (fields.get(field) ?? '');
    if (operator === 'eq' ? value !== expected : !value.startsWith(expected)) {
      throw broken(`Policy Condition failed: ${JSON.stringify([operator, `$${name}`, expected])}`);
    }
  };
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, expected] of Object.entries(condition)) meet('eq', name, expected);
    } else if (condition[0] === 'content-length-range') {
      lengths = { atLeast: condition[1], atMost: condition[2] };
    } else meet(condition[0], condition[1].slice(1), condition[2]);
  }
  const extra = [...fields.keys()].filter((name) => !seen.has(name) && !needsNone(name));
  if (extra.length > 0) throw broken(`Extra input fields: ${extra.join(', ')}`);
  return lengths;
}

function refuseForged(policy: string, fields: Fields, access: Access): void {
  const [algorithm, credential, at, signature] = ['algorithm', 'credential', 'date', 'signature'].map(
    (name) => fields.get(`x-amz-${name}`),
  );
  if (algorithm !== ALGORITHM || !credential || !at || !signature) {
    throw new S3Problem(
      'InvalidArgument',
      'Bucket POST must contain a field named X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date and X-Amz-Signature. If they are specified, please check the order of the fields.',
    );
  }
  const scope = scopeOf({ credential, at }, access, true);
  if (!sameSignature(signature, signed(signingKey(access.secretAccessKey, scope), policy))) {
    throw doesNotMatch();
  }
}

function readPolicy(encoded: string): z.infer<typeof schema> {
  try {
    const policy = schema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()));
    parseInstant(policy.expiration);
    return policy;
  } catch {
    throw new S3Problem(
      'InvalidPolicyDocument',
      'The content of the form does not meet the conditions specified in the policy document.',
    );
  }
}

function needsNone(name: string): boolean {
  return name === 'policy' || name === 'x-amz-signature' || name.startsWith('x-ignore-');
}

function broken(why: string): S3Problem {
  return accessDenied(`Invalid according to Policy: ${why}`);
}
