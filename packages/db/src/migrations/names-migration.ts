import { Migration } from "@mikro-orm/migrations";

/** Aliases, and what is said about every tag of one of Ollama's names at once. */
export class NamesMigration extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(triggers);
  }
}

const tables = `
create table aliases (
  uid uuid not null default gen_random_uuid(),
  id text not null,
  description text not null default '',
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (uid)
);
create table base_name_overrides (
  uid uuid not null default gen_random_uuid(),
  key text not null,
  name text not null,
  params jsonb not null,
  param_modes jsonb not null,
  meta jsonb not null,
  image_hash text null,
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (uid)
);
create table alias_targets (
  id bigserial primary key,
  alias_uid uuid not null,
  position int not null,
  base_uid uuid null,
  record_uid uuid null,
  target_id text not null,
  weight int not null default 1
);
alter table base_name_overrides add constraint base_name_overrides_key_unique unique (key);
create index base_name_overrides_image_hash_index on base_name_overrides (image_hash);
create index alias_targets_base_uid_index on alias_targets (base_uid);
create index alias_targets_record_uid_index on alias_targets (record_uid);
alter table alias_targets add constraint alias_targets_position_unique unique (alias_uid, position);
alter table public_names drop constraint public_names_owner_check;
alter table public_names add alias_uid uuid null;
alter table public_names add constraint public_names_alias_uid_foreign foreign key (alias_uid) references
  aliases (uid) on delete cascade;
create index public_names_alias_uid_index on public_names (alias_uid);
alter table public_names add constraint public_names_owner_check check (num_nonnulls(base_uid, record_uid,
  alias_uid) = 1);
alter table base_name_overrides add constraint base_name_overrides_image_hash_foreign foreign key
  (image_hash) references images (hash) on delete no action;
alter table alias_targets add constraint alias_targets_alias_uid_foreign foreign key (alias_uid)
  references aliases (uid) on delete cascade;
alter table alias_targets add constraint alias_targets_base_uid_foreign foreign key (base_uid) references
  base_models (uid) on delete set null;
alter table alias_targets add constraint alias_targets_record_uid_foreign foreign key (record_uid)
  references model_records (uid) on delete set null;
alter table alias_targets add constraint alias_targets_target_check check (num_nonnulls(base_uid,
  record_uid) <= 1);
alter table alias_targets add constraint alias_targets_weight_check check (weight >= 0 and weight <= 10000);
`;

const triggers = `
create constraint trigger public_names_alias_change after insert or delete on public_names deferrable
  initially deferred for each row execute function corral_note_change('alias', 'alias_uid', 'catalog',
  'parent', '');
create constraint trigger public_names_alias_change_update after update of key, display, alias_uid on
  public_names deferrable initially deferred for each row when ((old.key, old.display, old.alias_uid) is
  distinct from (new.key, new.display, new.alias_uid)) execute function corral_note_change('alias',
  'alias_uid', 'catalog', 'parent', '');
create constraint trigger aliases_change after insert or delete on aliases deferrable initially deferred
  for each row execute function corral_note_change('alias', 'uid', 'catalog', 'full', '');
create constraint trigger aliases_change_update after update of revision, id, description on aliases
  deferrable initially deferred for each row when ((old.revision, old.id, old.description) is distinct from
  (new.revision, new.id, new.description)) execute function corral_note_change('alias', 'uid', 'catalog',
  'full', '');
create trigger aliases_revision before update on aliases for each row when (new.revision = old.revision
  and (old.revision, old.id, old.description) is distinct from (new.revision, new.id, new.description))
  execute function corral_move_revision();
create constraint trigger base_name_overrides_change after insert or delete on base_name_overrides
  deferrable initially deferred for each row execute function corral_note_change('base_name', 'uid',
  'catalog', 'full', '');
create constraint trigger base_name_overrides_change_update after update of revision, key, name, params,
  param_modes, meta, image_hash on base_name_overrides deferrable initially deferred for each row when
  ((old.revision, old.key, old.name, old.params, old.param_modes, old.meta, old.image_hash) is distinct from
  (new.revision, new.key, new.name, new.params, new.param_modes, new.meta, new.image_hash)) execute function
  corral_note_change('base_name', 'uid', 'catalog', 'full', '');
create trigger base_name_overrides_revision before update on base_name_overrides for each row when
  (new.revision = old.revision and (old.revision, old.key, old.name, old.params, old.param_modes, old.meta,
  old.image_hash) is distinct from (new.revision, new.key, new.name, new.params, new.param_modes, new.meta,
  new.image_hash)) execute function corral_move_revision();
create constraint trigger alias_targets_change after insert or delete on alias_targets deferrable
  initially deferred for each row execute function corral_note_change('alias', 'alias_uid', 'catalog',
  'full', '');
create constraint trigger alias_targets_change_update after update of position, base_uid, record_uid,
  target_id, weight on alias_targets deferrable initially deferred for each row when ((old.position,
  old.base_uid, old.record_uid, old.target_id, old.weight) is distinct from (new.position, new.base_uid,
  new.record_uid, new.target_id, new.weight)) execute function corral_note_change('alias', 'alias_uid',
  'catalog', 'full', '');
`;
