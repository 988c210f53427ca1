import { accountStatuses, roles } from "@corral/access-control";
import { z } from "zod";
import { applyCatalogChanges } from "../catalog/apply-changes.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { mayKnow } from "../catalog/find-readable.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { limits } from "../limits.ts";
import { delegationOf } from "./compute-impact.ts";

export const previewUserSchema = z.strictObject({
  id: z.uuid(),
  role: z.enum(roles).optional(),
  status: z.enum(accountStatuses).optional(),
});
export type PreviewUser = z.output<typeof previewUserSchema>;

export const userPreviewSchema = z.strictObject({
  /** Models whose way to their base the person vouches for, and no longer would. */
  total: z.int(),
  /** Those of them that the actor may read; at most 100. Whoever may write the base can take the vouch over. */
  models: z.array(
    z.strictObject({
      uid: z.string(),
      id: z.string(),
      name: z.string(),
      baseId: z.string(),
      revision: z.int(),
    }),
  ),
  hidden: z.int(),
});
export type UserPreview = z.output<typeof userPreviewSchema>;

/** Which vouches would end with another role or status of an account. @throws DomainError `access_denied`, `user_not_found`. */
export function previewUser(snapshot: CatalogSnapshot, actor: Actor, input: PreviewUser): UserPreview {
  assertAdministrator(actor);
  const { id, role, status } = input;
  const user = snapshot.findUser(id);
  if (user === undefined) throw new DomainError("user_not_found");
  const value = { ...user, ...(role && { role }), ...(status && { status }) };
  const { revision } = snapshot;
  const after = applyCatalogChanges(snapshot, { revision, changes: [{ kind: "user", uid: id, value }] });
  const ended = listVouched(snapshot, id).filter(
    (model) =>
      delegationOf(contentsOf(snapshot), model) === "stands" &&
      delegationOf(contentsOf(after), model) === "ended",
  );
  const readable = ended.flatMap(({ entry }) =>
    entry.kind === "custom" && mayKnow(snapshot, actor, entry) ? entry.record : [],
  );
  return {
    total: ended.length,
    models: readable
      .slice(0, limits.previewNamed)
      .map(({ uid, id: name, name: title, baseId, revision: at }) => ({
        uid,
        id: name,
        name: title,
        baseId,
        revision: at,
      })),
    hidden: ended.length - readable.length,
  };
}

function listVouched(snapshot: CatalogSnapshot, userId: string) {
  return contentsOf(snapshot).models.rows.flatMap((model) => {
    if (model?.entry.kind !== "custom") return [];
    const { baseAccess } = model.entry.record;
    return baseAccess.kind === "delegate" && baseAccess.by === userId ? model : [];
  });
}
