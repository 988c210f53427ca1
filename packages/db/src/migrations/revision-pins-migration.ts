import { Migration } from "@mikro-orm/migrations";

/** Holds callers to earlier revisions of models. */
export class RevisionPinsMigration extends Migration {
  override up(): void {
    this.addSql(table);
    this.addSql(triggers);
  }
}

const table = `
create table revision_pins (
  uid uuid not null default gen_random_uuid(),
  record_uid uuid not null,
  revision int not null,
  user_id uuid null,
  key_id uuid null,
  percent int null,
  config jsonb not null,
  created_by uuid null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (uid)
);
create index revision_pins_record_uid_index on revision_pins (record_uid);
create index revision_pins_user_id_index on revision_pins (user_id);
create index revision_pins_key_id_index on revision_pins (key_id);
create index revision_pins_created_by_index on revision_pins (created_by);
alter table revision_pins add constraint revision_pins_target_check check (num_nonnulls(user_id, key_id,
  percent) = 1);
alter table revision_pins add constraint revision_pins_percent_check check (percent >= 1 and percent <= 100);
alter table revision_pins add constraint revision_pins_record_uid_foreign foreign key (record_uid) references
  model_records (uid) on delete cascade;
alter table revision_pins add constraint revision_pins_user_id_foreign foreign key (user_id) references users
  (id) on delete cascade;
alter table revision_pins add constraint revision_pins_key_id_foreign foreign key (key_id) references api_keys
  (id) on delete cascade;
alter table revision_pins add constraint revision_pins_created_by_foreign foreign key (created_by) references
  users (id) on delete set null;
`;

const triggers = `
create constraint trigger revision_pins_change after insert or delete on revision_pins deferrable initially
  deferred for each row execute function corral_note_change('record', 'record_uid', 'quiet', 'full', 'config');
create constraint trigger revision_pins_change_update after update of record_uid, user_id, key_id, percent,
  revision on revision_pins deferrable initially deferred for each row when ((old.record_uid, old.user_id,
  old.key_id, old.percent, old.revision) is distinct from (new.record_uid, new.user_id, new.key_id,
  new.percent, new.revision)) execute function corral_note_change('record', 'record_uid', 'quiet', 'full',
  'config');
`;
