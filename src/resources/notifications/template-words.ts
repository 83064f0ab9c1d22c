import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { select } from '../_kit/sql.ts';
import { EmailTemplate } from './email-template.model.ts';
import { type NotificationType, type TemplateType, templateTypes } from './templates/catalogue.ts';
import { checkApart, renderApart } from './templates/render-apart.ts';
import { type RenderedMail, renderTemplate } from './templates/render-template.ts';

/** The three parts that staff write. */
export interface Words {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export function wordsOf({ subject, html, text }: Words): Words {
  return { subject, html, text };
}

/** Reads one. Throws `not_found`. */
export async function findTemplate(ctx: Pick<Context, 'tx'>, id: string): Promise<EmailTemplate> {
  return EmailTemplate.findByPk(id, {
    transaction: ctx.tx ?? null,
    rejectOnEmpty: new Refusal('not_found'),
  });
}

/** Ours, or staff's since they edited them: the newest version. Theirs are rendered apart. Throws TemplateProblem. */
export async function renderMail(
  ctx: Pick<Context, 'db' | 'tx'>,
  type: NotificationType,
  variables: Readonly<Record<string, string>>,
): Promise<RenderedMail> {
  const [edited] = await select<Words>(
    ctx,
    'select subject, html, text from email_templates where type = $1 and is_edited',
    [type],
  );
  if (!edited) return renderTemplate(templateTypes[type], variables);
  const { isTransactional, variables: offered }: TemplateType = templateTypes[type];
  // What is offered may be used, whether this mail has it or not.
  const blank = Object.fromEntries(Object.keys(offered).map((name) => [name, '']));
  return renderApart({ ...edited, isTransactional }, { ...blank, ...variables });
}

/** Throws `invalid` with everything that stands against sending these words. */
export async function refuseUnfit(type: NotificationType, words: Words): Promise<void> {
  const { isTransactional, variables }: TemplateType = templateTypes[type];
  const problems = await checkApart({ ...words, isTransactional }, variables);
  if (problems.length === 0) return;
  const violations = problems.map(({ path, message }) => ({ path, code: 'template', message }));
  throw new Refusal('invalid', { violations });
}
