/** Integer cents and basis points, and the only rounding there is: fractions of a cent are dropped (`product.md` §2). */

export type Cents = number & { readonly __brand: 'Cents' };
export type BasisPoints = number & { readonly __brand: 'BasisPoints' };

export const WHOLE: BasisPoints = 10_000 as BasisPoints;
export const ZERO: Cents = 0 as Cents;

/** Checks that a figure is whole cents. Throws `RangeError` otherwise. */
export function cents(amount: number): Cents {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not whole cents: ${amount}`);
  return amount as Cents;
}

/** Checks that a figure is whole basis points (10000 are 100 %). Throws `RangeError` otherwise. */
export function basisPoints(rate: number): BasisPoints {
  if (!Number.isSafeInteger(rate) || rate < 0) throw new RangeError(`not basis points: ${rate}`);
  return rate as BasisPoints;
}

export function sum(amounts: Iterable<Cents>): Cents {
  let total = 0;
  for (const amount of amounts) total += amount;
  return cents(total);
}

export function times(amount: Cents, quantity: number): Cents {
  return cents(amount * quantity);
}

export function minus(amount: Cents, other: Cents): Cents {
  return cents(amount - other);
}

export function smaller(amount: Cents, other: Cents): Cents {
  return amount < other ? amount : other;
}

/** A share of a non-negative amount; a fraction of a cent is dropped. */
export function percentOf(amount: Cents, rate: BasisPoints): Cents {
  // Split so that the product stays exact for every amount the database can hold.
  const whole = Math.floor(amount / WHOLE);
  return cents(whole * rate + Math.floor(((amount % WHOLE) * rate) / WHOLE));
}

/** `$1,725.00`, for people. */
export function formatUsd(amount: Cents): string {
  return usd.format(amount / 100);
}
const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** `15%` or `8.25%`, for people. */
export function formatRate(rate: BasisPoints): string {
  return `${rate / 100}%`;
}
