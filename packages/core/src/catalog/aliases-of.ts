import { z } from "zod";
import type { Actor } from "../identity/actor.ts";
import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogAlias } from "./catalog-state.ts";

/** The aliases that stand for certain models: named to administrators, whose objects they are, and counted for others. */
export const shownAliasesSchema = z.strictObject({ named: z.array(z.string()), hidden: z.int() });
export type ShownAliases = z.output<typeof shownAliasesSchema>;

export function listAliasesOf(snapshot: CatalogSnapshot, uids: ReadonlySet<string>): readonly CatalogAlias[] {
  return snapshot
    .aliases()
    .filter(({ targets }) => targets.some(({ model }) => model !== null && uids.has(model.uid)));
}

export function showAliases(aliases: readonly CatalogAlias[], { principal }: Actor): ShownAliases {
  return principal.role === "admin"
    ? { named: aliases.map(({ id }) => id).toSorted(), hidden: 0 }
    : { named: [], hidden: aliases.length };
}
