import { Migration } from "@mikro-orm/migrations";

/** Everything that the first version has: tables, keys, the change log and its triggers. */
export class InitialMigration extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(foreignKeys);
    this.addSql(functions);
    this.addSql(triggers);
  }
}

const tables = `
create table users (
  id uuid not null default gen_random_uuid(),
  name text not null,
  email text not null,
  email_verified boolean not null default false,
  image text null,
  role text not null default 'pending',
  status text not null default 'active',
  is_first_administrator boolean not null default false,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create unique index users_email_unique on users (lower(email));
create unique index users_first_administrator on users (is_first_administrator) where is_first_administrator;
alter table users add constraint users_role_check check (role in ('pending', 'user', 'admin'));
alter table users add constraint users_status_check check (status in ('active', 'suspended'));

create table sessions (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  token text not null,
  expires_at timestamptz(3) not null,
  ip_address text null,
  user_agent text null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create index sessions_user_id_index on sessions (user_id);
alter table sessions add constraint sessions_token_unique unique (token);

create table accounts (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  account_id text not null,
  provider_id text not null,
  access_token text null,
  refresh_token text null,
  id_token text null,
  access_token_expires_at timestamptz(3) null,
  refresh_token_expires_at timestamptz(3) null,
  scope text null,
  password text null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create index accounts_user_id_index on accounts (user_id);
alter table accounts add constraint accounts_provider_account_unique unique (provider_id, account_id);

create table verifications (
  id uuid not null default gen_random_uuid(),
  identifier text not null,
  value text not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
create index verifications_identifier_index on verifications (identifier);

create table api_keys (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  name text not null,
  key_hash text not null,
  masked text not null,
  scopes text[] null,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3) null,
  expires_at timestamptz(3) null,
  revoked_at timestamptz(3) null,
  primary key (id)
);
create index api_keys_user_id_index on api_keys (user_id);
alter table api_keys add constraint api_keys_key_hash_unique unique (key_hash);
create unique index api_keys_user_name_unique on api_keys (user_id, name) where revoked_at is null;

create table groups (
  id uuid not null default gen_random_uuid(),
  name text not null,
  description text not null default '',
  created_at timestamptz(3) not null default now(),
  primary key (id)
);
create unique index groups_name_unique on groups (lower(name));

create table group_members (
  group_id uuid not null,
  user_id uuid not null,
  primary key (group_id, user_id)
);
create index group_members_user_id_index on group_members (user_id);

create table settings (
  key text not null,
  value jsonb not null,
  updated_at timestamptz(3) not null default now(),
  primary key (key)
);

create table connections (
  uid uuid not null default gen_random_uuid(),
  slug text not null,
  name text not null,
  provider text not null,
  url text not null,
  auth_type text not null,
  sealed_key text null,
  key_fingerprint text null,
  key_set_at timestamptz(3) null,
  sealed_headers text null,
  header_names text[] not null default '{}',
  enabled boolean not null default true,
  prefix text null,
  tags text[] not null default '{}',
  connection_type text not null,
  models jsonb not null,
  default_visibility text not null default 'private',
  params jsonb not null,
  timeouts jsonb not null,
  concurrency int null,
  position int not null,
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  archived_at timestamptz(3) null,
  primary key (uid)
);
create unique index connections_slug_unique on connections (slug) where archived_at is null;
create unique index connections_prefix_unique on connections (lower(prefix)) where archived_at is null;
alter table connections add constraint connections_provider_check check (provider in ('ollama', 'openai'));
alter table connections add constraint connections_default_visibility_check check (default_visibility in
  ('public', 'private', 'restricted'));
alter table connections add constraint connections_archived_check check (archived_at is null or (sealed_key is
  null and sealed_headers is null and not enabled));

create table connection_grants (
  id bigserial primary key,
  connection_uid uuid not null,
  level text not null,
  group_id uuid null,
  user_id uuid null
);
create index connection_grants_group_id_index on connection_grants (group_id);
create index connection_grants_user_id_index on connection_grants (user_id);
create unique index connection_grants_unique on connection_grants (connection_uid, level, group_id, user_id)
  nulls not distinct;
alter table connection_grants add constraint connection_grants_level_check check (level in ('read', 'write'));
alter table connection_grants add constraint connection_grants_principal_check check (num_nonnulls(group_id,
  user_id) = 1);

create table connection_health (
  connection_uid uuid not null,
  last_success_at timestamptz(3) null,
  last_failure_at timestamptz(3) null,
  error_code text null,
  error_message text null,
  consecutive_failures int not null default 0,
  latency_ms double precision null,
  model_count int not null default 0,
  listing_digest text null,
  primary key (connection_uid)
);

create table base_models (
  uid uuid not null default gen_random_uuid(),
  public_id text not null,
  name_key text not null,
  merge_key text null,
  first_seen_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  primary key (uid)
);
alter table base_models add constraint base_models_merge_key_unique unique (merge_key);

create table placements (
  uid uuid not null default gen_random_uuid(),
  base_uid uuid not null,
  connection_uid uuid not null,
  upstream_id text not null,
  facts jsonb not null,
  missing_since timestamptz(3) null,
  primary key (uid)
);
create index placements_base_uid_index on placements (base_uid);
alter table placements add constraint placements_upstream_unique unique (connection_uid, upstream_id);

create table images (
  hash text not null,
  mime text not null,
  bytes bytea not null,
  used_at timestamptz(3) not null default now(),
  primary key (hash)
);

create table model_records (
  uid uuid not null default gen_random_uuid(),
  kind text not null,
  id text null,
  name text not null,
  override_of uuid null,
  base_base_uid uuid null,
  base_record_uid uuid null,
  base_id text null,
  base_access text not null default 'inherit',
  vouched_by uuid null,
  owner_id uuid null,
  created_by uuid null,
  params jsonb not null,
  param_modes jsonb not null,
  meta jsonb not null,
  image_hash text null,
  access_kind text not null,
  is_active boolean not null default true,
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (uid)
);
alter table model_records add constraint model_records_override_of_unique unique (override_of);
create index model_records_base_base_uid_index on model_records (base_base_uid);
create index model_records_base_record_uid_index on model_records (base_record_uid);
create index model_records_vouched_by_index on model_records (vouched_by);
create index model_records_owner_id_index on model_records (owner_id);
create index model_records_created_by_index on model_records (created_by);
create index model_records_image_hash_index on model_records (image_hash);
alter table model_records add constraint model_records_kind_check check (kind in ('override', 'custom'));
alter table model_records add constraint model_records_shape_check check (case kind when 'override' then
  override_of is not null and id is null and owner_id is null and base_id is null and
  num_nonnulls(base_base_uid, base_record_uid) = 0 else override_of is null and id is not null and base_id is
  not null and num_nonnulls(base_base_uid, base_record_uid) <= 1 and access_kind <> 'inherit' end);
alter table model_records add constraint model_records_access_check check (access_kind in ('public',
  'private', 'restricted', 'inherit'));
alter table model_records add constraint model_records_base_access_check check (base_access in ('inherit',
  'delegate_by_role', 'delegate_by_user') and (base_access = 'delegate_by_user' or vouched_by is null));

create table record_grants (
  id bigserial primary key,
  record_uid uuid not null,
  level text not null,
  group_id uuid null,
  user_id uuid null
);
create index record_grants_group_id_index on record_grants (group_id);
create index record_grants_user_id_index on record_grants (user_id);
create unique index record_grants_unique on record_grants (record_uid, level, group_id, user_id) nulls not
  distinct;
alter table record_grants add constraint record_grants_level_check check (level in ('read', 'write'));
alter table record_grants add constraint record_grants_principal_check check (num_nonnulls(group_id, user_id)
  = 1);

create table public_names (
  key text not null,
  display text not null,
  base_uid uuid null,
  record_uid uuid null,
  primary key (key)
);
create index public_names_base_uid_index on public_names (base_uid);
create index public_names_record_uid_index on public_names (record_uid);
alter table public_names add constraint public_names_owner_check check (num_nonnulls(base_uid, record_uid) =
  1);

create table change_counter (
  id smallint not null default 1,
  epoch text not null,
  change bigint not null default 0,
  catalog bigint not null default 0,
  pruned bigint not null default 0,
  primary key (id)
);
alter table change_counter add constraint change_counter_one_row_check check (id = 1);

create table changes (
  id bigserial primary key,
  n bigint not null,
  catalog_n bigint null,
  at timestamptz(3) not null default clock_timestamp(),
  actor_id text not null,
  acting_as text null,
  action text not null,
  target_kind text not null,
  target_uid text not null,
  revision int null,
  before jsonb null,
  after jsonb null,
  request_id text null,
  undoes bigint null
);
create index changes_n_target_index on changes (n, target_kind, target_uid);
create index changes_target_index on changes (target_kind, target_uid, n);
`;

