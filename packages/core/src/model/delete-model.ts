import { findReadable } from "../catalog/find-readable.ts";
import { decideAdministration, toEffectiveAccess, type AccessControl } from "@corral/access-control";
import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import type { Committed, Repositories } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import { listAliases } from "../name/alias-views.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";

/** Deletes a record. What a provider lists itself is not ours to delete: only the settings stored about it are. */
export function deleteModel(
  ports: ModelPorts,
  { actor, author }: Writer,
  input: { readonly id: string; readonly force: boolean },
): Promise<Committed<void>> {
  const entry = findReadable(ports.catalog.current(), actor, input.id);
  const record = entry.kind === "custom" ? entry.record : entry.override;
  if (record === null) {
    throw new DomainError(
      "invalid_input",
      `"${entry.id}" comes from a provider and has no stored settings to delete.`,
    );
  }
  assertMayDelete(ports, actor.principal, entry);
  if (entry.kind === "base" && !input.force) assertNotWidening(entry, record.access);
  return ports.unitOfWork.write(author, async (repositories) => {
    if (entry.kind === "custom")
      await assertNoDependants(ports, { actor, author }, { entry, repositories, force: input.force });
    await repositories.models.delete(record.uid);
  });
}

function assertMayDelete(
  ports: ModelPorts,
  principal: Writer["actor"]["principal"],
  entry: CatalogEntry,
): void {
  if (ports.catalog.current().decide(principal, "write", entry).allowed) return;
  if (entry.kind === "custom") {
    const subject = { kind: "custom", ownerId: entry.record.ownerId, access: entry.record.access } as const;
    if (decideAdministration(principal, "delete", subject).allowed) return;
  }
  throw new DomainError("access_denied", `You may use "${entry.id}" but not delete it.`);
}

/** Without its override a base model goes back to its connection's default, which may let more people in. */
function assertNotWidening(entry: Extract<CatalogEntry, { kind: "base" }>, access: AccessControl): void {
  if (access.kind === "inherit" || access.kind === "public") return;
  const width = toEffectiveAccess({ kind: "override", access, inherited: { kind: "private" } });
  throw new DomainError(
    "dependants_exist",
    `The settings of "${entry.id}" restrict who may use it (${width.kind}); without them the connection's default applies. Repeat with force to accept that.`,
  );
}

async function assertNoDependants(
  ports: ModelPorts,
  { actor }: Writer,
  deletion: {
    readonly entry: CatalogEntry;
    readonly repositories: Repositories;
    readonly force: boolean;
  },
): Promise<void> {
  const { entry, repositories, force } = deletion;
  const self = { kind: "record", uid: entry.uid } as const;
  const dependants = await repositories.models.listDependants(self);
  const aliases = await repositories.aliases.listTargeting(self);
  if (dependants.length + aliases.length === 0) return;
  const snapshot = ports.catalog.current();
  const may = (level: "read" | "write") =>
    dependants.filter((record) => {
      const dependant = snapshot.findByUid(record.uid);
      return dependant !== undefined && snapshot.decide(actor.principal, level, dependant).allowed;
    });
  if (force) {
    const isTheirs = aliases.length === 0 && may("write").length === dependants.length;
    if (isTheirs || actor.principal.role === "admin") return;
    throw new DomainError(
      "access_denied",
      "Models of other people, or an alias, stand on this one; an administrator can delete it.",
    );
  }
  const shown = new Set(listAliases(snapshot, actor).map(({ uid }) => uid));
  const named = [...may("read"), ...aliases.filter(({ uid }) => shown.has(uid))].map(({ id }) => id);
  const hidden = dependants.length + aliases.length - named.length;
  const others = hidden > 0 ? ` and ${hidden} that you may not see` : "";
  throw new DomainError(
    "dependants_exist",
    `Built on "${entry.id}": ${named.join(", ") || "models"}${others}.`,
    {
      details: { dependants: { named, hidden } },
    },
  );
}
