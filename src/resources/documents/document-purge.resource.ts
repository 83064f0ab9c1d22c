import { z } from 'zod';
import { count, instant, reference } from '../../admin/kit/columns.ts';
import { instantSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { recordPath } from '../../admin/kit/read-rows.ts';
import type { TableBlock } from '../../admin/kit/table-block.ts';
import { makingOf } from '../../admin/kit/use-case-action.ts';
import { formatInstant, formatServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { readSettings } from '../crm/settings.ts';
import { categoryWords, sizeColumn, sizeWords } from './document.resource.ts';
import type { DocumentCategory } from './document.states.ts';
import { DocumentPurge } from './document-purge.model.ts';
import { documentPurgePolicy } from './document-purge.policy.ts';
import { keptDaysOf, oldestOfPurge, type PurgeReason, sumUpPurge, UPLOAD_HOURS } from './plan-purge.ts';
import { purgeDocuments } from './purge-documents.ts';

const NAMED = 20;
const SETTINGS = '/admin/pages/settings';

const reasons: Readonly<Record<PurgeReason, string>> = {
  abandoned: 'Never uploaded whole',
  kept_long_enough: 'Kept long enough',
  replaced: 'Replaced by a newer one',
};

const some = (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'document' : 'documents'}`;
const dayCell = (instant: Date) => ({ text: formatServiceDay(serviceDayOf(instant)) });

/** Looks first: what would go stands there, and nothing goes before a person says so. */
const purging = makingOf<object>({
  form: z.strictObject({}),
  label: 'Clean up now',
  destructive: true,
  async preview(ctx) {
    const groups = await sumUpPurge(ctx);
    const total = (of: 'count' | 'freedBytes') => groups.reduce((sum, group) => sum + group[of], 0);
    if (groups.length === 0)
      return [
        'No document goes: each is kept for longer still, or its booking is not over or is disputed.',
        'Only files in the store that belong to no document are deleted.',
      ];
    const count = total('count');
    return [
      `${some(count)} ${count === 1 ? 'goes' : 'go'}, ${sizeWords(total('freedBytes'))} in the store. Deleted files do not come back.`,
      'What a document was, and why it went, stays on its page and in the log.',
      'Files in the store that belong to no document are deleted, too.',
    ];
  },
  below: async (ctx) => [...(await goingBlocks(ctx)), await rulesBlock(ctx)],
  async run(ctx) {
    const { id } = await purgeDocuments(ctx);
    return { id, message: 'Cleaned up.' };
  },
});

/** What would go now in figures, and the first of them by name. */
async function goingBlocks(ctx: Context): Promise<TableBlock[]> {
  const [groups, oldest] = await Promise.all([sumUpPurge(ctx), oldestOfPurge(ctx, NAMED)]);
  if (groups.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'What would go now',
      head: ['Category', 'Why', 'Oldest', 'Documents', 'Size'],
      right: [3, 4],
      rows: groups.map(({ category, reason, count, freedBytes, oldest: first }) => [
        { text: categoryWords[category] },
        { text: reasons[reason] },
        dayCell(first),
        { text: count.toLocaleString('en-US') },
        reason === 'abandoned' ? null : { text: sizeWords(freedBytes) },
      ]),
      empty: '',
    },
    {
      kind: 'table',
      title: oldest.length < NAMED ? 'These documents' : `The oldest ${NAMED}`,
      head: ['Name', 'Booking', 'Why', 'Came in', 'Size'],
      right: [4],
      rows: oldest.map(({ id, fileName, bookingId, number, reason, byteSize, createdAt }) => [
        { text: fileName, href: recordPath('documents', id) },
        { text: number, href: recordPath('bookings', bookingId) },
        { text: reasons[reason] },
        dayCell(createdAt),
        reason === 'abandoned' ? null : { text: sizeWords(byteSize) },
      ]),
      empty: '',
    },
  ];
}

/** What decides it, with a way to where it is changed. */
async function rulesBlock(ctx: Context): Promise<TableBlock> {
  const settings = await readSettings(ctx);
  const days = (count: number) => ({ text: `${count.toLocaleString('en-US')} days`, href: SETTINGS });
  const after = { text: 'the service day, or the day it came when that is later' };
  return {
    kind: 'table',
    title: 'How long documents are kept',
    head: ['What', 'Kept for', 'Counted from'],
    rows: [
      ...Object.entries(keptDaysOf(settings)).map(([category, count]) => [
        { text: categoryWords[category as DocumentCategory] },
        days(count),
        after,
      ]),
      [
        { text: 'Certificate that was replaced' },
        days(settings.keptDaysReplacedCoi),
        { text: 'the day another took its place' },
      ],
      [
        { text: 'Upload that never came whole' },
        { text: `${UPLOAD_HOURS} hours` },
        { text: 'its beginning' },
      ],
      [
        { text: 'Any, while its booking is not over or is disputed' },
        { text: 'As long as that lasts' },
        null,
      ],
    ],
    empty: '',
  };
}

export const documentPurges = defineResource({
  noun: { model: DocumentPurge, policy: documentPurgePolicy },
  label: { one: 'Document clean-up', many: 'Document clean-ups' },
  group: 'System',
  icon: 'Trash2',
  title: {
    fields: ['createdAt'],
    of: (row) => `Clean-up, ${formatInstant(row.createdAt as Date)}`,
    sql: (of) => `'Clean-up, ' || ${instantSql(of('createdAt'))}`,
  },
  columns: {
    createdAt: instant('When'),
    startedBy: reference('Started by', 'staffUsers'),
    abandoned: count('Never uploaded whole'),
    keptLongEnough: count('Kept long enough'),
    replaced: count('Replaced'),
    strays: count('Files of no document'),
    freedBytes: sizeColumn('Given back'),
  },
  list: ['createdAt', 'startedBy', 'abandoned', 'keptLongEnough', 'replaced', 'strays', 'freedBytes'],
  sections: [
    { title: 'Clean-up', columns: ['createdAt', 'startedBy'] },
    { title: 'What went', columns: ['abandoned', 'keptLongEnough', 'replaced', 'strays', 'freedBytes'] },
  ],
  filters: ['createdAt'],
  search: [],
  sort: { by: 'createdAt', direction: 'desc' },
  making: purging,
  empty:
    'Nothing was cleaned up yet. It is done every night; “New document clean-up” shows what would go now.',
});
