import type { ModelRecord } from "../model/model-record.ts";
import { recordUidOf } from "../model/writable-entry.ts";
import type { ItemWrite } from "../operation/item-write.ts";
import { createModelSchema } from "../model/model-input.ts";
import { fromDocumentAccess } from "./document-access.ts";
import { fromHashedImage } from "./document-images.ts";
import type { ModelItem } from "./document-schema.ts";
import { toCanonicalModelItem, toModelItem } from "./model-items.ts";
import { withOwner } from "./model-owner.ts";
import type { OwnerMark } from "./owner-marks.ts";
import type { ParsedItem } from "./parse-document.ts";
import { planStep, pruneStep, refusedStep, type Step } from "./plan-step.ts";
import type { World } from "./read-world.ts";

export type PlanOptions = {
  /** The source as marks bear it. */
  readonly source: string;
  readonly adopt: boolean;
  readonly prune: boolean;
};

/** What is to be done about the models of a document. */
export async function planModels(
  world: World,
  wanted: readonly ParsedItem<ModelItem>[],
  { source, adopt, prune }: PlanOptions,
): Promise<readonly Step<"model">[]> {
  const { records } = world;
  const marks = new Map(world.marks.filter(isOfModel).map((mark) => [mark.uid, mark]));
  const steps: Step<"model">[] = [];
  const spoken = new Set<string>();
  for (const parsed of wanted) {
    const uid = recordUidNamed(world, parsed.name);
    const isTwice = uid !== undefined && spoken.has(uid);
    if (uid !== undefined) spoken.add(uid);
    if (!parsed.ok) steps.push(refusedStep("model", parsed.name, toInvalid(parsed.issues)));
    else if (isTwice) steps.push(refusedStep("model", parsed.name, toInvalid([namedTwice])));
    else
      steps.push(
        planModel(world, await toCanonicalModelItem(world, parsed.item), { uid, marks, source, adopt }),
      );
  }
  if (!prune) return steps;
  const gone = [...marks.values()].filter((mark) => mark.source === source && !spoken.has(mark.uid));
  return [...steps, ...gone.flatMap((mark) => pruneModel(world, mark, records.get(mark.uid)))];
}

const namedTwice = { path: ["id"], message: "is another name of a model that the document names already" };

function planModel(
  world: World,
  item: ModelItem,
  on: {
    readonly uid: string | undefined;
    readonly marks: ReadonlyMap<string, OwnerMark>;
    readonly source: string;
    readonly adopt: boolean;
  },
): Step<"model"> {
  const { uid, marks, source, adopt } = on;
  const record = uid === undefined ? undefined : world.records.get(uid);
  const { item: wanted, notes } = withOwner(world, item, record);
  const planned = planStep({
    kind: "model",
    name: wanted.id,
    wanted,
    stored: record && { uid: record.uid, item: toModelItem(world, record) },
    mark: record && marks.get(record.uid),
    source,
    adopt,
  });
  const step = { ...planned, notes };
  // What is there and not the actor's to write, or cannot become what is wanted: the single call would be an update.
  const isForeign = uid !== undefined && record === undefined;
  const isProviders =
    uid === undefined && typeof wanted.baseModelId === "string" && isReadable(world, wanted.id);
  return isForeign || isProviders ? { ...step, action: "update" } : step;
}

function pruneModel(
  world: World,
  mark: OwnerMark & { readonly kind: "model" },
  record: ModelRecord | undefined,
): readonly Step<"model">[] {
  if (record !== undefined) return [pruneStep(mark, { uid: record.uid, item: toModelItem(world, record) })];
  // gone by hand already, or not the actor's any more, which the single call then says
  const isThere = recordUidNamed(world, mark.name) === mark.uid;
  return isThere
    ? [{ ...pruneStep(mark, { uid: mark.uid, item: { id: mark.name as ModelItem["id"] } }), drift: [] }]
    : []; // safe: it was a model's id
}

/** Uid of the record under a name that the actor may read. */
function recordUidNamed(world: World, name: string): string | undefined {
  const entry = world.snapshot.findByName(name);
  return entry !== undefined && isReadable(world, name) ? recordUidOf(entry) : undefined;
}

function isReadable({ snapshot, actor }: World, name: string): boolean {
  const entry = snapshot.findByName(name);
  return entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
}

function isOfModel(mark: OwnerMark): mark is OwnerMark & { readonly kind: "model" } {
  return mark.kind === "model";
}

/** The write that a step stands for; `undefined` for one that writes nothing. */
export function toModelWrite(
  step: Step<"model">,
  on: {
    readonly world: World;
    readonly images: Readonly<Record<string, string>>;
    readonly force: boolean;
    /** Groups that this document is about to make, in lower case: nobody can be granted through them yet. */
    readonly comingGroups: ReadonlySet<string>;
  },
): ItemWrite | undefined {
  const { world, images, force, comingGroups } = on;
  const { action, wanted, stored, name } = step;
  if (action === "delete") return { kind: "delete", id: name, force };
  if (wanted === null || (action !== "create" && action !== "update")) return undefined;
  const { access: named, meta, owner, ...fields } = wanted;
  const access = named && withoutComing(named, comingGroups);
  const input = {
    ...fields,
    ...(meta !== undefined && { meta: withPicture(meta, images) }),
    ...(access !== undefined && { access: fromDocumentAccess(access, world.names) }),
  };
  const ownerId = owner && world.names.toUserId(owner);
  if (action === "create") {
    return {
      kind: "create",
      ...(ownerId !== undefined && { ownerId }),
      input: createModelSchema.parse({
        ...input,
        name: input.name ?? wanted.id,
        baseModelId: wanted.baseModelId ?? null,
      }),
    };
  }
  const record = stored && world.records.get(stored.uid);
  const changed = new Set(step.changes.map(({ path }) => path[0]));
  const patch =
    stored === null
      ? input
      : Object.fromEntries(Object.entries(input).filter(([field]) => changed.has(field)));
  return {
    kind: "update",
    input: {
      ...patch,
      ...(changed.has("owner") && ownerId !== undefined && { ownerId }),
      id: wanted.id,
      ...(record && { revision: record.revision }),
    },
  };
}

function withPicture(
  meta: NonNullable<ModelItem["meta"]>,
  images: Readonly<Record<string, string>>,
): NonNullable<ModelItem["meta"]> {
  const { profile_image_url: url } = meta;
  return typeof url === "string" ? { ...meta, profile_image_url: fromHashedImage(url, images) } : meta;
}

function withoutComing(access: NonNullable<ModelItem["access"]>, coming: ReadonlySet<string>) {
  if (typeof access === "string" || coming.size === 0) return access;
  const { read, write } = access;
  const there = (names: readonly string[]) => names.filter((name) => !coming.has(name.toLowerCase()));
  return {
    read: { ...read, groups: there(read.groups) },
    write: { ...write, groups: there(write.groups) },
  };
}

export function toInvalid(
  issues: readonly { readonly path: readonly (string | number)[]; readonly message: string }[],
) {
  const [first] = issues;
  const message =
    first === undefined ? "The item cannot be read." : `${first.path.join(".")}: ${first.message}`;
  return { outcome: "invalid", error: { code: "invalid_input", message, issues } } as const;
}
