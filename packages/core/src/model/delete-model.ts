import { invalidField } from "../error/invalid-field.ts";
import { toEffectiveAccess, type AccessControl } from "@corral/access-control";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import type { Committed, Repositories } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { findKept, isKeptFor } from "./kept-action.ts";
import { storeWrite, type JudgedWrite } from "./judged-write.ts";
import type { Alias } from "../name/alias.ts";
import { listAliases } from "../name/alias-views.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import type { ModelRecord } from "./model-record.ts";
import { recordUidOf, withRecord } from "./writable-entry.ts";

/** Deletes a record. What a provider lists itself is not ours to delete: only the settings stored about it are. */
export async function deleteModel(
  ports: ModelPorts,
  { actor, author }: Writer,
  input: DeleteModel,
): Promise<Committed<void>> {
  const entry = findKept(ports.catalog.current(), actor, { id: input.id, action: "delete" });
  return ports.unitOfWork.write(author, async (repositories) => {
    const uid = recordUidOf(entry);
    const stored = uid === undefined ? undefined : await repositories.models.find(uid);
    const dependants = await listDependants(repositories, entry);
    const snapshot = ports.catalog.current();
    await storeWrite(
      repositories,
      judgeDelete(actor, { entry, stored, dependants, force: input.force }, snapshot),
    );
  });
}

export type DeleteModel = { readonly id: string; readonly force: boolean };

/** What stands on a model, directly. */
export type Dependants = { readonly records: readonly ModelRecord[]; readonly aliases: readonly Alias[] };

/** An override has none: what is built on its base model stays there. */
export async function listDependants(
  { models, aliases }: Pick<Repositories, "models" | "aliases">,
  entry: CatalogEntry,
): Promise<Dependants> {
  if (entry.kind === "base") return { records: [], aliases: [] };
  const self = { kind: "record", uid: entry.uid } as const;
  return { records: await models.listDependants(self), aliases: await aliases.listTargeting(self) };
}

type Deletion = {
  readonly entry: CatalogEntry;
  readonly stored: ModelRecord | undefined;
  readonly dependants: Dependants;
  readonly force: boolean;
};

/** @throws DomainError when the actor may not delete this, or others depend on it. */
export function judgeDelete(actor: Actor, deletion: Deletion, snapshot: CatalogSnapshot): JudgedWrite {
  const { entry, stored, force } = deletion;
  if (stored === undefined) {
    if (entry.kind === "custom") throw unknownModel(entry.id);
    throw invalidField(["id"], `"${entry.id}" comes from a provider and has no stored settings to delete.`);
  }
  assertMayDelete(actor, withRecord(entry, stored), snapshot);
  if (entry.kind === "base" && !force) assertNotWidening(entry, stored.access);
  assertNoDependants(actor, deletion, snapshot);
  return { kind: "delete", before: stored };
}

function assertMayDelete(actor: Actor, entry: CatalogEntry, snapshot: CatalogSnapshot): void {
  if (snapshot.decide(actor.principal, "write", entry).allowed || isKeptFor(actor, "delete", entry)) return;
  throw new DomainError("access_denied", `You may use "${entry.id}" but not delete it.`);
}

/**
 * Without its override a base model goes back to its connection's default, which may let more people in.
 *
 * @throws DomainError `dependants_exist`.
 */
export function assertNotWidening(
  entry: Extract<CatalogEntry, { kind: "base" }>,
  access: AccessControl,
): void {
  if (access.kind === "inherit" || access.kind === "public") return;
  const width = toEffectiveAccess({ kind: "override", access, inherited: { kind: "private" } });
  throw new DomainError(
    "dependants_exist",
    `The settings of "${entry.id}" restrict who may use it (${width.kind}); without them the connection's default applies. Repeat with force to accept that.`,
  );
}

function assertNoDependants(
  actor: Actor,
  { entry, dependants: { records, aliases }, force }: Deletion,
  snapshot: CatalogSnapshot,
): void {
  if (records.length + aliases.length === 0) return;
  const may = (level: "read" | "write") =>
    records.filter((record) => {
      const dependant = snapshot.findByUid(record.uid);
      return dependant !== undefined && snapshot.decide(actor.principal, level, dependant).allowed;
    });
  if (force) {
    const isTheirs = aliases.length === 0 && may("write").length === records.length;
    if (isTheirs || actor.principal.role === "admin") return;
    throw new DomainError(
      "access_denied",
      "Models of other people, or an alias, stand on this one; an administrator can delete it.",
    );
  }
  const shown = new Set(listAliases(snapshot, actor).map(({ uid }) => uid));
  const named = [...may("read"), ...aliases.filter(({ uid }) => shown.has(uid))].map(({ id }) => id);
  const hidden = records.length + aliases.length - named.length;
  const others = hidden > 0 ? ` and ${hidden} that you may not see` : "";
  throw new DomainError(
    "dependants_exist",
    `Built on "${entry.id}": ${named.join(", ") || "models"}${others}.`,
    {
      details: { dependants: { named, hidden } },
    },
  );
}
