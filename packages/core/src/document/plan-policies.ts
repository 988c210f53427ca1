import type { DiscoveryPolicy, PolicyActions, PolicyMatch } from "../discovery/discovery-policy.ts";
import { createPolicySchema, updatePolicySchema } from "../discovery/policy-input.ts";
import { assertPolicyNames, type PolicyService } from "../discovery/policy-service.ts";
import type { WriteContext } from "../model/model-service.ts";
import { fromDocumentAccess } from "./document-access.ts";
import { fromHashedImage } from "./document-images.ts";
import type { DocumentPorts } from "./document-ports.ts";
import { toRefusal } from "./document-report.ts";
import type { PolicyItem } from "./document-schema.ts";
import type { OwnerMark } from "./owner-marks.ts";
import type { ParsedItem } from "./parse-document.ts";
import { notYours } from "./plan-groups.ts";
import { toInvalid, type PlanOptions } from "./plan-models.ts";
import { planStep, pruneStep, refusedStep, type Step } from "./plan-step.ts";
import { connectionNames, toCanonicalPolicyItem, toPolicyItem } from "./policy-items.ts";
import { readDraft } from "./read-draft.ts";
import type { World } from "./read-world.ts";

export type PolicyPlanning = {
  readonly ports: Pick<DocumentPorts, "catalog">;
  readonly world: World;
  readonly images: Readonly<Record<string, string>>;
  /** Slugs of connections that this document is about to make: a policy may name them already. */
  readonly coming: ReadonlySet<string>;
};

/** What is to be done about the discovery policies of a document, and where each of them is to stand. */
export async function planPolicies(
  on: PolicyPlanning,
  wanted: readonly ParsedItem<PolicyItem>[],
  options: PlanOptions,
): Promise<readonly Step<"policy">[]> {
  const { world } = on;
  const { policies } = world;
  if (policies === null) {
    return wanted.map(({ name }) => refusedStep("policy", name, notYours("discovery policies")));
  }
  const marks = new Map(world.marks.filter(isOfPolicy).map((mark) => [mark.uid, mark]));
  const steps: Step<"policy">[] = [];
  for (const parsed of wanted) {
    const stored = policies.find(({ name }) => name.toLowerCase() === parsed.name.toLowerCase());
    const mark = stored && marks.get(stored.uid);
    steps.push(
      parsed.ok
        ? await planPolicy(on, { item: parsed.item, stored, mark }, options)
        : refusedStep("policy", parsed.name, toInvalid(parsed.issues)),
    );
  }
  const ordered = withOrder(policies, steps);
  if (!options.prune) return ordered;
  const spoken = new Set(wanted.map(({ name }) => name.toLowerCase()));
  const gone = policies.flatMap((policy) => {
    const mark = marks.get(policy.uid);
    if (mark?.source !== options.source || spoken.has(policy.name.toLowerCase())) return [];
    return [pruneStep(mark, { uid: policy.uid, item: toPolicyItem(namingOf(world), policy) })];
  });
  return [...ordered, ...gone];
}

async function planPolicy(
  on: PolicyPlanning,
  of: {
    readonly item: PolicyItem;
    readonly stored: DiscoveryPolicy | undefined;
    readonly mark: OwnerMark | undefined;
  },
  { source, adopt }: PlanOptions,
): Promise<Step<"policy">> {
  const { world, ports, coming } = on;
  const { item, stored, mark } = of;
  const naming = namingOf(world);
  try {
    const wanted = await toCanonicalPolicyItem(naming, item);
    const step = planStep({
      kind: "policy",
      name: stored?.name ?? wanted.name,
      wanted,
      stored: stored && { uid: stored.uid, item: toPolicyItem(naming, stored) },
      mark,
      source,
      adopt,
    });
    const named = wanted.match?.connections ?? [];
    if (named.some((slug) => coming.has(slug) && !naming.connections.uids.has(slug))) {
      return { ...step, notes: ["A connection that it names comes with this document."] };
    }
    if (step.action === "create") assertPolicyNames(ports, world.actor, toCreate(on, wanted));
    if (step.action === "update" && stored !== undefined) {
      const { match, actions } = toPatch(on, step, stored);
      assertPolicyNames(ports, world.actor, { match, actions }, stored);
    }
    return step;
  } catch (error) {
    return refusedStep("policy", item.name, toRefusal(error));
  }
}

