import { parseInstant } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { mayAct, mayRead, type Role } from '../../resources/_kit/policy.ts';
import { type AuditEntry, auditEntries, isErased } from './audit-entries.ts';
import { type Cell, type Column, instant } from './columns.ts';
import type { Block } from './define-resource.ts';
import { roleOf } from './read-rows.ts';
import { subjectOf } from './registry.ts';

/** What happened, from the audit log, in words; each entry and each value as far as the role may read it (`rules.md` §7). */

const MOST_ENTRIES = 100;

/** Everything about one record. */
export async function recordHistory(ctx: Context, subject: string, id: string): Promise<Block> {
  return historyBlock(
    ctx,
    await auditEntries(ctx, 'subject_type = $1 and subject_id = $2', [subject, id], MOST_ENTRIES),
  );
}

function historyBlock(ctx: Context, entries: readonly AuditEntry[]): Block {
  const role = roleOf(ctx);
  const now = ctx.clock.now();
  const when = instant('When');
  const rows = entries.flatMap((entry): (Cell | null)[][] => {
    const subject = subjectOf(entry.subject_type);
    if (!subject || !mayAct(subject.policy, 'show', role)) return [];
    const isReadable = (field: string) => mayRead(subject.policy, field, role);
    const details = [
      ...(entry.reason !== null && role !== 'viewer' ? [`“${entry.reason}”`] : []),
      ...Object.entries(entry.changes)
        .filter(([field]) => isReadable(field) && field !== 'status')
        .flatMap(([field, change]) => changeWords(subject.columns, field, change, now)),
    ];
    return [
      [
        when.cell(entry.at, {}, now),
        { text: actorWords(entry, role) },
        { text: actionWords(entry.action) },
        details.length > 0 ? { text: details.join('\n') } : null,
      ],
    ];
  });
  const head = ['When', 'Who', 'What', 'Details'];
  return { kind: 'table', title: 'History', head, rows, empty: 'Nothing has happened yet.' };
}

/** `Notes: a → b`; nothing for a field that is on no screen. */
export function changeWords(
  columns: Readonly<Record<string, Column>>,
  field: string,
  [before, after]: readonly [unknown, unknown],
  now: Date,
): string[] {
  const column = columns[field];
  if (!column || column.needs) return [];
  const say = (value: unknown) => {
    if (isErased(value)) return 'erased';
    const restored = column.isInstant && typeof value === 'string' ? parseInstant(value) : value;
    return (
      column.cell(restored, { [field]: restored }, now)?.text ??
      (value === null || value === '' ? 'nothing' : '…')
    );
  };
  if (column.reference) {
    const [was, is] = [nameOf(before), nameOf(after)];
    if (was === null && is === null) return [`${column.label} changed`];
    return [`${column.label}: ${was ?? 'nobody'} → ${is ?? 'nobody'}`];
  }
  const isEmpty = (value: unknown) => value === null || value === '';
  if (isEmpty(before)) return isEmpty(after) ? [] : [`${column.label}: ${say(after)}`];
  return [`${column.label}: ${say(before)} → ${say(after)}`];
}

/** What a record that is referred to was called then, where the entry kept it. */
function nameOf(value: unknown): string | null {
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : null;
  return typeof name === 'string' ? name : null;
}

/** Who did it; a viewer learns no names of staff. */
export function actorWords({ actor_type, actor_name }: AuditEntry, role: Role): string {
  if (actor_type === 'customer') return 'Customer';
  if (actor_type === 'system') return 'ToteTaxi';
  return role === 'viewer' ? 'Staff' : actor_name;
}

const knownActions: Readonly<Record<string, string>> = {
  'booking.inquired': 'Inquiry made',
  'booking.inquiry': 'Back to an inquiry',
  'booking.pending_payment': 'Checked out',
  'booking.confirmed': 'Confirmed',
  'booking.in_progress': 'Under way',
  'booking.movedToVan': 'Moved to another van',
  'booking.waived': 'Small amount waived',
  'booking.erased': 'Personal data erased',
  'customer.merged': 'Merged into another profile',
  'customer.mergedIn': 'Another profile merged in',
  'customer.erased': 'Personal data erased',
  'customer.signedIn': 'Signed in by the link of a mail',
  'booking.repriced': 'Priced anew',
  'booking.priceOverridden': 'Price agreed',
  'booking.overrideRemoved': 'Agreed price gone',
  'bookingNote.added': 'Note added',
  'feedback.given': 'Feedback given',
  'notification.subscribed': 'Subscribed again by the link of a mail',
  'notification.unsubscribed': 'Unsubscribed by the link of a mail',
  'payment.declined': 'Card declined',
  'payment.succeeded': 'Paid',
  'staffUser.signedIn': 'Signed in',
  'staffUser.resetPassword': 'Password reset',
  'staffUser.signOutEverywhere': 'Signed out everywhere',
  'staffUser.passwordSet': 'Password set',
  'deliveryTask.driverChanged': 'Driver changed',
  'deliveryTask.stripped': 'Personal data erased at Onfleet',
  'deliveryTask.proofSeen': 'Proof of delivery looked at',
  'list.exported': 'List exported',
  'emailTemplate.updated': 'Words written',
  'emailTemplate.restored': 'Older version restored',
  'emailTemplate.reset': 'Back to the default',
  'emailTemplate.tested': 'Test sent',
};

/** `booking.updated` as `Updated`. */
export function actionWords(action: string): string {
  const verb = action.split('.').at(-1) ?? action;
  const spaced = verb.replace(/_/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return knownActions[action] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The same among entries about other things: `Refund requested`. */
export function entryWords(action: string, subject: string): string {
  return knownActions[action] ?? `${fieldWords(subject)} ${actionWords(action).toLowerCase()}`;
}

/** The readable differences of one entry of the audit log: label, before, after. */
export async function auditDifferences(ctx: Context, id: string): Promise<Block> {
  const now = ctx.clock.now();
  const [entry] = await auditEntries(ctx, 'id = $1', [id], 1);
  const columns = (entry && subjectOf(entry.subject_type)?.columns) ?? {};
  const say = (field: string, value: unknown): Cell | null => {
    if (value === null || value === undefined || value === '') return null;
    if (isErased(value)) return { text: 'Erased', tone: 'quiet' };
    const name = nameOf(value);
    if (name !== null) return { text: name };
    const column = columns[field];
    const restored = column?.isInstant && typeof value === 'string' ? parseInstant(value) : value;
    const cell = column && !column.reference ? column.cell(restored, { [field]: restored }, now) : null;
    if (cell) return { text: cell.text };
    return { text: typeof value === 'string' ? value : JSON.stringify(value) };
  };
  const rows = Object.entries(entry?.changes ?? {}).map(([field, [before, after]]) => [
    { text: columns[field]?.label ?? fieldWords(field) },
    say(field, before),
    say(field, after),
  ]);
  return {
    kind: 'table',
    title: 'Differences',
    head: ['Field', 'Before', 'After'],
    rows,
    empty: 'No field changed.',
  };
}

/** `priceLockedUntil` as `Price locked until`. */
export function fieldWords(field: string): string {
  const spaced = field.replace(/_/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
