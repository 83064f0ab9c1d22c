import type { TestApplication } from './application.ts';

/** A mail as the inbox of the stand-in has it. */
export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly filename: string | null; readonly contentType: string }[];
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** All that the inbox has, newest first. */
export async function allMails({ mail }: Pick<TestApplication, 'mail'>): Promise<Mail[]> {
  return (await (await fetch(`${mail}/messages`)).json()) as Mail[];
}

/** The mails to one address, newest first. */
export async function mailsTo(app: Pick<TestApplication, 'mail'>, address: string): Promise<Mail[]> {
  return (await allMails(app)).filter(({ to }) => to === address);
}

/** One of the stand-in's switches, or what happens to a mail. */
export async function askMail(
  { mail }: Pick<TestApplication, 'mail'>,
  method: 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<any> {
  const answer = await fetch(mail + path, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`not done: ${await answer.text()}`);
  return answer.json();
}
