import { z } from 'zod';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { audit } from '../_kit/audit.ts';
import { inTransaction } from '../_kit/in-transaction.ts';
import { execute } from '../_kit/sql.ts';
import { Customer } from './customer.model.ts';
import { type Preference, preferenceWords } from './customer-preferences.ts';

const wish = z.boolean().optional();

/** What a signed-in customer may change; what is left out stays as it is. */
export const preferencesPatchSchema = z
  .strictObject({
    preferences: z
      .strictObject({
        callAhead: wish.meta({ description: 'Call before arriving.' }),
        textRatherThanCall: wish.meta({ description: 'Text rather than call.' }),
        sameCrew: wish.meta({ description: 'The same crew again.' }),
        extraCare: wish.meta({ description: 'Fragile things: extra care.' }),
      })
      .optional(),
    communicationPreferences: z
      .strictObject({
        marketing: wish.meta({
          description: 'News, offers and reminders of open prices. Mail about own bookings always comes.',
        }),
      })
      .optional(),
  })
  .meta({ id: 'PreferencesPatch' });

export type PreferencesPatch = z.output<typeof preferencesPatchSchema>;

export interface CustomerPreferences {
  readonly preferences: Readonly<Record<Preference, boolean>>;
  readonly communicationPreferences: { readonly marketing: boolean };
}

/** What a customer wishes, every wish named. */
export function preferencesOf(customer: Customer): CustomerPreferences {
  const { preferences, communicationPreferences } = customer;
  const names = Object.keys(preferenceWords) as Preference[];
  return {
    preferences: Object.fromEntries(names.map((name) => [name, preferences[name] === true])) as Record<
      Preference,
      boolean
    >,
    communicationPreferences: { marketing: communicationPreferences.marketing === true },
  };
}

interface Change {
  readonly customerId: string;
  readonly patch: PreferencesPatch;
}

/**
 * Changes what a customer wishes, by their own hand (`rules.md` §6). What they say of news and offers is their last word for
 * their address, also when the profile says it already. Throws `not_found` when the person was merged or erased meanwhile.
 */
export async function changePreferences(ctx: Context, { customerId, patch }: Change): Promise<Customer> {
  return inTransaction(ctx, async (tx) => {
    const customer = await Customer.findByPk(customerId, { transaction: tx.tx, lock: tx.tx.LOCK.UPDATE });
    if (!customer || customer.email === null || customer.mergedIntoId !== null)
      throw new Refusal('not_found');
    const before = {
      preferences: customer.preferences,
      communicationPreferences: customer.communicationPreferences,
    };
    const after = {
      preferences: { ...before.preferences, ...given(patch.preferences) },
      communicationPreferences: {
        ...before.communicationPreferences,
        ...given(patch.communicationPreferences),
      },
    };
    const changes = (['preferences', 'communicationPreferences'] as const).flatMap((field) =>
      isSame(before[field], after[field]) ? [] : [[field, [before[field], after[field]]] as const],
    );
    const now = tx.clock.now();
    if (changes.length > 0) {
      const version = customer.version + 1;
      await customer.update({ ...after, version, updatedAt: now }, { transaction: tx.tx });
      await audit(tx, {
        action: 'customer.updated',
        subjectType: 'customer',
        subjectId: customer.id,
        subjectVersion: version,
        customerId: customer.id,
        changes: Object.fromEntries(changes),
      });
    }
    const wanted = patch.communicationPreferences?.marketing;
    if (wanted !== undefined)
      await execute(
        tx,
        `insert into mail_choices (address, topic, wanted, source, chosen_at) values ($1, 'marketing', $2, 'profile', $3)
         on conflict (address, topic) do update
           set wanted = excluded.wanted, source = excluded.source, chosen_at = excluded.chosen_at
           where mail_choices.wanted <> excluded.wanted`,
        [customer.email, wanted, now],
      );
    return customer;
  });
}

type Wishes = Readonly<Record<string, boolean | undefined>>;

function given(wishes: Wishes = {}): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(wishes).flatMap(([name, isWished]) => (isWished === undefined ? [] : [[name, isWished]])),
  );
}

function isSame(one: Wishes, other: Wishes): boolean {
  return Object.keys(other).every((name) => one[name] === other[name]);
}
