import { formatInstant, formatServiceDay } from '../../../clock.ts';
import type { Booking } from '../../bookings/booking.model.ts';
import type { Paper } from '../../payments/papers/paper.ts';
import type { CompanyInsurance } from './company-insurance.ts';

/** What staff say of a certificate; everything else on it is of the booking and of the settings. */
export interface CertificateWords {
  readonly certificateHolder: string;
  readonly holderAddress: string;
  /** Where the crew works. */
  readonly building: string;
  /** What the building asks to read; '' for nothing. */
  readonly description: string;
}

/** The certificate that we issue to a building (`product.md` §6). */
export function certificatePaper(
  { number: bookingNumber, pickupDate }: Pick<Booking, 'number' | 'pickupDate'>,
  insurance: CompanyInsurance,
  words: CertificateWords,
  { number, at }: { readonly number: string; readonly at: Date },
): Paper {
  const { effectiveDate, expiryDate, coverageCents, aggregateCents } = insurance;
  return {
    title: 'Certificate of insurance',
    number,
    facts: [
      ['Certificate holder', `${words.certificateHolder}\n${words.holderAddress}`],
      ['Insured', insurance.insured],
      ['Insurer', insurance.insurer],
      ['Insurance', insurance.kind],
      ['Policy number', insurance.policyNumber],
      ['Valid', `${formatServiceDay(effectiveDate)} to ${formatServiceDay(expiryDate)}`],
      ['For the move', `${bookingNumber} on ${formatServiceDay(pickupDate)}`],
      ['At', words.building],
      ...(words.description === '' ? [] : [['Description', words.description] as const]),
      ['Issued', formatInstant(at)],
    ],
    lines: [
      { label: 'Coverage for each occurrence', amountCents: coverageCents },
      ...(aggregateCents === null
        ? []
        : [{ label: 'Aggregate of all occurrences', amountCents: aggregateCents }]),
    ],
    totals: [],
    foot: 'This certificate informs its holder. It does not change, extend or replace what the policy itself covers. All sums are in US dollars.',
    madeAt: at,
  };
}
