import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mail, Store } from './store.ts';

/** Mails beside their raw form; the newest are kept. */
export interface Mailbox {
  /** Keeps a mail, and in one write with it what `alsoWrite` puts into the store. */
  keep(mail: Mail, raw: Buffer, alsoWrite: () => void): void;
  raw(mail: Mail): Buffer;
  /** Forgets all mails; what is owed about them still goes out. */
  empty(): void;
}

const MAILS_KEPT = 2_000;

export function openMailbox(store: Store, directory: string, kept = MAILS_KEPT): Mailbox {
  const folder = join(directory, 'raw');
  const fileOf = (id: string): string => join(folder, `${id}.eml`);
  const isOwed = (id: string): boolean => store.get('delivery', id) !== undefined;
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!store.get('mail', name.replace(/\.eml$/, ''))) rmSync(join(folder, name));
  }
  for (const { id, mailId } of store.list('notification')) {
    if (!store.get('mail', mailId) && !isOwed(id)) store.remove('notification', id);
  }
  store.commit();

  const forget = (ids: readonly string[], withOwed: boolean): void => {
    const gone = new Set(ids);
    for (const { id, mailId } of gone.size > 0 ? store.list('notification') : []) {
      if (!gone.has(mailId) || (isOwed(id) && !withOwed)) continue;
      store.remove('notification', id);
      if (isOwed(id)) store.remove('delivery', id);
    }
    for (const id of ids) store.remove('mail', id);
    store.commit();
    for (const id of ids) rmSync(fileOf(id), { force: true });
  };

  return {
    keep(mail, raw, alsoWrite) {
      writeFileSync(fileOf(mail.id), raw);
      store.put('mail', mail.id, mail);
      alsoWrite();
      // What nobody has confirmed a subscription for would pile up for ever.
      forget(store.ids('mail').slice(0, -kept), true);
    },
    raw: ({ id }) => readFileSync(fileOf(id)),
    empty: () => forget(store.ids('mail'), false),
  };
}
