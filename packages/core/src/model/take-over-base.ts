import { z } from "zod";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { findReadable, unknownModel } from "../catalog/find-readable.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { storeWrite, toUpdate } from "./judged-write.ts";
import { modelIdSchema } from "./model-id.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import type { CustomRecord } from "./model-record.ts";
import { vouchFor } from "./resolve-base.ts";
import { assertRevision } from "./update-model.ts";
import { withRecord } from "./writable-entry.ts";

export const takeOverBaseSchema = z.strictObject({
  id: modelIdSchema,
  /** The revision that the caller has seen. */
  revision: z.int().min(1),
});
export type TakeOverBase = z.output<typeof takeOverBaseSchema>;

/**
 * Vouches for the way from a custom model to its base in the place of the person who did: somebody whose right has
 * ended, or soon will. Whoever may write the base may, also for other people's models that they can read: it is their
 * base that the model's readers call.
 *
 * A way that nobody vouched for stays what its maker decided, unless the caller may write the model as well.
 *
 * @throws DomainError `model_not_found`, `kind_is_fixed`, `base_missing`, `access_denied`, `revision_conflict`.
 */
export function takeOverBase(
  ports: ModelPorts,
  { actor, author }: Writer,
  input: TakeOverBase,
): Promise<Committed<void>> {
  const entry = findReadable(ports.catalog.current(), actor, input.id);
  if (entry.kind === "base")
    throw new DomainError("kind_is_fixed", `"${entry.id}" has no base to vouch for.`);
  return ports.unitOfWork.write(author, async (repositories) => {
    const stored = await repositories.models.find(entry.uid);
    if (stored?.kind !== "custom") throw unknownModel(input.id);
    const next = decideTakeOver(actor, stored, ports.catalog.current());
    assertRevision(stored, { ...input, name: stored.name });
    await storeWrite(repositories, toUpdate(stored, next));
  });
}

/** Decided on the row that was fetched: it may be newer than the snapshot. */
function decideTakeOver(actor: Actor, stored: CustomRecord, snapshot: CatalogSnapshot): CustomRecord {
  const current = snapshot.findByUid(stored.uid);
  if (current === undefined) throw unknownModel(stored.id);
  const entry = withRecord(current, stored);
  if (!snapshot.decide(actor.principal, "read", entry).allowed) throw unknownModel(stored.id);
  const base = stored.base === null ? undefined : snapshot.findByUid(stored.base.uid);
  const mayWrite = snapshot.decide(actor.principal, "write", entry).allowed;
  if (base === undefined) throw new DomainError(mayWrite ? "base_missing" : "access_denied");
  const baseAccess = vouchFor(actor, base, snapshot);
  if (baseAccess.kind === "inherit" || (stored.baseAccess.kind === "inherit" && !mayWrite)) {
    throw new DomainError("access_denied", `You cannot vouch for the base of "${stored.id}".`);
  }
  // The role stands behind it already, and it never ends.
  const isByRole = stored.baseAccess.kind === "delegate" && stored.baseAccess.by === null;
  return isByRole ? stored : { ...stored, baseAccess };
}
