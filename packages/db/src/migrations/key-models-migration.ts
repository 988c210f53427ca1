import { Migration } from "@mikro-orm/migrations";

/** Lets an API key be limited to some models. */
export class KeyModelsMigration extends Migration {
  override up(): void {
    this.addSql(`
alter table api_keys add column models jsonb null;
drop trigger api_keys_change_update on api_keys;
create constraint trigger api_keys_change_update after update of user_id, name, key_hash, scopes, models,
  expires_at, revoked_at on api_keys deferrable initially deferred for each row when ((old.user_id, old.name,
  old.key_hash, old.scopes, old.models, old.expires_at, old.revoked_at) is distinct from (new.user_id, new.name,
  new.key_hash, new.scopes, new.models, new.expires_at, new.revoked_at)) execute function
  corral_note_change('key', 'id', 'quiet', 'full', 'key_hash');
`);
  }
}
