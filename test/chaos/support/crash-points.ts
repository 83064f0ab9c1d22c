/** The places at which a process can be told to kill itself: `crashPoint` in src. */

/** Those at which a customer's request passes. */
export const requestPoints = [
  'checkout.reserved',
  'checkout.intent_created',
  'checkout.intent_stored',
  'cancel.committed',
] as const;

/** Those at which a worker passes, and again after the next start: a refund that was made is settled by its webhook too. */
export const workerPoints = [
  'settle.fetched',
  'settle.before_commit',
  'settle.committed',
  'expiry.intent_cancelled',
  'refund.sent',
  'refund.before_commit',
  'refund.committed',
] as const;

export const crashPoints = [...requestPoints, ...workerPoints] as const;
