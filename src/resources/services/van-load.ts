import type { Basket } from '../bookings/basket.ts';
import type { RateCardSnapshot, VanLoadTerms } from './rate-card-snapshot.ts';

/** What a basket takes of one van. `slots: null` is the whole van, whatever its size. */
export interface VanLoad {
  readonly slots: number | null;
  readonly specialtyItems: number;
}

/** Slots and specialty items of a basket (`product.md` §2): all items of a booking ride in one van. */
export function vanLoad(basket: Basket, terms: VanLoadTerms): VanLoad {
  const specialtyItems = (basket.specialtyItems ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  if (basket.miniMove) {
    const slots = terms.packages.get(basket.miniMove.package);
    return { slots: slots === undefined ? null : slots, specialtyItems };
  }
  const special = (basket.specialtyItems ?? []).reduce(
    (sum, { item, quantity }) => sum + quantity * (terms.specialtyItems.get(item) ?? 1),
    0,
  );
  const ordinary = (basket.standardDelivery?.itemCount ?? 0) > 0 ? terms.standardDelivery : 0;
  const bags = basket.airportTransfer ? terms.airportTransfer : 0;
  return { slots: special + ordinary + bags, specialtyItems };
}

/** Whether any van in service could carry a basket if it were empty (`rules.md` §2). */
export function fitsAnEmptyVan(snapshot: Pick<RateCardSnapshot, 'vans' | 'load'>, basket: Basket): boolean {
  const { slots, specialtyItems } = vanLoad(basket, snapshot.load);
  return snapshot.vans.some(
    (van) => (slots ?? van.slots) <= van.slots && specialtyItems <= van.specialtyLimit,
  );
}
