import type { CatalogContents } from "./catalog-contents.ts";
import type { CatalogRevision, CatalogState } from "./catalog-state.ts";

/** What contents were made from, in no particular order. */
export function toCatalogState(contents: CatalogContents, revision: CatalogRevision): CatalogState {
  const entries = contents.models.rows.flatMap((model) => model?.entry ?? []);
  return {
    revision,
    settings: contents.settings,
    connections: contents.connectionOrder,
    bases: entries.flatMap((entry) => (entry.kind === "base" ? entry.base : [])),
    records: [
      ...contents.overrides.values(),
      ...entries.flatMap((entry) => (entry.kind === "custom" ? entry.record : [])),
    ],
    aliases: [...contents.aliases.byUid.values()],
    lifecycles: [...contents.lifecycles.byUid.values()],
    users: [...contents.users.values()],
    groups: [...contents.groups.values()],
  };
}
