import type { Context } from '../../context.ts';
import { execute } from '../_kit/sql.ts';
import { templateTypes } from './templates/catalogue.ts';

/** Gives every kind of mail its row, at each start; words that nobody edited follow the code's. */
export async function keepTemplates(ctx: Context): Promise<void> {
  const rows = Object.entries(templateTypes).map(([type, { subject, html, text }]) => ({
    type,
    subject,
    html,
    text,
  }));
  await execute(
    ctx,
    `insert into email_templates (type, subject, html, text, created_at, updated_at)
     select type, subject, html, text, $2, $2
     from jsonb_to_recordset($1::jsonb) as t(type text, subject text, html text, text text) order by type
     on conflict (type) do update set subject = excluded.subject, html = excluded.html, text = excluded.text,
       updated_at = excluded.updated_at
     where not email_templates.is_edited and (email_templates.subject, email_templates.html, email_templates.text)
       is distinct from (excluded.subject, excluded.html, excluded.text)`,
    [JSON.stringify(rows), ctx.clock.now()],
  );
}
