import { Migration } from "@mikro-orm/migrations";

/** Lets people sign in with one-time codes and passkeys. */
export class SecondFactorsMigration extends Migration {
  override up(): void {
    this.addSql(`
alter table users add column two_factor_enabled boolean not null default false;

create table two_factors (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true,
  failed_verification_count int not null default 0,
  locked_until timestamptz(3) null,
  primary key (id)
);
alter table two_factors add constraint two_factors_user_id_unique unique (user_id);
alter table two_factors add constraint two_factors_user_id_foreign foreign key (user_id) references users (id)
  on delete cascade;

create table passkeys (
  id uuid not null default gen_random_uuid(),
  name text null,
  public_key text not null,
  user_id uuid not null,
  credential_id text not null,
  counter double precision not null,
  device_type text not null,
  backed_up boolean not null,
  transports text null,
  created_at timestamptz(3) null,
  aaguid text null,
  primary key (id)
);
create index passkeys_user_id_index on passkeys (user_id);
alter table passkeys add constraint passkeys_credential_id_unique unique (credential_id);
alter table passkeys add constraint passkeys_user_id_foreign foreign key (user_id) references users (id)
  on delete cascade;
`);
  }
}
