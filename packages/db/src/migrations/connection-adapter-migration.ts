import { Migration } from "@mikro-orm/migrations";

/** Keeps how an endpoint behaves and is reached, where its adapter would not find out by itself. */
export class ConnectionAdapterMigration extends Migration {
  override up(): void {
    this.addSql("alter table connections add column adapter jsonb not null default '{}';");
    this.addSql(triggers);
  }
}

/** They name every column that counts. */
const triggers = `
drop trigger connections_change_update on connections;
drop trigger connections_revision on connections;
create constraint trigger connections_change_update after update of revision, slug, name, url, auth_type,
  azure, sealed_key, sealed_client_secret, sealed_headers, enabled, prefix, tags, connection_type, models,
  default_visibility, params, timeouts, adapter, concurrency, position, archived_at on connections deferrable initially
  deferred for each row when ((old.revision, old.slug, old.name, old.url, old.auth_type, old.azure,
  old.sealed_key, old.sealed_client_secret, old.sealed_headers, old.enabled, old.prefix, old.tags,
  old.connection_type, old.models, old.default_visibility, old.params, old.timeouts, old.adapter, old.concurrency,
  old.position, old.archived_at) is distinct from (new.revision, new.slug, new.name, new.url, new.auth_type,
  new.azure, new.sealed_key, new.sealed_client_secret, new.sealed_headers, new.enabled, new.prefix, new.tags,
  new.connection_type, new.models, new.default_visibility, new.params, new.timeouts, new.adapter, new.concurrency,
  new.position, new.archived_at)) execute function corral_note_change('connection', 'uid', 'catalog', 'full',
  'sealed_key,sealed_client_secret,sealed_headers');
create trigger connections_revision before update on connections for each row when (new.revision =
  old.revision and (old.revision, old.slug, old.name, old.url, old.auth_type, old.azure, old.sealed_key,
  old.sealed_client_secret, old.sealed_headers, old.enabled, old.prefix, old.tags, old.connection_type,
  old.models, old.default_visibility, old.params, old.timeouts, old.adapter, old.concurrency, old.position,
  old.archived_at) is distinct from (new.revision, new.slug, new.name, new.url, new.auth_type, new.azure,
  new.sealed_key, new.sealed_client_secret, new.sealed_headers, new.enabled, new.prefix, new.tags,
  new.connection_type, new.models, new.default_visibility, new.params, new.timeouts, new.adapter, new.concurrency,
  new.position, new.archived_at)) execute function corral_move_revision();
`;
