import { z } from 'zod';
import { count, instant, reference } from '../../admin/kit/columns.ts';
import { instantSql } from '../../admin/kit/csv-sql.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { makingOf } from '../../admin/kit/use-case-action.ts';
import { formatInstant } from '../../clock.ts';
import { sizeColumn, sizeWords } from './document.resource.ts';
import { DocumentPurge } from './document-purge.model.ts';
import { documentPurgePolicy } from './document-purge.policy.ts';
import { type Purgeable, planPurge } from './plan-purge.ts';
import { freedBytes, purgeDocuments } from './purge-documents.ts';

const NAMED = 20;

const reasons: Readonly<Record<Purgeable['reason'], string>> = {
  abandoned: 'never uploaded whole',
  kept_long_enough: 'kept long enough',
  replaced: 'replaced by a newer one',
};

/** Looks first: what would go stands there, and nothing goes before a person says so. */
const purging = makingOf<object>({
  form: z.strictObject({}),
  async preview(ctx) {
    const planned = await planPurge(ctx);
    if (planned.length === 0)
      return ['No document would go now.', 'Files of the store that belong to no document are deleted.'];
    const named = planned
      .slice(0, NAMED)
      .map(({ fileName, number, reason }) => `${fileName} of ${number}: ${reasons[reason]}.`);
    return [
      `${planned.length === 1 ? '1 document goes' : `${planned.length} documents go`}, ${sizeWords(freedBytes(planned))} in the store. Deleted files do not come back.`,
      ...named,
      ...(planned.length > NAMED ? [`And ${planned.length - NAMED} more.`] : []),
    ];
  },
  async run(ctx) {
    const { id } = await purgeDocuments(ctx);
    return { id, message: 'Cleaned up.' };
  },
});

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
