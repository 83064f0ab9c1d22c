/** Names of wishes as they are kept, and their words. A leaf. */

export const preferenceWords = {
  callAhead: 'Call before arriving',
  textRatherThanCall: 'Text rather than call',
  sameCrew: 'Same crew again',
  extraCare: 'Fragile things: extra care',
};
export type Preference = keyof typeof preferenceWords;

export const communicationWords = { marketing: 'News and offers' };
