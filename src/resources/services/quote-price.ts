import type { ServiceDay } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { type PricedQuote, type PricingTerms, priceChecked, priceQuote } from '../../pricing/price-quote.ts';
import { type QuoteRequest, quoteRequestSchema } from '../../pricing/quote-request.ts';
import { normalizeDiscountCode } from '../../pricing/rate-card.ts';
import { readQuoteRequest } from '../../pricing/read-quote-request.ts';
import { select } from '../_kit/sql.ts';
import { type DayAvailability, dayAvailability } from './day-availability.ts';
import { currentRateCard } from './load-rate-card.ts';
import type { RateCardSnapshot } from './rate-card-snapshot.ts';
import { vanLoad } from './van-load.ts';

export interface QuotedPrice {
  readonly quote: PricedQuote;
  readonly rateCardVersion: number;
  readonly availability: DayAvailability;
}

/** Prices what a customer asks; stores nothing. Throws `invalid` with every violation (`api.md`). */
export async function quotePrice(ctx: Context, input: unknown): Promise<QuotedPrice> {
  const snapshot = await currentRateCard(ctx);
  const read = readQuoteRequest(input, quoteRequestSchema, snapshot.card);
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  const quote = priceChecked(read.request, snapshot.card, await termsOf(ctx, snapshot, read.request));
  const day = read.request.pickupDate as ServiceDay;
  const availability = await dayAvailability(ctx, snapshot, day, vanLoad(read.request, snapshot.load));
  return { quote, rateCardVersion: snapshot.version, availability };
}

/** Who uses the code, for its limits: a booking's own use does not count against it. */
interface CodeUser {
  readonly bookingId: string;
  readonly customerEmail: string | null;
}

/** Prices a request that passed, with the code's validity as of now. Throws `invalid` with every violation. */
export async function priceBySnapshot(
  ctx: Context,
  snapshot: RateCardSnapshot,
  request: QuoteRequest,
  user?: CodeUser,
): Promise<PricedQuote> {
  const result = priceQuote(request, snapshot.card, await termsOf(ctx, snapshot, request, user));
  if (!result.ok) throw new Refusal('invalid', { violations: result.violations });
  return result.quote;
}

async function termsOf(
  ctx: Context,
  snapshot: RateCardSnapshot,
  request: QuoteRequest,
  user?: CodeUser,
): Promise<PricingTerms> {
  const code = request.discountCode === undefined ? null : normalizeDiscountCode(request.discountCode);
  const usable = code !== null && (await mayUse(ctx, snapshot, code, user));
  return { usable: () => usable, coiThresholdCents: snapshot.settings.coiThresholdCents };
}

async function mayUse(
  ctx: Context,
  snapshot: RateCardSnapshot,
  code: string,
  user?: CodeUser,
): Promise<boolean> {
  const validity = snapshot.codes.get(code);
  if (!validity) return false;
  const now = ctx.clock.now();
  if (validity.validFrom && now < validity.validFrom) return false;
  if (validity.validUntil && now >= validity.validUntil) return false;
  if (!validity.limited) return true;
  const [left] = await select<{ free: boolean }>(
    ctx,
    `select (c.maximum_uses is null or count(r.id) < c.maximum_uses)
        and (c.maximum_uses_per_customer is null or count(r.id) filter (where r.customer_email = $3) < c.maximum_uses_per_customer) as free
     from discount_codes c left join discount_redemptions r on r.discount_code_id = c.id and r.booking_id is distinct from $2
     where c.id = $1 group by c.id`,
    [validity.id, user?.bookingId ?? null, user?.customerEmail ?? null],
  );
  return left?.free ?? false;
}