const foreignKeys = `
alter table sessions add constraint sessions_user_id_foreign foreign key (user_id) references users (id) on
  delete cascade;
alter table accounts add constraint accounts_user_id_foreign foreign key (user_id) references users (id) on
  delete cascade;
alter table api_keys add constraint api_keys_user_id_foreign foreign key (user_id) references users (id) on
  delete cascade;
alter table group_members add constraint group_members_group_id_foreign foreign key (group_id) references
  groups (id) on update cascade on delete cascade;
alter table group_members add constraint group_members_user_id_foreign foreign key (user_id) references users
  (id) on update cascade on delete cascade;
alter table connection_grants add constraint connection_grants_connection_uid_foreign foreign key
  (connection_uid) references connections (uid) on delete cascade;
alter table connection_grants add constraint connection_grants_group_id_foreign foreign key (group_id)
  references groups (id) on delete cascade;
alter table connection_grants add constraint connection_grants_user_id_foreign foreign key (user_id)
  references users (id) on delete cascade;
alter table connection_health add constraint connection_health_connection_uid_foreign foreign key
  (connection_uid) references connections (uid) on update cascade on delete cascade;
alter table placements add constraint placements_base_uid_foreign foreign key (base_uid) references
  base_models (uid) on delete cascade;
alter table placements add constraint placements_connection_uid_foreign foreign key (connection_uid)
  references connections (uid) on delete cascade;
alter table model_records add constraint model_records_override_of_foreign foreign key (override_of)
  references base_models (uid) on delete no action;
alter table model_records add constraint model_records_base_base_uid_foreign foreign key (base_base_uid)
  references base_models (uid) on delete set null;
alter table model_records add constraint model_records_base_record_uid_foreign foreign key (base_record_uid)
  references model_records (uid) on delete set null;
alter table model_records add constraint model_records_vouched_by_foreign foreign key (vouched_by) references
  users (id) on delete set null;
alter table model_records add constraint model_records_owner_id_foreign foreign key (owner_id) references
  users (id) on delete set null;
alter table model_records add constraint model_records_created_by_foreign foreign key (created_by) references
  users (id) on delete set null;
alter table model_records add constraint model_records_image_hash_foreign foreign key (image_hash) references
  images (hash) on delete no action;
alter table record_grants add constraint record_grants_record_uid_foreign foreign key (record_uid) references
  model_records (uid) on delete cascade;
alter table record_grants add constraint record_grants_group_id_foreign foreign key (group_id) references
  groups (id) on delete cascade;
alter table record_grants add constraint record_grants_user_id_foreign foreign key (user_id) references users
  (id) on delete cascade;
alter table public_names add constraint public_names_base_uid_foreign foreign key (base_uid) references
  base_models (uid) on delete cascade;
alter table public_names add constraint public_names_record_uid_foreign foreign key (record_uid) references
  model_records (uid) on delete cascade;
`;

