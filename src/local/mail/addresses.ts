import { invalidValue, SesProblem } from './ses-answers.ts';

const LOCAL = /^(?:[\w!#$%&'*+/=?^`{|}~.-]+|"(?:[^"\\]|\\.)*")$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/** The bare address of `Name <address>` or of an address. Throws as SES does at one that is none. */
export function bareAddress(text: string): string {
  if (hasControl(text)) throw invalidValue('Local address contains control or whitespace');
  const address = (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
  const at = address.lastIndexOf('@');
  if (at < 0) throw invalidValue("Missing final '@domain'");
  const local = address.slice(0, at);
  const labels = address.slice(at + 1).split('.');
  if (/\s/.test(local) && !local.startsWith('"')) {
    throw invalidValue('Local address contains control or whitespace');
  }
  if (!LOCAL.test(local)) throw invalidValue('Illegal address');
  if (labels.length < 2) throw invalidValue('Domain does not contain dot');
  if (!labels.every((label) => LABEL.test(label)))
    throw invalidValue('Domain contains illegal character or dot-dot');
  return address;
}

/** Whether a text could begin a new header, or end one. */
export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Refuses senders of domains that are not verified; `allowed` holds domains, and addresses for single ones. */
export function refuseUnverified(senders: readonly string[], allowed: readonly string[]): void {
  const isVerified = (sender: string): boolean =>
    allowed.some((one) =>
      one.includes('@')
        ? one === sender
        : domainOf(sender) === one.toLowerCase() || domainOf(sender).endsWith(`.${one.toLowerCase()}`),
    );
  const refused = [...new Set(senders)].filter((sender) => !isVerified(sender));
  if (refused.length === 0) return;
  const message = `Email address is not verified. The following identities failed the check in region US-EAST-1: ${refused.join(', ')}`;
  throw new SesProblem(400, 'MessageRejected', message);
}
