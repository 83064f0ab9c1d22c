import { type AuditEntry, auditEntries } from '../../admin/kit/audit-entries.ts';
import { instant } from '../../admin/kit/columns.ts';
import type { Block, ResourceDefinition, TimelineEntry } from '../../admin/kit/define-resource.ts';
import { actionWords, actorWords, changeWords, entryWords, fieldWords } from '../../admin/kit/history.ts';
import { roleOf } from '../../admin/kit/read-rows.ts';
import { subjectOf } from '../../admin/kit/registry.ts';
import {
  bookingStatusWords,
  coiStatusWords,
  deliveryTaskStatusWords,
  documentStatusWords,
  paymentStatusWords,
  refundStatusWords,
} from '../../admin/kit/words.ts';
import type { Context } from '../../context.ts';
import { cents, formatUsd, minus, ZERO } from '../../pricing/money.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import { mayAct, mayRead, type ResourcePolicy, type Role } from '../_kit/policy.ts';

/** Everything that happened to a booking, each entry as far as the role may read it (`rules.md` §7). */

const MOST_ENTRIES = 5_000;

/** The kinds in the order of their buttons. */
const kinds = {
  status: 'Status',
  price: 'Price',
  money: 'Money',
  move: 'Move',
  contact: 'Contact',
  notes: 'Notes',
  tasks: 'Tasks',
  documents: 'Documents',
  mails: 'Mails',
  other: 'Other',
} as const;
type Kind = keyof typeof kinds;

const kindOfSubject: Readonly<Record<string, Kind>> = {
  payment: 'money',
  paymentAudit: 'money',
  refund: 'money',
  dispute: 'money',
  credit: 'money',
  needsReview: 'money',
  deliveryTask: 'tasks',
  trackingUpdate: 'tasks',
  document: 'documents',
  coi: 'documents',
  notification: 'mails',
  bookingNote: 'notes',
};

const fieldsOfKind: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  status: ['status'],
  price: ['price', 'totalCents', 'rateCardVersion', 'priceLockedUntil', 'discountCode'],
  money: ['creditsCents'],
  move: [
    'service',
    'basket',
    'pickupDate',
    'pickupWindow',
    'pickupHour',
    'pickupZip',
    'deliveryZip',
    'pickupAddress',
    'deliveryAddress',
    'coi',
    'coiRequired',
  ],
  contact: ['contactFirstName', 'contactLastName', 'contactEmail', 'contactPhone', 'marketingOptIn'],
  notes: ['notes', 'instructions'],
};

/** Told by the price itself, where an entry has it. */
const sums: readonly string[] = ['subtotalCents', 'discountCents', 'totalCents'];

/** An entry as the role reads it, beside the entry itself. */
interface Told {
  readonly entry: AuditEntry;
  readonly told: TimelineEntry;
}

/** The block of a booking's page. */
export async function bookingTimeline(
  ctx: Context,
  { noun }: Pick<ResourceDefinition, 'noun'>,
  bookingId: string,
): Promise<Block> {
  const { told, isWhole } = await bookingStory(ctx, noun.policy, bookingId);
  const entries = told.map(({ told: each }) => each);
  const count = (name: string) => entries.filter((each) => each.kinds.includes(name)).length;
  return {
    kind: 'timeline',
    title: 'Timeline',
    kinds: Object.entries(kinds)
      .map(([name, label]) => ({ name, label, count: count(name) }))
      .filter((each) => each.count > 0),
    entries,
    ...(!isWhole && { beyond: 'What is older stands in the audit log.' }),
    empty: 'Nothing has happened yet.',
  };
}

/** What the role reads of a booking's entries, newest first, and the entries of the booking itself. */
export async function bookingStory(
  ctx: Context,
  policy: ResourcePolicy,
  bookingId: string,
): Promise<{ told: readonly Told[]; entries: readonly AuditEntry[]; isWhole: boolean }> {
  const entries = await auditEntries(ctx, 'booking_id = $1', [bookingId], MOST_ENTRIES);
  const told = entries.flatMap((entry) => {
    const each = tell(ctx, policy, bookingId, entry);
    return each ? [{ entry, told: each }] : [];
  });
  return {
    told,
    entries: entries.filter(({ subject_type }) => subject_type === 'booking'),
    isWhole: entries.length < MOST_ENTRIES,
  };
}

