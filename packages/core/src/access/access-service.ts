import type { AccessDecision } from "@corral/access-control";
import { z } from "zod";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { explainModel, type ModelExplanation } from "../catalog/explain-model.ts";
import { findReadable } from "../catalog/find-readable.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { modelIdSchema } from "../model/model-id.ts";

export const explainAccessSchema = z.strictObject({
  id: modelIdSchema,
  /** Oneself without it. */
  userId: z.uuid().optional(),
});
export type ExplainAccess = { readonly id: string; readonly userId?: string };

export type ExplainedDecision = {
  readonly allowed: boolean;
  readonly reason: AccessDecision["reason"];
  /** With `group_grant`. The name is `null` where the asker does not belong to the group. */
  readonly group: { readonly id: string; readonly name: string | null } | null;
};

export type AccessExplanation = Omit<ModelExplanation, "read" | "write" | "chain"> & {
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly read: ExplainedDecision;
  readonly write: ExplainedDecision;
  /** `id` is `null` for what the asker may not read. */
  readonly chain: readonly { readonly id: string | null; readonly kind: "base" | "custom" }[];
};

/** Says what somebody may do with a model, and why. */
export interface AccessService {
  /**
   * Oneself; others for those who may write the model, and administrators.
   *
   * @throws DomainError `model_not_found`, `access_denied`, `user_not_found`.
   */
  explain(actor: Actor, input: ExplainAccess): AccessExplanation;
}

export function createAccessService({
  catalog,
}: {
  readonly catalog: Pick<Catalog, "current">;
}): AccessService {
  return {
    explain(actor, { id, userId = actor.principal.userId }) {
      const snapshot = catalog.current();
      const entry = findReadable(snapshot, actor, id);
      const isOneself = userId === actor.principal.userId;
      if (!isOneself && !mayAskAboutOthers(snapshot, actor, entry)) {
        throw new DomainError(
          "access_denied",
          `Only those who may change "${entry.id}" may ask about others.`,
        );
      }
      const subject = isOneself ? actor : otherActor(snapshot, actor, userId);
      const { read, write, chain, ...why } = explainModel(snapshot, subject, entry);
      return {
        ...why,
        id: entry.id,
        user: { id: userId, name: subject.name },
        read: explainDecision(snapshot, actor, read),
        write: explainDecision(snapshot, actor, write),
        chain: chain.map((hop) => ({
          id: snapshot.decide(actor.principal, "read", hop).allowed ? hop.id : null,
          kind: hop.kind,
        })),
      };
    },
  };
}

function mayAskAboutOthers(
  snapshot: CatalogSnapshot,
  { principal }: Actor,
  entry: ReturnType<typeof findReadable>,
): boolean {
  return principal.role === "admin" || snapshot.decide(principal, "write", entry).allowed;
}

/** Somebody else as if they had just signed in. */
function otherActor(snapshot: CatalogSnapshot, asker: Actor, userId: string): Actor {
  const principal = snapshot.principalOf(userId);
  const user = snapshot.findUser(userId);
  if (principal === undefined || user === undefined) throw new DomainError("user_not_found");
  const { permissions } = asker;
  return {
    principal,
    permissions,
    name: user.name,
    email: user.email,
    credential: { kind: "session", sessionId: "" },
  };
}

function explainDecision(
  snapshot: CatalogSnapshot,
  { principal }: Actor,
  decision: AccessDecision,
): ExplainedDecision {
  const { allowed, reason } = decision;
  const groupId = decision.allowed ? decision.groupId : undefined;
  if (groupId === undefined) return { allowed, reason, group: null };
  const mayKnow = principal.role === "admin" || principal.groupIds.has(groupId);
  const name = mayKnow ? (snapshot.findGroup(groupId)?.name ?? null) : null;
  return { allowed, reason, group: { id: groupId, name } };
}
