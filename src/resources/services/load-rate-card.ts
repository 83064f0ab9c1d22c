import { Transaction } from 'sequelize';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import { compileRateCard, type RateCard, rateCardSchema } from '../../pricing/rate-card.ts';
import { select } from '../_kit/sql.ts';
import { readSettings } from '../crm/settings.ts';
import { Airport } from './airport.model.ts';
import { DeliveryTerm } from './delivery-term.model.ts';
import { DiscountCode } from './discount-code.model.ts';
import { MiniMovePackage } from './mini-move-package.model.ts';
import { OrganizingService } from './organizing-service.model.ts';
import type { RateCardSnapshot } from './rate-card-snapshot.ts';
import { ServiceZone } from './service-zone.model.ts';
import { SpecialtyItem } from './specialty-item.model.ts';
import { SurchargeRule } from './surcharge-rule.model.ts';
import { Van } from './van.model.ts';

const remembered = new WeakMap<Context['db'], Promise<RateCardSnapshot>>();

/** The rate card in memory; read once, and again after `forgetRateCard` (a change of the catalogue notifies). */
export function currentRateCard(ctx: Pick<Context, 'db'> & Context): Promise<RateCardSnapshot> {
  const known = remembered.get(ctx.db);
  if (known) return known;
  const loading = loadRateCard(ctx);
  remembered.set(ctx.db, loading);
  loading.catch(() => {
    if (remembered.get(ctx.db) === loading) remembered.delete(ctx.db);
  });
  return loading;
}

/** Makes the next `currentRateCard` read anew. */
export function forgetRateCard(db: Context['db']): void {
  remembered.delete(db);
}

/** Reads the whole catalogue at one moment. Throws `unavailable` while there is none (not seeded). */
async function loadRateCard(outer: Context): Promise<RateCardSnapshot> {
  const isolationLevel = Transaction.ISOLATION_LEVELS.REPEATABLE_READ;
  return outer.db.transaction({ isolationLevel, readOnly: true }, async (tx) => {
    const ctx = { ...outer, tx };
    const options = { transaction: tx, raw: true } as const;
    const active = { ...options, where: { active: true } };
    const byPosition = {
      ...active,
      order: [
        ['position', 'asc'],
        ['code', 'asc'],
      ] as [string, string][],
    };
    const [state] = await select<{ version: number }>(ctx, 'select version from rate_card_state');
    const packages = await MiniMovePackage.findAll(byPosition);
    const organizing = await OrganizingService.findAll({ ...active, order: ['code'] });
    const terms = new Map((await DeliveryTerm.findAll(options)).map((row) => [row.service, row]));
    const specialtyItems = await SpecialtyItem.findAll(byPosition);
    const airports = await Airport.findAll(byPosition);
    const zones = await ServiceZone.findAll({ ...options, order: ['zip'] });
    const rules = await SurchargeRule.findAll({ ...active, order: ['code'] });
    const codes = await DiscountCode.findAll(active);
    const vans = await Van.findAll(active);
    const settings = await readSettings(ctx);
    const standard = terms.get('standard_delivery');
    const specialty = terms.get('specialty_item');
    const airport = terms.get('airport_transfer');
    if (!state || !standard || !specialty || !airport) {
      throw new Refusal('unavailable', { detail: 'There is no rate card yet.' });
    }
    const codeOf = new Map(packages.map((row) => [row.id, row.code]));
    const card: RateCard = rateCardSchema.parse({
      currency: 'usd',
      miniMovePackages: packages.map((row) => ({
        ...pick(row, [
          'code',
          'name',
          'priceCents',
          'maxItems',
          'maxItemWeightLbs',
          'coiIncluded',
          'coiFeeCents',
        ]),
        specificHourFeeCents: row.specificHourFeeCents,
      })),
      organizingServices: organizing
        .filter((row) => codeOf.has(row.packageId))
        .map((row) => ({
          ...pick(row, [
            'code',
            'kind',
            'name',
            'priceCents',
            'hours',
            'organizers',
            'suppliesAllowanceCents',
          ]),
          package: codeOf.get(row.packageId),
        })),
      organizingTaxBasisPoints: settings.organizingTaxBasisPoints,
      standardDelivery: {
        pricePerItemCents: standard.pricePerUnitCents,
        minimumItems: standard.minimumUnits,
        ...pick(standard, ['minimumChargeCents', 'sameDayFeeCents', 'coiFeeCents', 'maxItemWeightLbs']),
      },
      specialtyItems: specialtyItems.map((row) => pick(row, ['code', 'name', 'priceCents'])),
      specialtyDelivery: pick(specialty, ['minimumChargeCents', 'sameDayFeeCents', 'coiFeeCents']),
      airportTransfer: {
        pricePerBagCents: airport.pricePerUnitCents,
        minimumBags: airport.minimumUnits,
        minimumChargeCents: airport.minimumChargeCents,
        airports: airports.map((row) => pick(row, ['code', 'name', 'terminals'])),
      },
      zones: {
        surchargePerAddressCents: settings.zoneSurchargePerAddressCents,
        core: zones.filter((row) => row.zone === 'core').map((row) => row.zip),
        surcharge: zones.filter((row) => row.zone === 'surcharge').map((row) => row.zip),
      },
      surchargeRules: rules.map((row) => ({
        ...pick(row, ['code', 'name', 'type', 'services']),
        ...figureOf(row),
        ...(row.type === 'weekend' ? { weekdays: row.weekdays } : { from: row.fromDay, to: row.toDay }),
      })),
      discountCodes: codes.map((row) => ({
        ...pick(row, ['code', 'minimumOrderCents', 'maximumDiscountCents', 'services']),
        ...figureOf(row),
      })),
    });
    const compiled = compileRateCard(card);
    return {
      version: state.version,
      card: compiled,
      settings,
      codes: new Map(
        codes.map((row) => [
          row.code,
          {
            ...pick(row, ['id', 'validFrom', 'validUntil']),
            limited: row.maximumUses !== null || row.maximumUsesPerCustomer !== null,
          },
        ]),
      ),
      vans: vans.map((row) => pick(row, ['slots', 'specialtyLimit'])),
      load: {
        packages: new Map(packages.map((row) => [row.code, row.vanSlots])),
        specialtyItems: new Map(specialtyItems.map((row) => [row.code, row.vanSlots])),
        standardDelivery: standard.vanSlots,
        airportTransfer: airport.vanSlots,
      },
      descriptions: new Map([...packages, ...specialtyItems].map((row) => [row.code, row.description])),
    };
  });
}

/** A row has exactly one of the two figures; the rate card leaves the other out. */
function figureOf(row: { amountCents: number | null; percentBasisPoints: number | null }): object {
  return row.amountCents === null
    ? { percentBasisPoints: row.percentBasisPoints }
    : { amountCents: row.amountCents };
}

function pick<Row extends object, Field extends keyof Row>(
  row: Row,
  fields: readonly Field[],
): Pick<Row, Field> {
  return Object.fromEntries(fields.map((field) => [field, row[field]])) as Pick<Row, Field>;
}
