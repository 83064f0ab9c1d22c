import type { MailConfig } from '../../../config.ts';

/**
 * Reads an address that a message names, if it is one of its topic's SNS: Amazon's own in the topic's region over TLS, or
 * the stand-in's. Only such ones are ever called: before its signature is checked, a message is anybody's.
 */
export function snsAddress({ topicArn, snsHost }: MailConfig, text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return null;
  if (snsHost !== null && url.origin === new URL(snsHost).origin) return url;
  return url.protocol === 'https:' && url.port === '' && isAmazons(url.hostname, topicArn) ? url : null;
}

/** Of the topic's region alone: other names of this form may be somebody's bucket (`sns.s3-us-west-2.amazonaws.com`). */
function isAmazons(hostname: string, topicArn: string): boolean {
  const region = /^sns\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
  return region !== undefined && topicArn.split(':')[3] === region;
}
