/** Refunds: their state machine, what may be asked for, who may approve, and the credits that follow them. */

export const up = /* sql */ `
alter table refunds add column rejected_by uuid references staff_users;
alter table refunds
  add constraint refunds_nobody_rejects_their_own check (rejected_by is null or rejected_by <> requested_by),
  add constraint refunds_rejected check ((status = 'rejected') = (rejected_by is not null)),
  add constraint refunds_approved check (source in ('rule', 'external') or approved_by is not null
    or status in ('requested', 'rejected', 'withdrawn', 'needs_review'));
create index refunds_open on refunds (created_at) where status in ('approved', 'sent');
create trigger refuse_delete before delete on refunds for each row execute function refuse_delete();

create table refund_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into refund_moves values
  ('requested', 'approved'), ('requested', 'rejected'), ('requested', 'withdrawn'), ('requested', 'needs_review'),
  ('approved', 'sent'), ('approved', 'succeeded'), ('approved', 'failed'), ('approved', 'needs_review'),
  ('sent', 'succeeded'), ('sent', 'failed'), ('sent', 'needs_review'),
  ('succeeded', 'failed'),
  ('needs_review', 'approved'), ('needs_review', 'rejected'), ('needs_review', 'sent'), ('needs_review', 'succeeded'),
  ('needs_review', 'failed');

create function guard_refund_moves() returns trigger language plpgsql as $$
begin
  if (new.payment_id, new.booking_id, new.amount_cents, new.source) is distinct from
     (old.payment_id, old.booking_id, old.amount_cents, old.source) then
    raise exception 'what a refund is of never changes' using errcode = 'restrict_violation', constraint = 'refunds_fixed';
  end if;
  if new.status <> old.status
    and not exists (select from refund_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a refund does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'refunds_moves';
  end if;
  return new;
end $$;
create trigger guard_refund_moves before update on refunds for each row execute function guard_refund_moves();

create function guard_refund_sum() returns trigger language plpgsql as $$
declare
  counted constant text[] := array['requested', 'approved', 'sent', 'succeeded'];
  paid payments%rowtype;
  others bigint;
begin
  select * into paid from payments where id = new.payment_id for update;
  if paid.booking_id <> new.booking_id then
    raise exception 'payment % is not of booking %', new.payment_id, new.booking_id using errcode = 'foreign_key_violation';
  end if;
  select coalesce(sum(amount_cents), 0) into others from refunds
    where payment_id = new.payment_id and id <> new.id and status = any(counted);
  if others + new.amount_cents > paid.captured_cents - paid.lost_dispute_cents then
    raise exception 'refunds of payment % would give back more than is left', new.payment_id
      using errcode = 'check_violation', constraint = 'refunds_within_captured';
  end if;
  return new;
end $$;
create trigger guard_refund_sum before insert on refunds for each row
  when (new.source <> 'external' and new.status in ('requested', 'approved', 'sent', 'succeeded'))
  execute function guard_refund_sum();
create trigger guard_refund_sum_again before update of status on refunds for each row
  when (new.source <> 'external' and new.status in ('requested', 'approved', 'sent', 'succeeded')
    and old.status not in ('requested', 'approved', 'sent', 'succeeded'))
  execute function guard_refund_sum();

create function guard_refund_decision() returns trigger language plpgsql as $$
begin
  if not exists (select from staff_users where id = coalesce(new.rejected_by, new.approved_by) and role = 'admin'
      and disabled_at is null) then
    raise exception 'refund % is decided by an admin', new.id
      using errcode = 'check_violation', constraint = 'refunds_decided_by_an_admin';
  end if;
  return new;
end $$;
create trigger guard_refund_made before insert on refunds for each row
  when (new.approved_by is not null or new.rejected_by is not null) execute function guard_refund_decision();
create trigger guard_refund_decision before update on refunds for each row
  when (new.approved_by is distinct from old.approved_by or new.rejected_by is distinct from old.rejected_by)
  execute function guard_refund_decision();

alter table credits add column refund_id uuid references refunds;
create index credits_refund on credits (refund_id) where refund_id is not null;
comment on column credits.refund_id is 'the refund whose success wrote it, or whose failure takes it back';
`;

export const down = /* sql */ `
alter table credits drop column refund_id;
drop trigger guard_refund_decision on refunds;
drop trigger guard_refund_made on refunds;
drop trigger guard_refund_sum_again on refunds;
drop trigger guard_refund_sum on refunds;
drop trigger guard_refund_moves on refunds;
drop trigger refuse_delete on refunds;
drop function guard_refund_decision(), guard_refund_sum(), guard_refund_moves();
drop table refund_moves;
drop index refunds_open;
alter table refunds
  drop constraint refunds_approved,
  drop constraint refunds_rejected,
  drop constraint refunds_nobody_rejects_their_own,
  drop column rejected_by;
`;
