import { parseInstant } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { mayAct, mayRead } from '../../resources/_kit/policy.ts';
import { select } from '../../resources/_kit/sql.ts';
import { type Cell, type Column, instant } from './columns.ts';
import type { Block } from './define-resource.ts';
import { roleOf } from './read-rows.ts';
import { subjectOf } from './registry.ts';

/** What happened, from the audit log, in words; each entry and each value as far as the role may read it (`rules.md` §7). */

const MOST_ENTRIES = 100;

interface Entry {
  readonly at: Date;
  readonly actor_type: 'customer' | 'staff' | 'system';
  readonly actor_name: string;
  readonly action: string;
  readonly subject_type: string;
  readonly reason: string | null;
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>;
}

const entriesSql = (where: string) => `
  select a.at, a.actor_type, a.actor_name, a.action, a.subject_type, a.reason,
    coalesce((select jsonb_object_agg(c.key, jsonb_build_array(coalesce(was.value, c.value -> 0), coalesce(became.value, c.value -> 1)))
      from jsonb_each(a.changes) c
      left join audit_personal_values was on was.audit_log_id = a.id and was.digest = c.value -> 0 ->> 'digest'
      left join audit_personal_values became on became.audit_log_id = a.id and became.digest = c.value -> 1 ->> 'digest'), '{}') as changes
  from (select * from audit_logs where ${where} order by sequence desc limit ${MOST_ENTRIES}) a order by a.sequence desc`;

/** Everything about a booking, its payments and refunds included. */
export async function bookingHistory(ctx: Context, bookingId: string): Promise<Block> {
  return historyBlock(ctx, await select<Entry>(ctx, entriesSql('booking_id = $1'), [bookingId]));
}

/** Everything about one record. */
export async function recordHistory(ctx: Context, subject: string, id: string): Promise<Block> {
  return historyBlock(
    ctx,
    await select<Entry>(ctx, entriesSql('subject_type = $1 and subject_id = $2'), [subject, id]),
  );
}

function historyBlock(ctx: Context, entries: readonly Entry[]): Block {
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
        { text: actorWords(entry, role === 'viewer') },
        { text: actionWords(entry.action) },
        details.length > 0 ? { text: details.join('\n') } : null,
      ],
    ];
  });
  const head = ['When', 'Who', 'What', 'Details'];
  return { kind: 'table', title: 'History', head, rows, empty: 'Nothing has happened yet.' };
}

/** `Notes: “a” → “b”`; nothing for a field that is on no screen. */
function changeWords(
  columns: Readonly<Record<string, Column>>,
  field: string,
  [before, after]: readonly [unknown, unknown],
  now: Date,
): string[] {
  const column = columns[field];
  if (!column || column.needs) return [];
  const say = (value: unknown) => {
    const restored = column.isInstant && typeof value === 'string' ? parseInstant(value) : value;
    return (
      column.cell(restored, { [field]: restored }, now)?.text ??
      (value === null || value === '' ? 'nothing' : '…')
    );
  };
  if (column.reference) return [`${column.label} changed`];
  const isEmpty = (value: unknown) => value === null || value === '';
  if (isEmpty(before)) return isEmpty(after) ? [] : [`${column.label}: ${say(after)}`];
  return [`${column.label}: ${say(before)} → ${say(after)}`];
}

function actorWords({ actor_type, actor_name }: Entry, isAnonymous: boolean): string {
  if (actor_type === 'customer') return 'Customer';
  if (actor_type === 'system') return 'ToteTaxi';
  return isAnonymous ? 'Staff' : actor_name;
}

const knownActions: Readonly<Record<string, string>> = {
  'booking.inquired': 'Inquiry made',
  'booking.inquiry': 'Back to an inquiry',
  'booking.pending_payment': 'Checked out',
  'booking.confirmed': 'Confirmed',
  'booking.in_progress': 'Under way',
  'booking.waived': 'Small amount waived',
  'booking.priceOverridden': 'Price agreed',
  'booking.overrideRemoved': 'Agreed price gone',
  'bookingNote.added': 'Note added',
  'payment.declined': 'Card declined',
  'payment.succeeded': 'Paid',
  'staffUser.signedIn': 'Signed in',
  'staffUser.resetPassword': 'Password reset',
  'staffUser.signOutEverywhere': 'Signed out everywhere',
  'staffUser.passwordSet': 'Password set',
  'list.exported': 'List exported',
};

/** `booking.updated` as `Updated`. */
export function actionWords(action: string): string {
  const verb = action.split('.').at(-1) ?? action;
  const spaced = verb.replace(/_/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return knownActions[action] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The readable differences of one entry of the audit log: label, before, after. */
export async function auditDifferences(ctx: Context, id: string): Promise<Block> {
  const now = ctx.clock.now();
  const [entry] = await select<Entry>(ctx, entriesSql('id = $1'), [id]);
  const columns = (entry && subjectOf(entry.subject_type)?.columns) ?? {};
  const say = (field: string, value: unknown): Cell | null => {
    if (value === null || value === undefined || value === '') return null;
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
