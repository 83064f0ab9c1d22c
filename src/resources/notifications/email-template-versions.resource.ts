import { type Cell, instant, type Row } from '../../admin/kit/columns.ts';
import type { Block } from '../../admin/kit/define-resource.ts';
import type { Context } from '../../context.ts';
import { EmailTemplateVersion } from './email-template-version.model.ts';

const sourceWords = { written: 'Written', default: 'Back to the default' };

interface VersionLine {
  readonly number: number;
  readonly when: Cell | null;
  readonly who: string;
  readonly what: string;
}

const MOST_VERSIONS = 100;

export async function versionsOf(ctx: Context, row: Row): Promise<VersionLine[]> {
  const rows = await EmailTemplateVersion.findAll({
    attributes: ['number', 'author', 'source', 'restoredFrom', 'createdAt'],
    where: { templateId: String(row.id) },
    order: [['number', 'DESC']],
    limit: MOST_VERSIONS,
  });
  const when = instant('When');
  return rows.map((each) => ({
    number: each.number,
    when: when.cell(each.createdAt, {}, ctx.clock.now()),
    who: each.author,
    what: each.source === 'restored' ? `Version ${each.restoredFrom} restored` : sourceWords[each.source],
  }));
}

export async function versionsBlock(ctx: Context, row: Row): Promise<Block> {
  const versions = await versionsOf(ctx, row);
  return {
    kind: 'table',
    title: 'Versions',
    head: ['Version', 'When', 'Who', 'What'],
    rows: versions.map(({ number: at, when, who, what }) => [
      { text: String(at) },
      when,
      { text: who },
      { text: what },
    ]),
    empty: 'Nobody has changed these words yet.',
  };
}
