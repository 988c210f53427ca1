import { Migration } from "@mikro-orm/migrations";

/** Keeps writes of many models, with what became of each. */
export class OperationsMigration extends Migration {
  override up(): void {
    this.addSql(tables);
  }
}

const tables = `
create table operations (
  id uuid not null default gen_random_uuid(),
  kind text not null,
  actor_id uuid null,
  author jsonb not null,
  state text not null,
  total int not null,
  counts jsonb not null,
  undoes uuid null,
  created_at timestamptz(3) not null default clock_timestamp(),
  touched_at timestamptz(3) not null default clock_timestamp(),
  finished_at timestamptz(3) null,
  primary key (id)
);
create index operations_actor_id_index on operations (actor_id, created_at);
create index operations_created_at_index on operations (created_at);
alter table operations add constraint operations_state_check check (state in ('running', 'done', 'failed'));
alter table operations add constraint operations_actor_id_foreign foreign key (actor_id) references users (id)
  on delete set null;

create table operation_chunks (
  operation_id uuid not null,
  index int not null,
  work text null,
  results jsonb null,
  change bigint null,
  primary key (operation_id, index)
);
create index operation_chunks_change_index on operation_chunks (change);
alter table operation_chunks add constraint operation_chunks_operation_id_foreign foreign key (operation_id)
  references operations (id) on delete cascade;
`;
