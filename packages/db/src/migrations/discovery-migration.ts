import { Migration } from "@mikro-orm/migrations";

/** What listings brought, the witnesses of an absence, and the rules for new models. */
export class DiscoveryMigration extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(triggers);
    this.addSql(functions);
  }
}

const tables = `
alter table placements add column absent_since timestamptz(3) null;
alter table connection_health
  add column empty_listings int not null default 0,
  add column empty_since timestamptz(3) null;

create table archived_placements (
  connection_uid uuid not null,
  upstream_id text not null,
  base_uid uuid not null,
  facts jsonb not null,
  primary key (connection_uid, upstream_id)
);
create index archived_placements_base_uid_index on archived_placements (base_uid);
alter table archived_placements add constraint archived_placements_connection_uid_foreign foreign key
  (connection_uid) references connections (uid) on delete cascade;
alter table archived_placements add constraint archived_placements_base_uid_foreign foreign key (base_uid)
  references base_models (uid) on delete cascade;

create table discovery_policies (
  uid uuid not null default gen_random_uuid(),
  name text not null,
  position int not null,
  enabled boolean not null default true,
  match jsonb not null,
  actions jsonb not null,
  image_hash text null,
  revision int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (uid)
);
create index discovery_policies_image_hash_index on discovery_policies (image_hash);
create unique index discovery_policies_name_unique on discovery_policies (lower(name));
alter table discovery_policies add constraint discovery_policies_image_hash_foreign foreign key (image_hash)
  references images (hash) on delete no action;

create table discovery_events (
  id bigserial primary key,
  connection_uid uuid not null,
  at timestamptz(3) not null,
  kind text not null,
  base_uid uuid not null,
  upstream_id text not null,
  model_id text not null,
  changes jsonb not null
);
create index discovery_events_connection_index on discovery_events (connection_uid, id);
alter table discovery_events add constraint discovery_events_connection_uid_foreign foreign key (connection_uid)
  references connections (uid) on delete cascade;
alter table discovery_events add constraint discovery_events_kind_check check (kind in ('new', 'changed',
  'gone_upstream', 'back'));
`;

const triggers = `
create constraint trigger discovery_policies_change after insert or delete on discovery_policies deferrable
  initially deferred for each row execute function corral_note_change('policy', 'uid', 'quiet', 'full', '');
create constraint trigger discovery_policies_change_update after update of revision, name, position, enabled,
  match, actions, image_hash on discovery_policies deferrable initially deferred for each row when
  ((old.revision, old.name, old.position, old.enabled, old.match, old.actions, old.image_hash) is distinct from
  (new.revision, new.name, new.position, new.enabled, new.match, new.actions, new.image_hash)) execute function
  corral_note_change('policy', 'uid', 'quiet', 'full', '');
create trigger discovery_policies_revision before update on discovery_policies for each row when (new.revision
  = old.revision and (old.revision, old.name, old.position, old.enabled, old.match, old.actions,
  old.image_hash) is distinct from (new.revision, new.name, new.position, new.enabled, new.match, new.actions,
  new.image_hash)) execute function corral_move_revision();
create constraint trigger discovery_events_change after insert or delete on discovery_events deferrable
  initially deferred for each row execute function corral_note_change('discovery', 'connection_uid', 'quiet',
  'parent', '');
`;

const functions = `
drop function corral_prune_changes(interval, bigint);

-- Cuts the log in two ways, never the newest keep_rows lines nor what is younger than keep. Lines that only tell
-- processes to read something again go at once; what people may want to look up goes after audit, but never so many
-- lines of a model that exists that its history gets shorter than history lines. The marks of bulk loads stay, because a
-- history does not reach back behind them. Returns how many lines went, at most batch.
create function corral_prune_changes(
  keep interval, keep_rows bigint, audit interval default '0', history bigint default 0, batch bigint default 1000000
) returns bigint language plpgsql as $$
declare
  by_age bigint := (select max(n) from changes where at < clock_timestamp() - keep);
  by_count bigint := (select n - 1 from changes order by id desc offset greatest(keep_rows - 1, 0) limit 1);
  removed bigint;
begin
  if by_age is null or by_count is null then return 0; end if;
  -- One process is enough.
  if not pg_try_advisory_xact_lock(hashtextextended('corral_prune_changes', 0)) then return 0; end if;
  perform set_config('corral.pruning', 'on', true);
  delete from changes where id in (
    select id from changes c
    where n <= least(by_age, by_count) and target_kind <> 'reload' and (
      (before is null and after is null)
      or (at < clock_timestamp() - audit and (
        target_kind <> 'record'
        or not exists (select from model_records r where r.uid::text = c.target_uid)
        or (select count(*) from (
          select from changes d
          where d.target_kind = 'record' and d.target_uid = c.target_uid and (d.n, d.id) > (c.n, c.id)
          limit history
        ) newer) >= history
      ))
    )
    order by id limit batch
  );
  get diagnostics removed = row_count;
  perform set_config('corral.pruning', 'off', true);
  if removed > 0 then
    update change_counter set pruned = greatest(pruned, least(by_age, by_count));
  end if;
  return removed;
end $$;
`;
