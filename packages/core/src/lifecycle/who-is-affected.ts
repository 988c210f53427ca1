import { listAliasesOf, showAliases, type ShownAliases } from "../catalog/aliases-of.ts";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import type { LifecyclePorts } from "./lifecycle-service.ts";

export type AffectedByModel = {
  /** What is built on it, however deep: named as far as the asker may read it. */
  readonly models: { readonly named: readonly string[]; readonly hidden: number };
  /** For administrators, whose objects they are; counted for others. */
  readonly aliases: ShownAliases;
  /** Keys whose lists name it or something that is built on it. */
  readonly keys: {
    readonly named: readonly { readonly name: string; readonly ownerName: string | null }[];
    readonly hidden: number;
  };
  /** Who called one of these models lately, the last first. */
  readonly users: readonly { readonly id: string; readonly name: string; readonly lastUsedAt: string }[];
};

/** Whom the end of a model would meet. */
export async function whoIsAffected(
  { catalog, unitOfWork, uses, now }: LifecyclePorts,
  actor: Actor,
  { entry, days }: { readonly entry: CatalogEntry; readonly days: number },
): Promise<AffectedByModel> {
  const snapshot = catalog.current();
  const isAdministrator = actor.principal.role === "admin";
  const below = listBelow(snapshot, entry);
  const models = below.flatMap((uid) => snapshot.findByUid(uid) ?? []);
  const named = models.filter((model) => snapshot.decide(actor.principal, "read", model).allowed);
  const uids = new Set([entry.uid, ...below]);
  const aliases = listAliasesOf(snapshot, uids);
  const asked = [...uids, ...aliases.map(({ uid }) => uid)];
  const since = new Date(now().getTime() - days * 24 * 60 * 60_000).toISOString();
  const found = await unitOfWork.read(async ({ lifecycles }) => ({
    uses: await lifecycles.listUses(asked, { since, limit: limits.affectedUsers }),
    keys: await lifecycles.listKeysNaming(asked),
  }));
  const ownKeys = found.keys.filter(({ userId }) => isAdministrator || userId === actor.principal.userId);
  const nameOf = (userId: string) => snapshot.findUser(userId)?.name ?? null;
  return {
    models: { named: named.map(({ id }) => id).toSorted(), hidden: models.length - named.length },
    aliases: showAliases(aliases, actor),
    keys: {
      named: ownKeys.map(({ name, userId }) => ({ name, ownerName: nameOf(userId) })),
      hidden: found.keys.length - ownKeys.length,
    },
    users: latestOf([...uses.listPending(asked), ...found.uses]).map(({ userId, at }) => ({
      id: userId,
      name: nameOf(userId) ?? "",
      lastUsedAt: at,
    })),
  };
}

/** Everything that is built on a model, each once. */
function listBelow(snapshot: CatalogSnapshot, entry: CatalogEntry): readonly string[] {
  const found = new Set<string>();
  const waiting = [entry.uid];
  for (let uid = waiting.pop(); uid !== undefined; uid = waiting.pop()) {
    for (const dependant of snapshot.dependantsOf(uid)) {
      if (dependant === entry.uid || found.has(dependant)) continue;
      found.add(dependant);
      waiting.push(dependant);
    }
  }
  return [...found];
}

type Use = { readonly userId: string; readonly at: string };

/** One for each person, the last first. */
function latestOf(uses: readonly Use[]): readonly Use[] {
  const latest = new Map<string, Use>();
  for (const use of uses) {
    const known = latest.get(use.userId);
    if (known === undefined || known.at < use.at) latest.set(use.userId, use);
  }
  return [...latest.values()].toSorted((left, right) => (left.at < right.at ? 1 : -1));
}
