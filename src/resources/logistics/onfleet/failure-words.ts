/** Why a task failed: Onfleet's codes as people say it, staff and customers alike. */

const words: Readonly<Record<string, string>> = {
  CUSTOMER_UNAVAILABLE: 'Nobody was there to meet the driver',
  CUSTOMER_NOT_FOUND: 'Nobody was there to meet the driver',
  NO_SHOW: 'Nobody was there to meet the driver',
  NO_ANSWER: 'Nobody opened',
  CUSTOMER_CANCELLED: 'It was called off at the door',
  CUSTOMER_CANCELED: 'It was called off at the door',
  CUSTOMER_REFUSED: 'It was refused at the door',
  REFUSED: 'It was refused at the door',
  CANNOT_FIND_LOCATION: 'The driver could not find the address',
  LOCATION_NOT_FOUND: 'The driver could not find the address',
  ADDRESS_NOT_FOUND: 'The driver could not find the address',
  WRONG_ADDRESS: 'The address was not the right one',
  NO_ACCESS: 'The driver could not get in',
  CANNOT_ACCESS: 'The driver could not get in',
  ITEM_DAMAGED: 'Something was damaged',
  DAMAGED: 'Something was damaged',
  ITEM_MISSING: 'Something was missing',
  VEHICLE_ISSUE: 'The van broke down',
  WEATHER: 'The weather did not allow it',
  TOO_LATE: 'The driver came too late',
};

const withoutReason = new Set(['', 'NONE', 'OTHER']);

export const NO_REASON = 'The driver gave no reason';

/** Words that a customer may read; `null` for what we have none for. */
export function knownFailure(code: string | null | undefined): string | null {
  return (code && words[code]) || null;
}

/**
 * For staff, without the full stop: `The driver could not find the address: no number on the house`. A code that we have no
 * words for is spelt out (`GATE_SHUT` as `Gate shut`), and what an office wrote as its own reason stays as it is.
 */
export function failureWords(code: string | null | undefined, notes: string | null | undefined): string {
  const said = (notes ?? '').trim().replace(/[.\s]+$/, '');
  const reason = withoutReason.has(code ?? '') ? '' : (knownFailure(code) ?? spelt(code ?? ''));
  return [reason, said].filter(Boolean).join(': ') || NO_REASON;
}

function spelt(code: string): string {
  if (!/^[A-Z\d]+(?:_[A-Z\d]+)*$/.test(code)) return code.trim().replace(/[.\s]+$/, '');
  const small = code.toLowerCase().replaceAll('_', ' ');
  return small.charAt(0).toUpperCase() + small.slice(1);
}
