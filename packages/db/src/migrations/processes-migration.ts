import { Migration } from "@mikro-orm/migrations";

/** Lets several processes serve one database: each holds a lease and says how far it has come. */
export class ProcessesMigration extends Migration {
  override up(): void {
    this.addSql(`
create unlogged table processes (
  id uuid not null,
  started_at timestamptz(3) not null default clock_timestamp(),
  lease_until timestamptz(3) not null,
  epoch text not null,
  confirmed bigint not null,
  primary key (id)
);
create unlogged table process_census (
  id smallint not null default 1,
  since timestamptz(3) not null default clock_timestamp(),
  primary key (id)
);
alter table process_census add constraint process_census_one_row_check check (id = 1);
insert into process_census (since) values ('epoch');
`);
  }
}
