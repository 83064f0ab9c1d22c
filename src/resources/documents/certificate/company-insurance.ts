import { formatServiceDay, type ServiceDay, serviceDayOf } from '../../../clock.ts';
import type { Context } from '../../../context.ts';
import { Refusal } from '../../../errors.ts';
import { readSettings, type Settings } from '../../crm/settings.ts';

/** The company's own insurance, as an admin has filled it in on the settings page. */
export interface CompanyInsurance {
  readonly insured: string;
  readonly kind: string;
  readonly insurer: string;
  readonly policyNumber: string;
  /** For each occurrence. */
  readonly coverageCents: number;
  readonly aggregateCents: number | null;
  readonly effectiveDate: ServiceDay;
  readonly expiryDate: ServiceDay;
}

/**
 * What certificates for buildings say of our insurance. Throws `move_not_allowed` with the settings that are missing, when the
 * policy has ended, and when it does not cover that service day.
 */
export async function companyInsurance(ctx: Context, day: ServiceDay): Promise<CompanyInsurance> {
  const settings = await readSettings(ctx);
  const { insuranceCoverageCents, insuranceFrom, insuranceUntil } = settings;
  const missing = missingIn(settings);
  if (insuranceCoverageCents === null || insuranceFrom === null || insuranceUntil === null || missing !== '')
    throw refusal(
      `The company’s insurance is not complete: on the settings page an admin fills in ${missing}.`,
    );
  const [effectiveDate, expiryDate] = [insuranceFrom as ServiceDay, insuranceUntil as ServiceDay];
  if (expiryDate < serviceDayOf(ctx.clock.now()))
    throw refusal(
      `The company’s policy ended on ${formatServiceDay(expiryDate)}: an admin enters the new one on the settings page.`,
    );
  if (day < effectiveDate || expiryDate < day)
    throw refusal(
      `The company’s policy is valid from ${formatServiceDay(effectiveDate)} to ${formatServiceDay(expiryDate)}, which does not cover the service day, ${formatServiceDay(day)}.`,
    );
  return {
    insured: settings.insuranceInsured,
    kind: settings.insuranceKind,
    insurer: settings.insuranceInsurer,
    policyNumber: settings.insurancePolicyNumber,
    coverageCents: insuranceCoverageCents,
    aggregateCents: settings.insuranceAggregateCents,
    effectiveDate,
    expiryDate,
  };
}

const needed = {
  insuranceInsured: 'the insured',
  insuranceKind: 'the kind of insurance',
  insuranceInsurer: 'the insurer',
  insurancePolicyNumber: 'the policy number',
  insuranceCoverageCents: 'the coverage',
  insuranceFrom: 'valid from',
  insuranceUntil: 'valid until',
} as const satisfies Partial<Record<keyof Settings, string>>;

/** The missing ones in words; '' when none is. */
function missingIn(settings: Settings): string {
  const words = Object.entries(needed)
    .filter(([key]) => (settings[key as keyof typeof needed] ?? '') === '')
    .map(([, say]) => say);
  return new Intl.ListFormat('en-US').format(words);
}

function refusal(detail: string): Refusal {
  return new Refusal('move_not_allowed', { detail });
}