/** `null` for what the role may not look at, and for a change of which it may read no field. */
function tell(
  ctx: Context,
  policy: ResourcePolicy,
  bookingId: string,
  entry: AuditEntry,
): TimelineEntry | null {
  const role = roleOf(ctx);
  const now = ctx.clock.now();
  const subject = subjectOf(entry.subject_type);
  if (!subject || !mayAct(subject.policy, 'show', role)) return null;
  const readable = Object.entries(entry.changes).filter(([field]) => mayRead(subject.policy, field, role));
  if (entry.action.endsWith('.updated') && readable.length === 0) return null;
  const isPriced = 'price' in entry.changes;
  const details = [
    ...(entry.reason !== null && role !== 'viewer' ? [`“${entry.reason}”`] : []),
    ...readable.flatMap(([field, change]) => {
      if (field === 'status') return statusWords(entry.subject_type, change);
      if (field === 'price') return priceWords(change[0], change[1]);
      if (isPriced && sums.includes(field)) return [];
      return changeWords(subject.columns, field, change, now);
    }),
  ];
  const found = kindsOf(entry, role);
  return {
    id: entry.id,
    at: instant('When').cell(entry.at, {}, now) ?? { text: '' },
    who: actorWords(entry, role),
    what: whatWords(entry, found),
    details,
    kinds: found,
    ...(mayAct(policy, 'asItWas', role) && {
      href: `/admin/resources/${policy.id}/records/${bookingId}/asItWas?entry=${entry.id}`,
    }),
  };
}

/** By what it is about, and for the booking itself by the fields that the role reads. */
function kindsOf({ subject_type, changes }: AuditEntry, role: Role): Kind[] {
  const ofSubject = kindOfSubject[subject_type];
  if (ofSubject) return [ofSubject];
  const policy = subjectOf(subject_type)?.policy;
  const isRead = (field: string) => field in changes && policy !== undefined && mayRead(policy, field, role);
  const found = (Object.keys(kinds) as Kind[]).filter((kind) => fieldsOfKind[kind]?.some(isRead));
  return found.length > 0 ? found : ['other'];
}

/** `Price and move changed`, `Refund requested`, `Checked out`. */
function whatWords({ action, subject_type }: AuditEntry, found: readonly Kind[]): string {
  if (action === 'booking.updated' && !found.includes('other')) {
    const names = found.map((kind) => kinds[kind].toLowerCase());
    const last = names.pop() ?? '';
    const words = names.length > 0 ? `${names.join(', ')} and ${last}` : last;
    return `${fieldWords(words)} changed`;
  }
  return subject_type === 'booking' ? actionWords(action) : entryWords(action, subject_type);
}

const wordsOfStatus: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  booking: bookingStatusWords,
  payment: paymentStatusWords,
  refund: refundStatusWords,
  deliveryTask: deliveryTaskStatusWords,
  document: documentStatusWords,
  coi: coiStatusWords,
};

/** `Status: Inquiry → Awaiting payment`. */
function statusWords(subject: string, [before, after]: readonly [unknown, unknown]): string[] {
  const say = (value: unknown) => wordsOfStatus[subject]?.[String(value)] ?? fieldWords(String(value));
  if (before === null || after === null) return [];
  return [`Status: ${say(before)} → ${say(after)}`];
}

/** `Price: $1,725.00 → $1,900.00`, and each line that made the difference. */
export function priceWords(before: unknown, after: unknown): string[] {
  const [was, is] = [before as PricedQuote | null, after as PricedQuote | null];
  const total =
    was && is && was.totalCents !== is.totalCents
      ? [`Price: ${formatUsd(was.totalCents)} → ${formatUsd(is.totalCents)}`]
      : [];
  const [old, fresh] = [linesOf(was), linesOf(is)];
  const lines = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((label) => {
    const [from, to] = [old.get(label), fresh.get(label)];
    if (from === to) return [];
    if (from === undefined) return [`${label}: ${formatUsd(cents(to ?? 0))} added`];
    if (to === undefined) return [`${label}: ${formatUsd(cents(from))} gone`];
    return [`${label}: ${formatUsd(cents(from))} → ${formatUsd(cents(to))}`];
  });
  return [...total, ...lines];
}

/** What each line costs, the discount among them. */
function linesOf(price: PricedQuote | null): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { label, amountCents } of price?.lines ?? []) {
    sums.set(label, (sums.get(label) ?? 0) + amountCents);
  }
  if (price && price.discountCents > 0)
    sums.set(`Code ${price.discount?.code ?? ''}`.trim(), minus(ZERO, price.discountCents));
  return sums;
}