const functions = `
-- Takes the transaction's number, once: all its rows share it, because it is atomic for readers. The counter's row
-- stays locked until the commit that follows, which makes the order of numbers the order of commits.
create function corral_take_number(alters_list boolean) returns bigint language plpgsql as $$
declare
  taken bigint := nullif(current_setting('corral.n', true), '')::bigint;
begin
  if taken is null then
    update change_counter
      set change = change + 1, catalog = case when alters_list then change + 1 else catalog end
      returning change into taken;
    perform set_config('corral.n', taken::text, true);
    perform set_config('corral.lists', case when alters_list then 'on' else 'off' end, true);
    perform pg_notify('corral_changes', taken::text);
  elsif alters_list and current_setting('corral.lists', true) = 'off' then
    update change_counter set catalog = taken;
    perform set_config('corral.lists', 'on', true);
  end if;
  return taken;
end $$;

-- Writes one line of the log. Who wrote comes from the unit of work; a writer that says nothing is the database itself.
create function corral_write_change(
  kind text, uid text, number bigint, alters_list boolean, old_row jsonb, new_row jsonb, operation text
) returns void language plpgsql as $$
begin
  insert into changes (
    n, catalog_n, actor_id, acting_as, action, target_kind, target_uid, revision, before, after, request_id, undoes
  ) values (
    number,
    case when alters_list then number end,
    coalesce(nullif(current_setting('corral.actor', true), ''), 'database'),
    nullif(current_setting('corral.acting_as', true), ''),
    coalesce(nullif(current_setting('corral.action', true), ''), operation),
    kind,
    uid,
    (coalesce(new_row, old_row) ->> 'revision')::int,
    old_row,
    new_row,
    nullif(current_setting('corral.request_id', true), ''),
    nullif(current_setting('corral.undoes', true), '')::bigint
  );
end $$;

-- One line instead of thousands, for a restore or a bulk load: everybody reads everything again.
create function corral_note_reload() returns void language plpgsql as $$
begin
  if nullif(current_setting('corral.n', true), '') is null then
    perform corral_write_change('reload', '', corral_take_number(true), true, null, null, 'reload');
  end if;
end $$;

-- A row that is only a part of its object: one line a transaction says that the object changed.
create function corral_note_part(kind text, uid text, alters_list boolean, operation text) returns void
language plpgsql as $$
declare
  number bigint := corral_take_number(alters_list);
begin
  if not exists (select from changes where n = number and target_kind = kind and target_uid = uid) then
    perform corral_write_change(kind, uid, number, alters_list, null, null, operation);
  end if;
end $$;

-- Arguments: kind of the target, column with its uid, 'catalog' or 'quiet', 'full' or 'parent', hidden columns.
create function corral_note_change() returns trigger language plpgsql as $$
declare
  kind text := tg_argv[0];
  alters_list boolean := tg_argv[2] = 'catalog';
  hidden text[] := string_to_array(tg_argv[4], ',');
  operation text := lower(tg_op);
  old_row jsonb;
  new_row jsonb;
  old_uid text;
  new_uid text;
begin
  if current_setting('corral.reload', true) = 'on' then
    perform corral_note_reload();
    return null;
  end if;
  if tg_op <> 'INSERT' then
    old_row := to_jsonb(old) - hidden;
    old_uid := old_row ->> tg_argv[1];
  end if;
  if tg_op <> 'DELETE' then
    new_row := to_jsonb(new) - hidden;
    new_uid := new_row ->> tg_argv[1];
  end if;
  if coalesce(old_uid, new_uid) is null then return null; end if;
  if tg_argv[3] = 'parent' then
    if old_uid is not null then perform corral_note_part(kind, old_uid, alters_list, operation); end if;
    if new_uid is not null then perform corral_note_part(kind, new_uid, alters_list, operation); end if;
  else
    if kind = 'settings' and coalesce(new_uid, old_uid) like 'secret.%' then
      old_row := old_row - 'value';
      new_row := new_row - 'value';
    end if;
    perform corral_write_change(
      kind, coalesce(new_uid, old_uid), corral_take_number(alters_list), alters_list, old_row, new_row, operation
    );
    if new_uid is not null and old_uid <> new_uid then
      perform corral_note_part(kind, old_uid, alters_list, operation);
    end if;
  end if;
  return null;
end $$;

-- Runs the deferred triggers and tells the number they took; null when nothing changed. The last statement of a write.
create function corral_finish() returns bigint language plpgsql as $$
begin
  set constraints all immediate;
  return nullif(current_setting('corral.n', true), '')::bigint;
end $$;

create function corral_move_revision() returns trigger language plpgsql as $$
begin
  new.revision := old.revision + 1;
  return new;
end $$;

create function corral_refuse_rewriting() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('corral.pruning', true) = 'on' then return old; end if;
  raise exception 'The change log is append-only.' using errcode = 'restrict_violation';
end $$;

-- Cuts the log: what is older than keep, but never the newest keep_rows lines. Returns how many lines went.
create function corral_prune_changes(keep interval, keep_rows bigint) returns bigint language plpgsql as $$
declare
  by_age bigint := (select max(n) from changes where at < clock_timestamp() - keep);
  by_count bigint := (select n - 1 from changes order by id desc offset greatest(keep_rows - 1, 0) limit 1);
  removed bigint;
begin
  if by_age is null or by_count is null then return 0; end if;
  perform set_config('corral.pruning', 'on', true);
  delete from changes where n <= least(by_age, by_count);
  get diagnostics removed = row_count;
  perform set_config('corral.pruning', 'off', true);
  if removed > 0 then
    update change_counter set pruned = greatest(pruned, least(by_age, by_count));
  end if;
  return removed;
end $$;

-- The counter's row is the lock: with one of its own, two transactions could each wait for what the other holds.
create function corral_keep_an_administrator() returns trigger language plpgsql as $$
begin
  perform from change_counter for update;
  if not exists (select from users where role = 'admin' and status = 'active') then
    raise exception 'There must stay one active administrator.'
      using errcode = 'check_violation', constraint = 'users_last_administrator', table = 'users';
  end if;
  return null;
end $$;

-- Makes the first account the administrator. False: there is or was one already, also when many ask at once.
create function corral_claim_first_administrator(claimant uuid) returns boolean language plpgsql as $$
begin
  perform from change_counter for update;
  if exists (select from users where role = 'admin' or is_first_administrator) then return false; end if;
  update users set role = 'admin', status = 'active', is_first_administrator = true where id = claimant;
  return found;
end $$;

insert into change_counter (epoch) values (left(replace(gen_random_uuid()::text, '-', ''), 8));
`;

