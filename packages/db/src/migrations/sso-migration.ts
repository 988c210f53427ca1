import { Migration } from "@mikro-orm/migrations";

/** Lets people sign in at identity providers. */
export class SsoMigration extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(triggers);
  }
}

const tables = `
create table identity_providers (
  id uuid not null default gen_random_uuid(),
  slug text not null,
  name text not null,
  issuer text not null,
  client_id text not null,
  sealed_client_secret text null,
  client_secret_fingerprint text null,
  scopes text[] not null,
  groups_claim text null,
  groups jsonb not null,
  role_claim text null,
  roles jsonb not null,
  new_users jsonb not null,
  new_user_role text not null,
  link_by_email boolean not null,
  enabled boolean not null,
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (id)
);
alter table identity_providers add constraint identity_providers_slug_unique unique (slug);
alter table identity_providers add constraint identity_providers_role_check check (new_user_role in ('pending', 'user'));

create table given_memberships (
  provider_id uuid not null,
  user_id uuid not null,
  group_id uuid not null,
  primary key (provider_id, user_id, group_id)
);
create index given_memberships_user_id_index on given_memberships (user_id);
create index given_memberships_group_id_index on given_memberships (group_id);
alter table given_memberships add constraint given_memberships_provider_id_foreign foreign key (provider_id)
  references identity_providers (id) on update cascade on delete cascade;
alter table given_memberships add constraint given_memberships_user_id_foreign foreign key (user_id)
  references users (id) on update cascade on delete cascade;
alter table given_memberships add constraint given_memberships_group_id_foreign foreign key (group_id)
  references groups (id) on update cascade on delete cascade;

create table provider_sessions (
  session_id uuid not null,
  provider_id uuid not null,
  sealed_id_token text not null,
  primary key (session_id)
);
create index provider_sessions_provider_id_index on provider_sessions (provider_id);
alter table provider_sessions add constraint provider_sessions_session_id_foreign foreign key (session_id)
  references sessions (id) on update cascade on delete cascade;
alter table provider_sessions add constraint provider_sessions_provider_id_foreign foreign key (provider_id)
  references identity_providers (id) on delete cascade;
`;

const columns = [
  "revision",
  "slug",
  "name",
  "issuer",
  "client_id",
  "scopes",
  "groups_claim",
  "groups",
  "role_claim",
  "roles",
  "new_users",
  "new_user_role",
  "link_by_email",
  "enabled",
];
const list = (row: string) => columns.map((column) => `${row}.${column}`).join(", ");
const note = "corral_note_change('identity_provider', 'id', 'quiet', 'full', 'sealed_client_secret')";

const triggers = `
create constraint trigger identity_providers_change after insert or delete on identity_providers deferrable
  initially deferred for each row execute function ${note};
create constraint trigger identity_providers_change_update after update of ${columns.join(", ")} on
  identity_providers deferrable initially deferred for each row when ((${list("old")}) is distinct from
  (${list("new")})) execute function ${note};
create trigger identity_providers_revision before update on identity_providers for each row when
  (new.revision = old.revision and (${list("old")}) is distinct from (${list("new")})) execute function
  corral_move_revision();
`;
