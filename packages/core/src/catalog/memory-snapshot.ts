import type { AccessDecision, AccessLevel, Permission, Principal } from "@corral/access-control";
import type { Actor } from "../identity/actor.ts";
import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";
import { lookupKeys } from "../model/model-id.ts";
import { findPermissions, findPrincipal, type CatalogContents } from "./catalog-contents.ts";
import type { AliasResolution, CatalogEntry, CatalogSnapshot, Resolution } from "./catalog-snapshot.ts";
import type {
  CatalogAlias,
  CatalogConnection,
  CatalogGroup,
  CatalogRevision,
  CatalogUser,
} from "./catalog-state.ts";
import { decidedRights, decideModel } from "./model-access.ts";
import { findModel } from "./model-table.ts";
import { walkChain } from "./walk-chain.ts";
import { resolveAlias } from "./resolve-alias.ts";
import { resolveEntry } from "./resolve-entry.ts";

/** The snapshot over indexed contents. */
export class MemorySnapshot implements CatalogSnapshot {
  readonly revision: CatalogRevision;
  readonly #contents: CatalogContents;

  constructor(revision: CatalogRevision, contents: CatalogContents) {
    this.revision = revision;
    this.#contents = contents;
  }

  static contentsOf(snapshot: CatalogSnapshot): CatalogContents {
    if (!(#contents in snapshot)) throw new TypeError("A snapshot is made by createCatalogSnapshot.");
    return snapshot.#contents;
  }

  get settings(): CatalogContents["settings"] {
    return this.#contents.settings;
  }

  get size(): number {
    return this.#contents.models.size;
  }

  findByName(name: string): CatalogEntry | undefined {
    const found = this.#find(name);
    return found?.kind === "alias" ? undefined : found;
  }

  findAlias(name: string): CatalogAlias | undefined {
    const found = this.#find(name);
    return found?.kind === "alias" ? found : undefined;
  }

  findAliasByUid(uid: string): CatalogAlias | undefined {
    return this.#contents.aliases.byUid.get(uid);
  }

  aliases(): readonly CatalogAlias[] {
    return [...this.#contents.aliases.byUid.values()];
  }

  findByUid(uid: string): CatalogEntry | undefined {
    return findModel(this.#contents.models, uid)?.entry;
  }

  findConnection(uid: string): CatalogConnection | undefined {
    return this.#contents.connections.get(uid);
  }

  connections(): readonly CatalogConnection[] {
    return this.#contents.connectionOrder;
  }

  findUser(id: string): CatalogUser | undefined {
    return this.#contents.users.get(id);
  }

  findGroup(id: string): CatalogGroup | undefined {
    return this.#contents.groups.get(id);
  }

  principalOf(userId: string): Principal | undefined {
    return findPrincipal(this.#contents, userId);
  }

  permissionsOf(userId: string): ReadonlySet<Permission> {
    return findPermissions(this.#contents, userId);
  }

  decide(principal: Principal | null, level: AccessLevel, entry: CatalogEntry): AccessDecision {
    return decideModel(this.#contents, { principal, level }, entry);
  }

  resolve(actor: Actor, entry: CatalogEntry): Resolution {
    return resolveEntry(this.#contents, actor, entry);
  }

  resolveAlias(actor: Actor, alias: CatalogAlias): AliasResolution {
    return resolveAlias(this.#contents, actor, alias);
  }

  lifecycleOf(uid: string): ModelLifecycle | undefined {
    return this.#contents.lifecycles.byUid.get(uid);
  }

  endingsOf({ principal }: Actor, { uid }: CatalogEntry): readonly ModelLifecycle[] {
    const { lifecycles, models } = this.#contents;
    // Asked for by every call: mostly there is nothing to say.
    if (lifecycles.byUid.size === 0) return [];
    const model = findModel(models, uid);
    if (model === undefined) return [];
    const { chain } = walkChain(this.#contents, decidedRights(this.#contents, principal), model);
    return chain.flatMap(({ entry }) => lifecycles.byUid.get(entry.uid) ?? []);
  }

  dependantsOf(uid: string): readonly string[] {
    const { models } = this.#contents;
    const base = findModel(models, uid)?.entry.uid ?? uid;
    const slots = models.dependants.get(base) ?? [];
    return Array.from(slots, (slot) => models.rows[slot]?.entry.uid ?? "").toSorted();
  }

  #find(name: string): CatalogEntry | CatalogAlias | undefined {
    const { models, aliases } = this.#contents;
    const keys = lookupKeys(name.trim());
    for (const key of keys) {
      const slot = models.names.get(key);
      if (slot !== undefined) return models.rows[slot]?.entry;
      const alias = aliases.uidByKey.get(key);
      if (alias !== undefined) return aliases.byUid.get(alias);
    }
    // A public name wins over the way through a connection.
    for (const key of keys) {
      const slot = models.paths.get(key);
      if (slot !== undefined) return models.rows[slot]?.entry;
    }
    return undefined;
  }
}

/** The indexed contents of a snapshot. */
export function contentsOf(snapshot: CatalogSnapshot): CatalogContents {
  return MemorySnapshot.contentsOf(snapshot);
}
