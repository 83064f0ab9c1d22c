import type { Context } from '../../context.ts';
import { select } from '../_kit/sql.ts';

/** Whether mail to an address bounced or was complained of: it gets no more. */
export async function isSuppressed(ctx: Context, recipient: string): Promise<boolean> {
  const found = await select(ctx, 'select from mail_suppressions where email = $1', [
    recipient.toLowerCase(),
  ]);
  return found.length > 0;
}
