import { Migration } from "@mikro-orm/migrations";

/** Permissions of groups, service accounts, pictures of people that stay out of the log, and one-time links. */
export class AccountsMigration extends Migration {
  override up(): void {
    this.addSql(groups);
    this.addSql(users);
    this.addSql(keepAnAdministrator);
    this.addSql(links);
  }
}

const groups = `
alter table groups add column permissions text[] not null default '{}';
drop trigger groups_change_update on groups;
create constraint trigger groups_change_update after update of name, description, permissions on groups
  deferrable initially deferred for each row when ((old.name, old.description, old.permissions) is distinct from
  (new.name, new.description, new.permissions)) execute function corral_note_change('group', 'id', 'catalog',
  'full', '');
`;

const users = `
alter table users add column kind text not null default 'person';
alter table users add constraint users_kind_check check (kind in ('person', 'service'));
drop trigger users_change on users;
drop trigger users_change_update on users;
create constraint trigger users_change after insert or delete on users deferrable initially deferred for each
  row execute function corral_note_change('user', 'id', 'catalog', 'full', 'image');
create constraint trigger users_change_update after update of name, email, role, status, kind on users deferrable
  initially deferred for each row when ((old.name, old.email, old.role, old.status, old.kind) is distinct from
  (new.name, new.email, new.role, new.status, new.kind)) execute function corral_note_change('user', 'id', 'catalog', 'full', 'image');
`;

/** A service account has no password, so it cannot be the one who lets everybody in again. */
const keepAnAdministrator = `
create or replace function corral_keep_an_administrator() returns trigger language plpgsql as $$
begin
  perform from change_counter for update;
  if not exists (select from users where role = 'admin' and status = 'active' and kind = 'person') then
    raise exception 'There must stay one active administrator.'
      using errcode = 'check_violation', constraint = 'users_last_administrator', table = 'users';
  end if;
  return null;
end $$;
drop trigger users_last_administrator on users;
create constraint trigger users_last_administrator after delete or update of role, status, kind on users
  deferrable initially deferred for each row when (old.role = 'admin' and old.status = 'active') execute function
  corral_keep_an_administrator();
`;

const links = `
create table account_links (
  id uuid not null default gen_random_uuid(),
  kind text not null,
  token_hash text not null,
  email text null,
  role text null,
  user_id uuid null,
  created_by uuid null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3) null,
  revoked_at timestamptz(3) null,
  primary key (id)
);
alter table account_links add constraint account_links_token_hash_unique unique (token_hash);
create index account_links_user_id_index on account_links (user_id);
create index account_links_created_by_index on account_links (created_by);
alter table account_links add constraint account_links_kind_check check (kind in ('invitation', 'password'));
alter table account_links add constraint account_links_role_check check (role in ('user', 'admin'));
alter table account_links add constraint account_links_shape_check check (case kind when 'invitation' then email
  is not null and role is not null else email is null and role is null and user_id is not null end);
create table account_link_groups (
  link_id uuid not null,
  group_id uuid not null,
  primary key (link_id, group_id)
);
create index account_link_groups_group_id_index on account_link_groups (group_id);
alter table account_links add constraint account_links_user_id_foreign foreign key (user_id) references users (id)
  on delete cascade;
alter table account_links add constraint account_links_created_by_foreign foreign key (created_by) references
  users (id) on delete set null;
alter table account_link_groups add constraint account_link_groups_link_id_foreign foreign key (link_id)
  references account_links (id) on update cascade on delete cascade;
alter table account_link_groups add constraint account_link_groups_group_id_foreign foreign key (group_id)
  references groups (id) on update cascade on delete cascade;
create constraint trigger account_links_change after insert or delete on account_links deferrable initially
  deferred for each row execute function corral_note_change('account_link', 'id', 'quiet', 'full',
  'token_hash');
create constraint trigger account_links_change_update after update of user_id, expires_at, used_at, revoked_at
  on account_links deferrable initially deferred for each row when ((old.user_id, old.expires_at, old.used_at,
  old.revoked_at) is distinct from (new.user_id, new.expires_at, new.used_at, new.revoked_at)) execute function
  corral_note_change('account_link', 'id', 'quiet', 'full', 'token_hash');
create constraint trigger account_link_groups_change after insert or delete on account_link_groups deferrable
  initially deferred for each row execute function corral_note_change('account_link', 'link_id', 'quiet',
  'full', '');
`;
