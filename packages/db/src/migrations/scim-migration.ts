import { Migration } from "@mikro-orm/migrations";

/** Lets a directory manage accounts and groups. */
export class ScimMigration extends Migration {
  override up(): void {
    this.addSql(`
create table scim_tokens (
  id uuid not null default gen_random_uuid(),
  name text not null,
  token_hash text not null,
  masked text not null,
  new_user_role text not null,
  created_at timestamptz(3) not null default now(),
  primary key (id)
);
alter table scim_tokens add constraint scim_tokens_token_hash_unique unique (token_hash);
alter table scim_tokens add constraint scim_tokens_role_check check (new_user_role in ('pending', 'user'));
create constraint trigger scim_tokens_change after insert or delete on scim_tokens deferrable initially deferred
  for each row execute function corral_note_change('scim_token', 'id', 'quiet', 'full', 'token_hash');
create constraint trigger scim_tokens_change_update after update of name, token_hash, new_user_role on scim_tokens
  deferrable initially deferred for each row when ((old.name, old.token_hash, old.new_user_role) is distinct from
  (new.name, new.token_hash, new.new_user_role)) execute function corral_note_change('scim_token', 'id', 'quiet',
  'full', 'token_hash');

create table scim_users (
  user_id uuid not null,
  user_name text not null,
  external_id text null,
  given_name text null,
  family_name text null,
  updated_at timestamptz(3) not null default now(),
  primary key (user_id)
);
create index scim_users_external_id_index on scim_users (external_id);
create unique index scim_users_user_name_unique on scim_users (lower(user_name));
alter table scim_users add constraint scim_users_user_id_foreign foreign key (user_id) references users (id)
  on update cascade on delete cascade;

create table scim_groups (
  group_id uuid not null,
  external_id text null,
  primary key (group_id)
);
create index scim_groups_external_id_index on scim_groups (external_id);
alter table scim_groups add constraint scim_groups_group_id_foreign foreign key (group_id) references groups (id)
  on update cascade on delete cascade;
`);
  }
}
