import { DomainError } from "../error/domain-error.ts";
import { publicNameKey, type ModelId } from "../model/model-id.ts";
import type { WriteContext } from "../model/model-service.ts";
import { createAliasSchema, type Alias } from "../name/alias.ts";
import type { AliasService } from "../name/alias-service.ts";
import { resolveTargets } from "../name/alias-targets.ts";
import { toRefusal } from "./document-report.ts";
import type { AliasItem } from "./document-schema.ts";
import { canonicalName, publicNameOf } from "./model-items.ts";
import type { OwnerMark } from "./owner-marks.ts";
import type { ParsedItem } from "./parse-document.ts";
import { notYours } from "./plan-groups.ts";
import { toInvalid, type PlanOptions } from "./plan-models.ts";
import { planStep, pruneStep, refusedStep, type Step } from "./plan-step.ts";
import { readDraft } from "./read-draft.ts";
import type { World } from "./read-world.ts";

/** Whether a model of this name may be there once the aliases are written, though it is not there yet. */
export type IsComing = (id: string) => boolean;

/** What is to be done about the aliases of a document. */
export function planAliases(
  world: World,
  { wanted, isComing }: { readonly wanted: readonly ParsedItem<AliasItem>[]; readonly isComing: IsComing },
  { source, adopt, prune }: PlanOptions,
): readonly Step<"alias">[] {
  const { aliases } = world;
  if (aliases === null) return wanted.map(({ name }) => refusedStep("alias", name, notYours("aliases")));
  const byKey = new Map(aliases.map((alias) => [publicNameKey(alias.id), alias]));
  const marks = new Map(world.marks.filter(isOfAlias).map((mark) => [mark.uid, mark]));
  const steps = wanted.map((parsed) => {
    if (!parsed.ok) return refusedStep("alias", parsed.name, toInvalid(parsed.issues));
    const stored = byKey.get(publicNameKey(parsed.name));
    const step = planStep({
      kind: "alias",
      name: stored?.id ?? parsed.item.id,
      wanted: toCanonicalAliasItem(world, parsed.item, stored),
      stored: stored && { uid: stored.uid, item: toAliasItem(world, stored) },
      mark: stored && marks.get(stored.uid),
      source,
      adopt,
    });
    return judge(world, step, { stored, isComing });
  });
  if (!prune) return steps;
  const spoken = new Set(wanted.map(({ name }) => publicNameKey(name)));
  const gone = aliases.flatMap((alias) => {
    const mark = marks.get(alias.uid);
    if (mark?.source !== source || spoken.has(publicNameKey(alias.id))) return [];
    return [pruneStep(mark, { uid: alias.uid, item: toAliasItem(world, alias) })];
  });
  return [...steps, ...gone];
}

/** The whole item of a stored alias. A target that was deleted stands by the name it had. */
export function toAliasItem(world: World, { id, description, targets }: Alias): AliasItem {
  const nameOf = (target: Alias["targets"][number]) => {
    const entry = target.model === null ? undefined : world.snapshot.findByUid(target.model.uid);
    return entry === undefined ? (target.id as ModelId) : publicNameOf(world.snapshot, entry); // safe: it was a model's name
  };
  return {
    id: id as ModelId, // safe: parsed when it came in
    description,
    targets: targets.map((target) => ({ id: nameOf(target), weight: target.weight })),
  };
}

function toCanonicalAliasItem(world: World, item: AliasItem, stored: Alias | undefined): AliasItem {
  const { id, description, targets } = item;
  return {
    id: (stored?.id as ModelId | undefined) ?? id, // safe: as above
    ...(description !== undefined && { description }),
    ...(targets !== undefined && {
      targets: targets.map(({ id: target, weight }) => ({ id: canonicalName(world, target), weight })),
    }),
  };
}

/** As far as the single call would refuse it before anything is written. */
function judge(
  { snapshot, actor }: World,
  step: Step<"alias">,
  { stored, isComing }: { readonly stored: Alias | undefined; readonly isComing: IsComing },
): Step<"alias"> {
  const { action, wanted, name } = step;
  if (wanted === null || (action !== "create" && action !== "update")) return step;
  try {
    if (action === "create" && snapshot.findByName(wanted.id) !== undefined) {
      throw new DomainError("model_id_taken", `"${wanted.id}" is the name of a model.`);
    }
    const given = action === "create" ? readDraft(createAliasSchema, wanted).targets : (wanted.targets ?? []);
    const [coming, there] = [true, false].map((is) => given.filter(({ id }) => isUnknown(id) === is));
    if (there !== undefined) resolveTargets(snapshot, { actor, given: there, stored: stored?.targets ?? [] });
    return coming === undefined || coming.length === 0
      ? step
      : { ...step, notes: ["A model that it stands for comes with this document."] };
  } catch (error) {
    return refusedStep("alias", name, toRefusal(error));
  }

  function isUnknown(id: string): boolean {
    return snapshot.findByName(id) === undefined && isComing(id);
  }
}

/**
 * Whether a step is for before the models: a model that goes must not be a target any more. The others wait until
 * everything they may stand for is there.
 */
export function isBeforeModels({ action, notes }: Step<"alias">): boolean {
  return action === "delete" || (action === "update" && notes.length === 0);
}

/** As the single call. @throws DomainError as the service. */
export async function writeAlias(
  service: AliasService,
  { world, context }: { readonly world: World; readonly context: WriteContext },
  { action, name, wanted, stored, changes }: Step<"alias">,
): Promise<void> {
  const { actor } = world;
  if (action === "delete") return service.delete(actor, name, context);
  if (wanted === null) return;
  if (action === "create") {
    await service.create(actor, readDraft(createAliasSchema, wanted), context);
    return;
  }
  const alias = world.aliases?.find(({ uid }) => uid === stored?.uid);
  if (action !== "update" || alias === undefined) return;
  const changed = new Set(changes.map(({ path }) => path[0]));
  const { description, targets } = wanted;
  const patch = {
    ...(changed.has("description") && description !== undefined && { description }),
    ...(changed.has("targets") && targets !== undefined && { targets }),
  };
  await service.update(actor, { id: wanted.id, revision: alias.revision, ...patch }, context);
}

/** Of the aliases that stand for a model now, whether the steps take every one away from it. */
export function isFreed({ aliases, snapshot }: World, uid: string, steps: readonly Step<"alias">[]): boolean {
  const standing = (aliases ?? []).filter(({ targets }) => targets.some(({ model }) => model?.uid === uid));
  return standing.every((alias) => {
    const step = steps.find(({ stored }) => stored?.uid === alias.uid);
    if (step === undefined || !isBeforeModels(step)) return false;
    const left = step.wanted?.targets;
    if (step.action === "delete" || left === undefined) return step.action === "delete";
    return left.every(({ id }) => snapshot.findByName(id)?.uid !== uid);
  });
}

function isOfAlias(mark: OwnerMark): mark is OwnerMark & { readonly kind: "alias" } {
  return mark.kind === "alias";
}
