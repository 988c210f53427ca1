import { Migration } from "@mikro-orm/migrations";

/**
 * Says in the open which of a connection's secrets are references, and lets a rotation seal secrets anew without a
 * change that anybody would see.
 */
export class SecretReferencesMigration extends Migration {
  override up(): void {
    this.addSql("alter table connections add column secret_references jsonb not null default '{}';");
    this.addSql(triggers);
  }
}

/** They name every column that counts. */
const triggers = `
drop trigger connections_change_update on connections;
drop trigger connections_revision on connections;
create constraint trigger connections_change_update after update of revision, slug, name, url, auth_type, azure,
  key_set_at, client_secret_set_at, header_names, secret_references, enabled, prefix, tags, connection_type,
  models, default_visibility, params, timeouts, adapter, concurrency, position, archived_at on connections
  deferrable initially deferred for each row when ((old.revision, old.slug, old.name, old.url, old.auth_type,
  old.azure, old.key_set_at, old.client_secret_set_at, old.header_names, old.secret_references, old.enabled,
  old.prefix, old.tags, old.connection_type, old.models, old.default_visibility, old.params, old.timeouts,
  old.adapter, old.concurrency, old.position, old.archived_at) is distinct from (new.revision, new.slug,
  new.name, new.url, new.auth_type, new.azure, new.key_set_at, new.client_secret_set_at, new.header_names,
  new.secret_references, new.enabled, new.prefix, new.tags, new.connection_type, new.models,
  new.default_visibility, new.params, new.timeouts, new.adapter, new.concurrency, new.position,
  new.archived_at)) execute function corral_note_change('connection', 'uid', 'catalog', 'full',
  'sealed_key,sealed_client_secret,sealed_headers');
create trigger connections_revision before update on connections for each row when (new.revision = old.revision
  and (old.revision, old.slug, old.name, old.url, old.auth_type, old.azure, old.key_set_at,
  old.client_secret_set_at, old.header_names, old.secret_references, old.enabled, old.prefix, old.tags,
  old.connection_type, old.models, old.default_visibility, old.params, old.timeouts, old.adapter,
  old.concurrency, old.position, old.archived_at) is distinct from (new.revision, new.slug, new.name, new.url,
  new.auth_type, new.azure, new.key_set_at, new.client_secret_set_at, new.header_names, new.secret_references,
  new.enabled, new.prefix, new.tags, new.connection_type, new.models, new.default_visibility, new.params,
  new.timeouts, new.adapter, new.concurrency, new.position, new.archived_at)) execute function
  corral_move_revision();
`;
