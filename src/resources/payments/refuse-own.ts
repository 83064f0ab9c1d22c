import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { Refund } from './refund.model.ts';

/** The id of the person who decides. Throws `forbidden` for nobody, and for whoever asked for this refund themselves. */
export function refuseOwn({ actor }: Context, { requestedBy }: Refund): string {
  if (actor.type !== 'staff') throw new Refusal('forbidden');
  if (actor.id === requestedBy)
    throw new Refusal('forbidden', { detail: 'You asked for this refund: another admin decides.' });
  return actor.id;
}
