import { Migration } from "@mikro-orm/migrations";

/** The announced end of models, and who uses them. */
export class LifecyclesMigration extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(triggers);
  }
}

const tables = `
create table model_lifecycles (
  uid uuid not null,
  base_uid uuid null,
  record_uid uuid null,
  deprecated_at timestamptz(3) not null default now(),
  retires_at timestamptz(3) null,
  successor_base_uid uuid null,
  successor_record_uid uuid null,
  note text not null default '',
  primary key (uid)
);
alter table model_lifecycles add constraint model_lifecycles_base_uid_unique unique (base_uid);
alter table model_lifecycles add constraint model_lifecycles_record_uid_unique unique (record_uid);
create index model_lifecycles_successor_base_uid_index on model_lifecycles (successor_base_uid);
create index model_lifecycles_successor_record_uid_index on model_lifecycles (successor_record_uid);
alter table model_lifecycles add constraint model_lifecycles_base_uid_foreign foreign key (base_uid) references
  base_models (uid) on delete cascade;
alter table model_lifecycles add constraint model_lifecycles_record_uid_foreign foreign key (record_uid)
  references model_records (uid) on delete cascade;
alter table model_lifecycles add constraint model_lifecycles_successor_base_uid_foreign foreign key
  (successor_base_uid) references base_models (uid) on delete set null;
alter table model_lifecycles add constraint model_lifecycles_successor_record_uid_foreign foreign key
  (successor_record_uid) references model_records (uid) on delete set null;
alter table model_lifecycles add constraint model_lifecycles_model_check check (num_nonnulls(base_uid,
  record_uid) = 1 and uid = coalesce(base_uid, record_uid));
alter table model_lifecycles add constraint model_lifecycles_successor_check check
  (num_nonnulls(successor_base_uid, successor_record_uid) <= 1);
create table model_uses (
  id bigserial primary key,
  model_uid uuid not null,
  user_id uuid not null,
  key_id uuid null,
  last_used_at timestamptz(3) not null
);
create index model_uses_user_id_index on model_uses (user_id);
create index model_uses_key_id_index on model_uses (key_id);
create unique index model_uses_unique on model_uses (model_uid, user_id, key_id) nulls not distinct;
alter table model_uses add constraint model_uses_user_id_foreign foreign key (user_id) references users (id) on
  delete cascade;
alter table model_uses add constraint model_uses_key_id_foreign foreign key (key_id) references api_keys (id)
  on delete cascade;
`;

const triggers = `
create constraint trigger model_lifecycles_change after insert or delete on model_lifecycles deferrable
  initially deferred for each row execute function corral_note_change('lifecycle', 'uid', 'catalog', 'full',
  '');
create constraint trigger model_lifecycles_change_update after update of deprecated_at, retires_at,
  successor_base_uid, successor_record_uid, note on model_lifecycles deferrable initially deferred for each
  row when ((old.deprecated_at, old.retires_at, old.successor_base_uid, old.successor_record_uid, old.note) is
  distinct from (new.deprecated_at, new.retires_at, new.successor_base_uid, new.successor_record_uid,
  new.note)) execute function corral_note_change('lifecycle', 'uid', 'catalog', 'full', '');
`;
