/** Which refunds gave back what the booking never cost: a cancellation takes them off what came (`rules.md` §5). */

const guard = (fixed: readonly string[]) => /* sql */ `
create or replace function guard_refund_moves() returns trigger language plpgsql as $$
begin
  if (${fixed.map((column) => `new.${column}`).join(', ')}) is distinct from
     (${fixed.map((column) => `old.${column}`).join(', ')}) then
    raise exception 'what a refund is of never changes' using errcode = 'restrict_violation', constraint = 'refunds_fixed';
  end if;
  if new.status <> old.status
    and not exists (select from refund_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a refund does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'refunds_moves';
  end if;
  return new;
end $$;
`;
const fixed = ['payment_id', 'booking_id', 'amount_cents', 'source'];

export const up = /* sql */ `
alter table refunds add column is_surplus boolean not null default false;
update refunds set is_surplus = true
  where rule in ('late_payment', 'duplicate_payment', 'cancelled_payment') or reschedule_id is not null;
${guard([...fixed, 'is_surplus'])}
`;

export const down = /* sql */ `
${guard(fixed)}
alter table refunds drop column is_surplus;
`;
