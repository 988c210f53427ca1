import type { AccessDecision } from "@corral/access-control";
import { z } from "zod";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { explainModel, type ModelExplanation } from "../catalog/explain-model.ts";
import { findReadable } from "../catalog/find-readable.ts";
import { DomainError } from "../error/domain-error.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { modelQuerySchema, type ModelQuery } from "../catalog/model-query.ts";
import type { ModelPage } from "../catalog/model-row.ts";
import { queryCatalog } from "../catalog/query-catalog.ts";
import type { Actor } from "../identity/actor.ts";
import { findActor } from "../identity/find-actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import type { ModelDetail } from "../model/model-detail.ts";
import type { ModelService, WriteContext } from "../model/model-service.ts";
import { explainEffectiveAccess, type EffectiveAccess } from "./effective-access.ts";
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

export const viewModelsSchema = modelQuerySchema.extend({ userId: z.uuid() });
export const viewModelSchema = z.strictObject({ userId: z.uuid(), id: modelIdSchema });

/** Says what somebody may do with a model, and why. */
export interface AccessService {
  /**
   * Oneself; others for those who may write the model, and administrators.
   *
   * @throws DomainError `model_not_found`, `access_denied`, `user_not_found`.
   */
  explain(actor: Actor, input: ExplainAccess): AccessExplanation;
  /** What somebody may do apart from any single model: oneself, others for administrators. @throws as explain. */
  effective(actor: Actor, userId?: string): EffectiveAccess;
  /**
   * The list as somebody else sees it, for administrators. Each look is written down before it is answered.
   *
   * @throws DomainError `access_denied`, `user_not_found`.
   */
  viewModels(
    actor: Actor,
    input: { readonly userId: string; readonly query: ModelQuery },
    context: WriteContext,
  ): Promise<ModelPage>;
  /** A model as somebody else sees it. Its params and prompt only where the administrator may see them too. @throws as viewModels, `model_not_found`. */
  viewModel(
    actor: Actor,
    input: { readonly userId: string; readonly id: string },
    context: WriteContext,
  ): Promise<ModelDetail>;
}

type Ports = {
  readonly catalog: Pick<Catalog, "current">;
  readonly unitOfWork: UnitOfWork;
  readonly models: Pick<ModelService, "get">;
  readonly health: HealthBoard;
};

export function createAccessService(ports: Ports): AccessService {
  const { catalog } = ports;
  return {
    effective: (actor, userId = actor.principal.userId) =>
      explainEffectiveAccess(catalog.current(), actor, userId),
    async viewModels(actor, { userId, query }, context) {
      const subject = await viewAs(ports, actor, { userId, context, action: "access.viewModels" });
      return queryCatalog({ snapshot: catalog.current(), health: ports.health }, subject, query);
    },
    async viewModel(actor, { userId, id }, context) {
      const subject = await viewAs(ports, actor, { userId, context, action: "access.viewModel", id });
      const detail = await ports.models.get(subject, id);
      const entry = catalog.current().findByName(id);
      const isOwnRight =
        entry !== undefined && catalog.current().decide(actor.principal, "write", entry).allowed;
      return isOwnRight ? detail : withoutDefinition(detail);
    },
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
      const subject = isOneself ? actor : otherActor(snapshot, userId);
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

function otherActor(snapshot: CatalogSnapshot, userId: string): Actor {
  const actor = findActor(snapshot, userId);
  if (actor === undefined) throw new DomainError("user_not_found");
  return actor;
}

/** Only for reading: whoever calls hands the actor to nothing that writes or calls a model. */
async function viewAs(
  { catalog, unitOfWork }: Ports,
  actor: Actor,
  look: {
    readonly userId: string;
    readonly context: WriteContext;
    readonly action: string;
    readonly id?: string;
  },
): Promise<Actor> {
  assertAdministrator(actor);
  const { userId, context, action, id } = look;
  const subject = otherActor(catalog.current(), userId);
  const author = { actorId: actor.principal.userId, ...context, action, actingAs: userId };
  const details = id === undefined ? {} : { model: id };
  await unitOfWork.write(author, ({ audit }) =>
    audit.note({ targetKind: "user", targetUid: userId, details }),
  );
  return subject;
}

function withoutDefinition(detail: ModelDetail): ModelDetail {
  const { params, withheld } = detail.resolved;
  return {
    ...detail,
    definition: null,
    resolved: { params: null, withheld: withheld + (params?.length ?? 0) },
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
