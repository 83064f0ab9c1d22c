/** The words of mails as staff edit them, and every version that they ever had. */

export const up = /* sql */ `
create table email_templates (
  id uuid primary key default gen_random_uuid(),
  type text not null check (type ~ '^[a-z][a-z0-9_]{0,49}$'),
  subject text not null check (length(subject) between 1 and 500),
  html text not null check (length(html) between 1 and 60000),
  text text not null check (length(text) between 1 and 30000),
  is_edited boolean not null default false,
  changed_by text check (length(changed_by) between 1 and 200),
  changed_at timestamptz,
  version integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint email_templates_type_once unique (type),
  constraint email_templates_changed check ((changed_by is null) = (changed_at is null))
);
create trigger refuse_delete before delete on email_templates for each row execute function refuse_delete();

create table email_template_versions (
  id uuid primary key default gen_random_uuid(),
  template_id uuid not null references email_templates,
  number integer not null check (number > 0),
  subject text not null,
  html text not null,
  text text not null,
  source text not null check (source in ('written', 'restored', 'default')),
  restored_from integer,
  author_id uuid references staff_users,
  author text not null check (length(author) between 1 and 200),
  created_at timestamptz not null,
  unique (template_id, number),
  foreign key (template_id, restored_from) references email_template_versions (template_id, number),
  constraint email_template_versions_restored
    check ((source = 'restored') = (restored_from is not null) and restored_from < number)
);
create trigger refuse_rewriting before update or delete on email_template_versions
  for each row execute function refuse_rewriting();
create trigger refuse_truncation before truncate on email_template_versions
  for each statement execute function refuse_rewriting();
`;

export const down = /* sql */ `
drop table email_template_versions, email_templates;
`;
