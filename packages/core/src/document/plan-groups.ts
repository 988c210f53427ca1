import type { GroupInput, GroupService } from "../identity/group-service.ts";
import type { Group } from "../identity/user.ts";
import type { WriteContext } from "../model/model-service.ts";
import { DomainError } from "../error/domain-error.ts";
import { toRefusal } from "./document-report.ts";
import type { GroupItem } from "./document-schema.ts";
import { toCanonicalGroupItem, toGroupItem } from "./group-items.ts";
import type { OwnerMark } from "./owner-marks.ts";
import type { ParsedItem } from "./parse-document.ts";
import { toInvalid, type PlanOptions } from "./plan-models.ts";
import { planStep, pruneStep, refusedStep, type Step } from "./plan-step.ts";
import type { World } from "./read-world.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/** What is to be done about the groups of a document. */
export function planGroups(
  world: World,
  wanted: readonly ParsedItem<GroupItem>[],
  { source, adopt, prune }: PlanOptions,
): readonly Step<"group">[] {
  const { groups, names } = world;
  if (groups === null) return wanted.map(({ name }) => refusedStep("group", name, notYours("groups")));
  const stored = new Map(groups.map((group) => [group.name.toLowerCase(), group]));
  const marks = new Map(world.marks.filter(isOfGroup).map((mark) => [mark.uid, mark]));
  const steps = wanted.map((parsed) => {
    if (!parsed.ok) return refusedStep("group", parsed.name, toInvalid(parsed.issues));
    const item = toCanonicalGroupItem(names, parsed.item);
    const strangers = (item.members ?? []).filter((member) => !uuid.test(names.toUserId(member)));
    if (strangers.length > 0) return refusedStep("group", item.name, unknownMembers(strangers));
    const group = stored.get(item.name.toLowerCase());
    return planStep({
      kind: "group",
      name: item.name,
      wanted: item,
      stored: group && { uid: group.id, item: toGroupItem(names, group) },
      mark: group && marks.get(group.id),
      source,
      adopt,
    });
  });
  if (!prune) return steps;
  const spoken = new Set(wanted.map(({ name }) => name.toLowerCase()));
  const gone = groups.filter(
    ({ id, name }) => marks.get(id)?.source === source && !spoken.has(name.toLowerCase()),
  );
  return [...steps, ...gone.flatMap((group) => pruneGroup(world, marks.get(group.id), group))];
}

function pruneGroup(
  { names }: World,
  mark: (OwnerMark & { readonly kind: "group" }) | undefined,
  group: Group,
): readonly Step<"group">[] {
  return mark === undefined ? [] : [pruneStep(mark, { uid: group.id, item: toGroupItem(names, group) })];
}

/** As the single call. @throws DomainError as the service. */
export async function writeGroup(
  service: GroupService,
  { world, context }: { readonly world: World; readonly context: WriteContext },
  { action, wanted, stored, changes }: Step<"group">,
): Promise<void> {
  const { actor, names } = world;
  if (action === "delete" && stored !== null) return service.delete(actor, stored.uid, context);
  if (wanted === null) return;
  const memberIds = wanted.members?.map(names.toUserId);
  if (action === "create") {
    await service.create(
      actor,
      { name: wanted.name, description: wanted.description ?? "", memberIds: memberIds ?? [] },
      context,
    );
  } else if (action === "update" && stored !== null) {
    const changed = new Set(changes.map(({ path }) => path[0]));
    const change: Partial<GroupInput> = {
      ...(changed.has("name") && { name: wanted.name }),
      ...(changed.has("description") &&
        wanted.description !== undefined && { description: wanted.description }),
      ...(changed.has("members") && memberIds !== undefined && { memberIds }),
    };
    await service.update(actor, { id: stored.uid, ...change }, context);
  }
}

export function notYours(what: string) {
  return toRefusal(
    new DomainError(
      "access_denied",
      `Only administrators who are signed in may write ${what}; an API key cannot.`,
    ),
  );
}

function unknownMembers(strangers: readonly string[]) {
  const issues = strangers.map((member) => ({ path: ["members"], message: `${member} has no account here` }));
  return toRefusal(
    new DomainError("user_not_found", `No account here belongs to ${strangers.join(", ")}.`, {
      details: { issues },
    }),
  );
}

function isOfGroup(mark: OwnerMark): mark is OwnerMark & { readonly kind: "group" } {
  return mark.kind === "group";
}