/**
 * The order belongs to no policy, so it is stated like a setting: that of the policies that a document names, among
 * themselves. The others keep their places.
 */
function withOrder(
  policies: readonly DiscoveryPolicy[],
  steps: readonly Step<"policy">[],
): readonly Step<"policy">[] {
  const uids = steps.flatMap(({ stored, action }) =>
    stored !== null && action !== "refuse" ? stored.uid : [],
  );
  const now = policies.flatMap(({ uid }) => (uids.includes(uid) ? uid : []));
  return steps.map((step) => {
    const [before, after] = [now.indexOf(step.stored?.uid ?? ""), uids.indexOf(step.stored?.uid ?? "")];
    if (before === after || step.action === "refuse") return step;
    const change = { path: ["position"], before: before + 1, after: after + 1 };
    return { ...step, action: "update", changes: [...step.changes, change] };
  });
}

/** Whether nothing but its place is to change. */
export function isMoveAlone({ action, changes }: Pick<Step<"policy">, "action" | "changes">): boolean {
  return action === "update" && changes.every(({ path }) => path[0] === "position");
}

/** As the single call. @throws DomainError as the service. */
export async function writePolicy(
  service: PolicyService,
  on: PolicyPlanning & { readonly context: WriteContext },
  step: Step<"policy">,
): Promise<void> {
  const { world, context } = on;
  const { action, wanted, stored } = step;
  if (action === "delete" && stored !== null) return service.delete(world.actor, stored.uid, context);
  if (wanted === null || isMoveAlone(step)) return;
  if (action === "create") await service.create(world.actor, toCreate(on, wanted), context);
  const policy = world.policies?.find(({ uid }) => uid === stored?.uid);
  if (action === "update" && policy !== undefined)
    await service.update(world.actor, toPatch(on, step, policy), context);
}

/** Puts the policies of a document in its order, in the places that they hold together. */
export async function orderPolicies(
  service: PolicyService,
  { world, context }: { readonly world: World; readonly context: WriteContext },
  names: readonly string[],
): Promise<void> {
  const stored = await service.list(world.actor);
  const uidOf = new Map(stored.map(({ name, uid }) => [name.toLowerCase(), uid]));
  const named = names.flatMap((name) => uidOf.get(name.toLowerCase()) ?? []);
  const next = named.values();
  const uids = stored.map(({ uid }) => (named.includes(uid) ? (next.next().value ?? uid) : uid));
  if (uids.some((uid, at) => uid !== stored[at]?.uid)) await service.reorder(world.actor, uids, context);
}

function toCreate(on: PolicyPlanning, { name, enabled, match, actions }: PolicyItem) {
  return readDraft(createPolicySchema, {
    name,
    ...(enabled !== undefined && { enabled }),
    ...(match && { match: toStoredMatch(on, match) }),
    ...(actions && { actions: toStoredActions(on, actions) }),
  });
}

function toPatch(on: PolicyPlanning, { changes, wanted }: Step<"policy">, stored: DiscoveryPolicy) {
  const changed = new Set(changes.map(({ path }) => path[0]));
  const { name, enabled, match, actions } = wanted ?? {};
  return readDraft(updatePolicySchema, {
    uid: stored.uid,
    revision: stored.revision,
    ...(changed.has("name") && { name }),
    ...(changed.has("enabled") && { enabled }),
    ...(changed.has("match") && match && { match: toStoredMatch(on, match) }),
    ...(changed.has("actions") && actions && { actions: toStoredActions(on, actions) }),
  });
}

function toStoredMatch({ world }: PolicyPlanning, match: NonNullable<PolicyItem["match"]>): PolicyMatch {
  const { uids } = namingOf(world).connections;
  const { connections, ...rest } = match;
  return { ...rest, ...(connections && { connections: connections.map((slug) => uids.get(slug) ?? slug) }) };
}

function toStoredActions(
  { world, images }: PolicyPlanning,
  { access, image, ...rest }: NonNullable<PolicyItem["actions"]>,
): Record<keyof PolicyActions, unknown> | object {
  return {
    ...rest,
    ...(image !== undefined && { image: fromHashedImage(image, images) }),
    ...(access && { access: fromDocumentAccess(access, world.names) }),
  };
}

function namingOf({ names, connections }: World) {
  return { names, connections: connectionNames(connections) };
}

function isOfPolicy(mark: OwnerMark): mark is OwnerMark & { readonly kind: "policy" } {
  return mark.kind === "policy";
}
