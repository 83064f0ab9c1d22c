/** The places at which a process can be told to kill itself: `crashPoint` in src. */

export const checkoutPoints = [
  'checkout.reserved',
  'checkout.intent_created',
  'checkout.intent_stored',
] as const;

/** Those at which a worker passes. */
export const workerPoints = [
  'settle.fetched',
  'settle.before_commit',
  'settle.committed',
  'expiry.intent_cancelled',
] as const;

export const crashPoints = [...checkoutPoints, ...workerPoints] as const;