const triggers = `
create constraint trigger users_last_administrator after delete or update of role, status on users deferrable
  initially deferred for each row when (old.role = 'admin' and old.status = 'active') execute function
  corral_keep_an_administrator();
create constraint trigger users_change after insert or delete on users deferrable initially deferred for each
  row execute function corral_note_change('user', 'id', 'catalog', 'full', '');
create constraint trigger users_change_update after update of name, email, role, status on users deferrable
  initially deferred for each row when ((old.name, old.email, old.role, old.status) is distinct from
  (new.name, new.email, new.role, new.status)) execute function corral_note_change('user', 'id', 'catalog',
  'full', '');
create constraint trigger sessions_change after delete on sessions deferrable initially deferred for each row
  execute function corral_note_change('session', 'id', 'quiet', 'full', 'token');
create constraint trigger sessions_change_update after update of user_id, token on sessions deferrable
  initially deferred for each row when ((old.user_id, old.token) is distinct from (new.user_id, new.token))
  execute function corral_note_change('session', 'id', 'quiet', 'full', 'token');
create constraint trigger sessions_shortened after update of expires_at on sessions deferrable initially
  deferred for each row when (new.expires_at < old.expires_at) execute function corral_note_change('session',
  'id', 'quiet', 'full', 'token');
create constraint trigger api_keys_change after insert or delete on api_keys deferrable initially deferred for
  each row execute function corral_note_change('key', 'id', 'quiet', 'full', 'key_hash');
create constraint trigger api_keys_change_update after update of user_id, name, key_hash, scopes, expires_at,
  revoked_at on api_keys deferrable initially deferred for each row when ((old.user_id, old.name,
  old.key_hash, old.scopes, old.expires_at, old.revoked_at) is distinct from (new.user_id, new.name,
  new.key_hash, new.scopes, new.expires_at, new.revoked_at)) execute function corral_note_change('key', 'id',
  'quiet', 'full', 'key_hash');
create constraint trigger groups_change after insert or delete on groups deferrable initially deferred for
  each row execute function corral_note_change('group', 'id', 'catalog', 'full', '');
create constraint trigger groups_change_update after update of name, description on groups deferrable
  initially deferred for each row when ((old.name, old.description) is distinct from (new.name,
  new.description)) execute function corral_note_change('group', 'id', 'catalog', 'full', '');
create constraint trigger group_members_change after insert or delete on group_members deferrable initially
  deferred for each row execute function corral_note_change('group', 'group_id', 'catalog', 'full', '');
create constraint trigger group_members_user_change after insert or delete on group_members deferrable
  initially deferred for each row execute function corral_note_change('user', 'user_id', 'catalog', 'parent',
  '');
create constraint trigger settings_change after insert or delete on settings deferrable initially deferred for
  each row execute function corral_note_change('settings', 'key', 'catalog', 'full', '');
create constraint trigger settings_change_update after update of value on settings deferrable initially
  deferred for each row when ((old.value) is distinct from (new.value)) execute function
  corral_note_change('settings', 'key', 'catalog', 'full', '');
create constraint trigger connections_change after insert or delete on connections deferrable initially
  deferred for each row execute function corral_note_change('connection', 'uid', 'catalog', 'full',
  'sealed_key,sealed_headers');
create constraint trigger connections_change_update after update of revision, slug, name, url, auth_type,
  sealed_key, sealed_headers, enabled, prefix, tags, connection_type, models, default_visibility, params,
  timeouts, concurrency, position, archived_at on connections deferrable initially deferred for each row when
  ((old.revision, old.slug, old.name, old.url, old.auth_type, old.sealed_key, old.sealed_headers, old.enabled,
  old.prefix, old.tags, old.connection_type, old.models, old.default_visibility, old.params, old.timeouts,
  old.concurrency, old.position, old.archived_at) is distinct from (new.revision, new.slug, new.name, new.url,
  new.auth_type, new.sealed_key, new.sealed_headers, new.enabled, new.prefix, new.tags, new.connection_type,
  new.models, new.default_visibility, new.params, new.timeouts, new.concurrency, new.position,
  new.archived_at)) execute function corral_note_change('connection', 'uid', 'catalog', 'full',
  'sealed_key,sealed_headers');
create trigger connections_revision before update on connections for each row when (new.revision =
  old.revision and (old.revision, old.slug, old.name, old.url, old.auth_type, old.sealed_key,
  old.sealed_headers, old.enabled, old.prefix, old.tags, old.connection_type, old.models,
  old.default_visibility, old.params, old.timeouts, old.concurrency, old.position, old.archived_at) is
  distinct from (new.revision, new.slug, new.name, new.url, new.auth_type, new.sealed_key, new.sealed_headers,
  new.enabled, new.prefix, new.tags, new.connection_type, new.models, new.default_visibility, new.params,
  new.timeouts, new.concurrency, new.position, new.archived_at)) execute function corral_move_revision();
create constraint trigger connection_grants_change after insert or delete on connection_grants deferrable
  initially deferred for each row execute function corral_note_change('connection', 'connection_uid',
  'catalog', 'full', '');
create constraint trigger connection_grants_change_update after update of level, group_id, user_id on
  connection_grants deferrable initially deferred for each row when ((old.level, old.group_id, old.user_id) is
  distinct from (new.level, new.group_id, new.user_id)) execute function corral_note_change('connection',
  'connection_uid', 'catalog', 'full', '');
create constraint trigger base_models_change after insert or delete on base_models deferrable initially
  deferred for each row execute function corral_note_change('base', 'uid', 'catalog', 'parent', '');
create constraint trigger base_models_change_update after update of public_id, changed_at on base_models
  deferrable initially deferred for each row when ((old.public_id, old.changed_at) is distinct from
  (new.public_id, new.changed_at)) execute function corral_note_change('base', 'uid', 'catalog', 'parent',
  '');
create constraint trigger placements_change after insert or delete on placements deferrable initially deferred
  for each row execute function corral_note_change('base', 'base_uid', 'catalog', 'parent', '');
create constraint trigger placements_change_update after update of base_uid, facts, missing_since on
  placements deferrable initially deferred for each row when ((old.base_uid, old.facts, old.missing_since) is
  distinct from (new.base_uid, new.facts, new.missing_since)) execute function corral_note_change('base',
  'base_uid', 'catalog', 'parent', '');
create constraint trigger model_records_change after insert or delete on model_records deferrable initially
  deferred for each row execute function corral_note_change('record', 'uid', 'catalog', 'full', '');
create constraint trigger model_records_change_update after update of revision, id, name, override_of,
  base_base_uid, base_record_uid, base_id, base_access, vouched_by, owner_id, created_by, params, param_modes,
  meta, image_hash, access_kind, is_active on model_records deferrable initially deferred for each row when
  ((old.revision, old.id, old.name, old.override_of, old.base_base_uid, old.base_record_uid, old.base_id,
  old.base_access, old.vouched_by, old.owner_id, old.created_by, old.params, old.param_modes, old.meta,
  old.image_hash, old.access_kind, old.is_active) is distinct from (new.revision, new.id, new.name,
  new.override_of, new.base_base_uid, new.base_record_uid, new.base_id, new.base_access, new.vouched_by,
  new.owner_id, new.created_by, new.params, new.param_modes, new.meta, new.image_hash, new.access_kind,
  new.is_active)) execute function corral_note_change('record', 'uid', 'catalog', 'full', '');
create trigger model_records_revision before update on model_records for each row when (new.revision =
  old.revision and (old.revision, old.id, old.name, old.override_of, old.base_base_uid, old.base_record_uid,
  old.base_id, old.base_access, old.vouched_by, old.owner_id, old.created_by, old.params, old.param_modes,
  old.meta, old.image_hash, old.access_kind, old.is_active) is distinct from (new.revision, new.id, new.name,
  new.override_of, new.base_base_uid, new.base_record_uid, new.base_id, new.base_access, new.vouched_by,
  new.owner_id, new.created_by, new.params, new.param_modes, new.meta, new.image_hash, new.access_kind,
  new.is_active)) execute function corral_move_revision();
create constraint trigger record_grants_change after insert or delete on record_grants deferrable initially
  deferred for each row execute function corral_note_change('record', 'record_uid', 'catalog', 'full', '');
create constraint trigger record_grants_change_update after update of level, group_id, user_id on
  record_grants deferrable initially deferred for each row when ((old.level, old.group_id, old.user_id) is
  distinct from (new.level, new.group_id, new.user_id)) execute function corral_note_change('record',
  'record_uid', 'catalog', 'full', '');
create constraint trigger public_names_base_change after insert or delete on public_names deferrable initially
  deferred for each row execute function corral_note_change('base', 'base_uid', 'catalog', 'parent', '');
create constraint trigger public_names_base_change_update after update of key, display, base_uid on
  public_names deferrable initially deferred for each row when ((old.key, old.display, old.base_uid) is
  distinct from (new.key, new.display, new.base_uid)) execute function corral_note_change('base', 'base_uid',
  'catalog', 'parent', '');
create constraint trigger public_names_record_change after insert or delete on public_names deferrable
  initially deferred for each row execute function corral_note_change('record', 'record_uid', 'catalog',
  'parent', '');
create constraint trigger public_names_record_change_update after update of key, display, record_uid on
  public_names deferrable initially deferred for each row when ((old.key, old.display, old.record_uid) is
  distinct from (new.key, new.display, new.record_uid)) execute function corral_note_change('record',
  'record_uid', 'catalog', 'parent', '');
create trigger changes_append_only before update or delete on changes for each row execute function
  corral_refuse_rewriting();
create trigger changes_never_truncated before truncate on changes
  for each statement execute function corral_refuse_rewriting();
`;
