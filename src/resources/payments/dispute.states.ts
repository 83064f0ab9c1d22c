/** A dispute's states and the only moves between them (`rules.md` §5). The database holds the same table. */

export type DisputeStatus = 'open' | 'won' | 'lost';

/** What was lost may be reinstated later. */
export const disputeMoves = {
  open: ['won', 'lost'],
  won: [],
  lost: ['won'],
} as const satisfies Record<DisputeStatus, readonly DisputeStatus[]>;
