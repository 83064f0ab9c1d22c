import type { Service } from '../../pricing/rate-card.ts';
import type { Basket } from '../bookings/basket.ts';
import type { VanDay } from './capacity-memory.ts';
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

/** What is asked of the calendar: a service, perhaps a package, perhaps so many specialty items. */
export interface LoadQuestion {
  readonly service: Service | null;
  readonly package: string | null;
  readonly specialtyItems: number | null;
}

/** The least that a booking of that kind takes of a van: a day without room for it is full. */
export function leastLoad(terms: VanLoadTerms, asked: LoadQuestion): VanLoad {
  const specialtyItems = asked.specialtyItems ?? (asked.service === 'specialty_item' ? 1 : 0);
  const special = specialtyItems * Math.min(...(specialtyItems > 0 ? terms.specialtyItems.values() : [0]));
  switch (asked.service) {
    case 'mini_move':
      return { slots: packageSlots(terms, asked.package), specialtyItems: 0 };
    case 'standard_delivery':
      return { slots: terms.standardDelivery + special, specialtyItems };
    case 'specialty_item':
      return { slots: special, specialtyItems };
    case 'airport_transfer':
      return { slots: terms.airportTransfer, specialtyItems: 0 };
    case null: {
      if (asked.package !== null) return { slots: packageSlots(terms, asked.package), specialtyItems };
      return specialtyItems > 0
        ? { slots: special, specialtyItems }
        : { slots: Math.min(terms.standardDelivery, terms.airportTransfer), specialtyItems };
    }
  }
}

/** Slots of a package, or of the smallest one; `null` is a whole van. */
function packageSlots(terms: VanLoadTerms, code: string | null): number | null {
  const slots = [...terms.packages]
    .filter(([each]) => code === null || each === code)
    .map(([, many]) => many);
  const counted = slots.filter((many) => many !== null);
  return counted.length > 0 ? Math.min(...counted) : null;
}

/** Whether a van has room for it on a day, as the database decides when it is taken. */
export function hasRoom(van: VanDay, { slots, specialtyItems }: VanLoad): boolean {
  if (!van.open || van.wholeTaken || van.specialtyTaken + specialtyItems > van.specialtyLimit) return false;
  return slots === null ? van.bookings === 0 && van.slots > 0 : van.slotsTaken + slots <= van.slots;
}

/** Whether any van in service could carry a basket if it were empty (`rules.md` §2). */
export function fitsAnEmptyVan(snapshot: Pick<RateCardSnapshot, 'vans' | 'load'>, basket: Basket): boolean {
  const { slots, specialtyItems } = vanLoad(basket, snapshot.load);
  return snapshot.vans.some(
    (van) => (slots ?? van.slots) <= van.slots && specialtyItems <= van.specialtyLimit,
  );
}
