/** Mails that go out later and to staff, what people want to be sent, and what customers say afterwards. */

export const up = /* sql */ `
alter table notifications
  add column staff_user_id uuid references staff_users,
  add column scheduled_for timestamptz,
  add column queued_at timestamptz;
create index notifications_scheduled on notifications (scheduled_for)
  where scheduled_for is not null and queued_at is null and status = 'waiting';

create table mail_choices (
  address text not null check (address = lower(address) and length(address) between 1 and 254),
  topic text not null check (topic in ('marketing')),
  wanted boolean not null,
  source text not null check (source in ('one_click', 'page', 'profile')),
  chosen_at timestamptz not null,
  primary key (address, topic)
);

-- What is changed in a profile is a choice, whoever changes it; with another address the choice goes along.
create function keep_mail_choice() returns trigger language plpgsql as $$
begin
  if new.email is null then
    return null;
  end if;
  if old.email is distinct from new.email then
    insert into mail_choices (address, topic, wanted, source, chosen_at)
      select lower(new.email), topic, wanted, source, chosen_at from mail_choices where address = lower(old.email)
      on conflict do nothing;
  end if;
  if new.communication_preferences -> 'marketing' is distinct from old.communication_preferences -> 'marketing' then
    insert into mail_choices (address, topic, wanted, source, chosen_at)
      values (lower(new.email), 'marketing', coalesce((new.communication_preferences ->> 'marketing')::boolean, false),
        'profile', new.updated_at)
      on conflict (address, topic) do update
        set wanted = excluded.wanted, source = excluded.source, chosen_at = excluded.chosen_at
        where mail_choices.wanted <> excluded.wanted;
  end if;
  return null;
end $$;
create trigger keep_mail_choice after update on customers for each row
  when ((old.email, old.communication_preferences) is distinct from (new.email, new.communication_preferences))
  execute function keep_mail_choice();

create table feedbacks (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null constraint feedbacks_booking_once unique references bookings,
  score integer not null check (score between 1 and 5),
  comment text check (length(comment) between 1 and 2000),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index feedbacks_created on feedbacks (created_at desc, id);
create index feedbacks_score on feedbacks (score, created_at);
create trigger refuse_delete before delete on feedbacks for each row execute function refuse_delete();
`;

export const down = /* sql */ `
drop table feedbacks;
drop trigger keep_mail_choice on customers;
drop function keep_mail_choice;
drop table mail_choices;
alter table notifications drop column staff_user_id, drop column scheduled_for, drop column queued_at;
`;
