import { Migration } from "@mikro-orm/migrations";

/** Keeps what Azure OpenAI alone has, and the client secret that signs in to Entra ID. */
export class AzureSettingsMigration extends Migration {
  override up(): void {
    this.addSql(columns);
    this.addSql(triggers);
  }
}

const columns = `
alter table connections
  add column azure jsonb null,
  add column sealed_client_secret text null,
  add column client_secret_fingerprint text null,
  add column client_secret_set_at timestamptz(3) null;
update connections set azure = '{"apiVersion": null, "deployments": [], "entra": null}' where provider = 'azure-openai';
alter table connections add constraint connections_azure_check check ((azure is not null) = (provider =
  'azure-openai'));
alter table connections drop constraint connections_archived_check;
alter table connections add constraint connections_archived_check check (archived_at is null or (sealed_key is
  null and sealed_client_secret is null and sealed_headers is null and not enabled));
`;

const triggers = `
drop trigger connections_change on connections;
drop trigger connections_change_update on connections;
drop trigger connections_revision on connections;
create constraint trigger connections_change after insert or delete on connections deferrable initially
  deferred for each row execute function corral_note_change('connection', 'uid', 'catalog', 'full',
  'sealed_key,sealed_client_secret,sealed_headers');
create constraint trigger connections_change_update after update of revision, slug, name, url, auth_type,
  azure, sealed_key, sealed_client_secret, sealed_headers, enabled, prefix, tags, connection_type, models,
  default_visibility, params, timeouts, concurrency, position, archived_at on connections deferrable initially
  deferred for each row when ((old.revision, old.slug, old.name, old.url, old.auth_type, old.azure,
  old.sealed_key, old.sealed_client_secret, old.sealed_headers, old.enabled, old.prefix, old.tags,
  old.connection_type, old.models, old.default_visibility, old.params, old.timeouts, old.concurrency,
  old.position, old.archived_at) is distinct from (new.revision, new.slug, new.name, new.url, new.auth_type,
  new.azure, new.sealed_key, new.sealed_client_secret, new.sealed_headers, new.enabled, new.prefix, new.tags,
  new.connection_type, new.models, new.default_visibility, new.params, new.timeouts, new.concurrency,
  new.position, new.archived_at)) execute function corral_note_change('connection', 'uid', 'catalog', 'full',
  'sealed_key,sealed_client_secret,sealed_headers');
create trigger connections_revision before update on connections for each row when (new.revision =
  old.revision and (old.revision, old.slug, old.name, old.url, old.auth_type, old.azure, old.sealed_key,
  old.sealed_client_secret, old.sealed_headers, old.enabled, old.prefix, old.tags, old.connection_type,
  old.models, old.default_visibility, old.params, old.timeouts, old.concurrency, old.position,
  old.archived_at) is distinct from (new.revision, new.slug, new.name, new.url, new.auth_type, new.azure,
  new.sealed_key, new.sealed_client_secret, new.sealed_headers, new.enabled, new.prefix, new.tags,
  new.connection_type, new.models, new.default_visibility, new.params, new.timeouts, new.concurrency,
  new.position, new.archived_at)) execute function corral_move_revision();
`;
