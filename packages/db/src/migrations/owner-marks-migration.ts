import { Migration } from "@mikro-orm/migrations";

/** Remembers which document made or took which object, and what it applied last. */
export class OwnerMarksMigration extends Migration {
  override up(): void {
    this.addSql(tables);
  }
}

const tables = `
create table owner_marks (
  target_kind text not null,
  target_uid text not null,
  source text not null,
  name text not null,
  applied jsonb not null,
  applied_at timestamptz(3) not null default now(),
  primary key (target_kind, target_uid)
);
create index owner_marks_source_index on owner_marks (source);
alter table owner_marks add constraint owner_marks_kind_check check (target_kind in ('settings', 'group',
  'connection', 'model'));
`;
