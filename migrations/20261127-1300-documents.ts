/** Documents: what was uploaded to a booking. The files lie in the store, under keys made of the rows' ids. */

export const up = /* sql */ `
create table documents (
  id uuid primary key default gen_random_uuid(),
  booking_id uuid not null references bookings,
  customer_id uuid references customers,
  category text not null check (category in ('coi', 'invoice', 'receipt', 'photo', 'proof_of_delivery', 'other')),
  tags text[] not null default '{}',
  file_name text not null check (length(file_name) between 1 and 200 and file_name !~ '[/\\\\[:cntrl:]]'),
  content_type text not null check (content_type in ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
  byte_size integer not null check (byte_size between 1 and 15728640),
  status text not null default 'awaiting' check (status in ('awaiting', 'stored', 'refused', 'gone')),
  refusal text check (refusal in ('size', 'type', 'infected')),
  scanned_by text check (length(scanned_by) between 1 and 100),
  uploader text not null check (uploader in ('customer', 'staff', 'system')),
  uploaded_by uuid references staff_users,
  stored_at timestamptz,
  gone_at timestamptz,
  gone_because text check (gone_because in ('abandoned', 'kept_long_enough', 'replaced', 'erased')),
  file_deleted_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint documents_stored check (status <> 'stored' or stored_at is not null),
  constraint documents_refused check (status <> 'refused' or refusal is not null),
  constraint documents_gone check ((status = 'gone') = (gone_at is not null and gone_because is not null)),
  constraint documents_uploader check (uploaded_by is null or uploader = 'staff')
);
create index documents_booking on documents (booking_id, created_at);
create index documents_customer on documents (customer_id, created_at desc) where customer_id is not null;
create index documents_created on documents (created_at desc, id);
create index documents_category on documents (category, created_at desc);
create index documents_awaiting on documents (created_at) where status = 'awaiting';
create trigger refuse_delete before delete on documents for each row execute function refuse_delete();

create table document_moves (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);
insert into document_moves values
  ('awaiting', 'stored'), ('awaiting', 'refused'), ('awaiting', 'gone'), ('stored', 'gone'), ('refused', 'gone');

create function guard_document_moves() returns trigger language plpgsql as $$
begin
  if (new.booking_id, new.category, new.content_type, new.byte_size)
    is distinct from (old.booking_id, old.category, old.content_type, old.byte_size) then
    raise exception 'what a document is never changes' using errcode = 'restrict_violation', constraint = 'documents_fixed';
  end if;
  if new.status <> old.status
    and not exists (select from document_moves where from_status = old.status and to_status = new.status) then
    raise exception 'a document does not move from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'documents_moves';
  end if;
  return new;
end $$;
create trigger guard_document_moves before update on documents for each row execute function guard_document_moves();

create table document_purges (
  id uuid primary key default gen_random_uuid(),
  started_by uuid references staff_users,
  abandoned integer not null check (abandoned >= 0),
  kept_long_enough integer not null check (kept_long_enough >= 0),
  replaced integer not null check (replaced >= 0),
  strays integer not null default 0 check (strays >= 0),
  freed_bytes bigint not null check (freed_bytes >= 0),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index document_purges_created on document_purges (created_at desc, id);

create function document_customer() returns trigger language plpgsql as $$
begin
  select customer_id into new.customer_id from bookings where id = new.booking_id;
  return new;
end $$;
create trigger document_customer before insert on documents for each row execute function document_customer();

create function documents_follow_customer() returns trigger language plpgsql as $$
begin
  update documents set customer_id = new.customer_id where booking_id = new.id;
  return null;
end $$;
create trigger documents_follow_customer after update of customer_id on bookings for each row
  when (old.customer_id is distinct from new.customer_id) execute function documents_follow_customer();
`;

export const down = /* sql */ `
drop trigger documents_follow_customer on bookings;
drop table documents, document_moves, document_purges;
drop function documents_follow_customer();
drop function document_customer();
drop function guard_document_moves();
`;
