import type { Catalog } from "../catalog/catalog.ts";
import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { limits } from "../limits.ts";
import { assertMayShare } from "../model/judge-sharing.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { DiscoveryPolicy, PolicyActions, PolicyMatch } from "./discovery-policy.ts";
import type {
  AppliedPolicy,
  ApplyPolicy,
  CreatePolicy,
  PolicyPreview,
  PreviewPolicy,
  UpdatePolicy,
} from "./policy-input.ts";
import { judgeModels, toPreview } from "./preview-policy.ts";

/**
 * Rules for newly discovered models, in order: the first enabled one that matches decides. Administrators only; every
 * method throws DomainError `access_denied` for others.
 */
export interface PolicyService {
  list(actor: Actor): Promise<readonly DiscoveryPolicy[]>;
  /** At the end of the order. @throws DomainError `name_taken`, `connection_not_found`, `principal_not_found`, `invalid_input`. */
  create(actor: Actor, input: CreatePolicy, context: WriteContext): Promise<DiscoveryPolicy>;
  /** @throws DomainError as create, `policy_not_found`, `revision_conflict`. */
  update(actor: Actor, input: UpdatePolicy, context: WriteContext): Promise<DiscoveryPolicy>;
  /** What it did stays. @throws DomainError `policy_not_found`. */
  delete(actor: Actor, uid: string, context: WriteContext): Promise<void>;
  /** @throws DomainError `invalid_input` unless each policy is named once. */
  reorder(actor: Actor, uids: readonly string[], context: WriteContext): Promise<readonly DiscoveryPolicy[]>;
  /** @throws DomainError `policy_not_found`. */
  preview(actor: Actor, input: PreviewPolicy): Promise<PolicyPreview>;
  /** Never touches a model that has settings. @throws DomainError `policy_not_found`. */
  apply(actor: Actor, input: ApplyPolicy, context: WriteContext): Promise<AppliedPolicy>;
}

export type PolicyPorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly now: () => Date;
};

export function createPolicyService(ports: PolicyPorts): PolicyService {
  const list = () => ports.unitOfWork.read(({ policies }) => policies.list());
  return {
    async list(actor) {
      assertAdministrator(actor);
      return list();
    },
    async create(actor, input, context) {
      assertAdministrator(actor);
      assertPolicyNames(ports, actor, input);
      return write(ports, { actor, context, action: "policies.create" }, async ({ policies }) => {
        if ((await policies.list()).length >= limits.discoveryPolicies) throw tooMany();
        return policies.insert(input);
      });
    },
    async update(actor, { uid, revision, ...patch }, context) {
      assertAdministrator(actor);
      return write(ports, { actor, context, action: "policies.update" }, async ({ policies }) => {
        const stored = (await policies.list()).find((policy) => policy.uid === uid);
        if (stored === undefined) throw new DomainError("policy_not_found");
        if (stored.revision !== revision)
          throw new DomainError("revision_conflict", undefined, { details: { current: stored } });
        assertPolicyNames(ports, actor, patch, stored);
        const { name = stored.name, enabled = stored.enabled } = patch;
        const { match = stored.match, actions = stored.actions } = patch;
        return policies.update({ ...stored, name, enabled, match, actions });
      });
    },
    async delete(actor, uid, context) {
      assertAdministrator(actor);
      await write(ports, { actor, context, action: "policies.delete" }, ({ policies }) =>
        policies.delete(uid),
      );
    },
    async reorder(actor, uids, context) {
      assertAdministrator(actor);
      return write(ports, { actor, context, action: "policies.reorder" }, async ({ policies }) => {
        assertComplete(await policies.list(), uids);
        await policies.reorder(uids);
        return policies.list();
      });
    },
    async preview(actor, { withinDays, ...rule }) {
      assertAdministrator(actor);
      const since = withinDays === undefined ? {} : { since: daysAgo(ports.now(), withinDays) };
      return toPreview(judgeModels(ports.catalog.current(), await list(), { ...rule, ...since }));
    },
    async apply(actor, input, context) {
      assertAdministrator(actor);
      return applyPolicy(ports, { actor, context }, input);
    },
  };
}

async function applyPolicy(
  ports: PolicyPorts,
  { actor, context }: { readonly actor: Actor; readonly context: WriteContext },
  { uid, modelUids }: ApplyPolicy,
): Promise<AppliedPolicy> {
  const policies = await ports.unitOfWork.read((repositories) => repositories.policies.list());
  const policy = policies.find((one) => one.uid === uid);
  if (policy === undefined) throw new DomainError("policy_not_found");
  const named = modelUids === undefined ? undefined : new Set(modelUids);
  const wanted = judgeModels(ports.catalog.current(), policies, { uid })
    .filter((line) => line.outcome === "applies" && named?.has(line.uid) !== false)
    .slice(0, limits.upstreamModels)
    .map((line) => line.uid);
  const applied = await write(
    ports,
    { actor, context, action: `policies.apply:${policy.name}` },
    (repositories) => repositories.policies.applyTo(policy, wanted),
  );
  return { applied: [...applied], skipped: (named?.size ?? wanted.length) - applied.length };
}

async function write<T>(
  ports: PolicyPorts,
  by: { readonly actor: Actor; readonly context: WriteContext; readonly action: string },
  work: (repositories: Repositories) => Promise<T>,
): Promise<T> {
  const { actor, context, action } = by;
  const author = { actorId: actor.principal.userId, requestId: context.requestId, action };
  const { value, change } = await ports.unitOfWork.write(author, work);
  await ports.catalog.acknowledge(change);
  return value;
}

/**
 * Whom and what a policy names must exist; what it named before may have gone meanwhile.
 *
 * @throws DomainError `connection_not_found`, `principal_not_found`.
 */
export function assertPolicyNames(
  { catalog }: Pick<PolicyPorts, "catalog">,
  actor: Actor,
  ...[next, stored]: [
    next: { readonly match?: PolicyMatch | undefined; readonly actions?: PolicyActions | undefined },
    stored?: DiscoveryPolicy,
  ]
): void {
  const snapshot = catalog.current();
  const known = new Set(stored?.match.connections);
  const unknown = (next.match?.connections ?? []).filter(
    (uid) => !known.has(uid) && snapshot.findConnection(uid) === undefined,
  );
  if (unknown.length > 0) {
    throw new DomainError("connection_not_found", undefined, {
      details: {
        issues: unknown.map((uid) => ({ path: ["match", "connections"], message: `${uid} is unknown` })),
      },
    });
  }
  const previous = stored?.actions.access ?? { kind: "inherit" };
  assertMayShare(actor, { previous, next: next.actions?.access ?? previous }, snapshot);
}

function assertComplete(policies: readonly DiscoveryPolicy[], uids: readonly string[]): void {
  const named = new Set(uids);
  if (
    named.size === uids.length &&
    uids.length === policies.length &&
    policies.every(({ uid }) => named.has(uid))
  )
    return;
  throw new DomainError("invalid_input", "The order must name each policy exactly once.", {
    details: { issues: [{ path: ["uids"], message: "is not the list of all policies" }] },
  });
}

function tooMany(): DomainError {
  return new DomainError("invalid_input", `There may be ${limits.discoveryPolicies} policies at most.`, {
    details: { issues: [{ path: [], message: "is one too many" }] },
  });
}

function daysAgo(now: Date, days: number): string {
  return new Date(now.getTime() - days * 24 * 3_600_000).toISOString();
}
