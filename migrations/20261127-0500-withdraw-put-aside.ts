/** A refund put aside is withdrawn too, when a cancellation or a new reschedule decides anew (`rules.md` §5). */

export const up = /* sql */ `
insert into refund_moves values ('needs_review', 'withdrawn');
`;

export const down = /* sql */ `
delete from refund_moves where from_status = 'needs_review' and to_status = 'withdrawn';
`;
