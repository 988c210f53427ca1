import { administrators, readers, writers } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

/** Whoever may read the model. */
const ofReaders = { people: "DDD HAAAA AH", keys: "AADAHD A" };
/** What only those see who may write the model: readers are told that they may not. */
const ofWriters = { people: "DDD HDDAA AH", keys: "AADAHD A" };
/** Changes by those who may write the model. */
const changes = { people: "DDD HDDAA AH", keys: "ADDDDD A" };
const stale = { allowed: "revision_conflict" } as const;

export const rows: readonly Row[] = [
  // lists and tables that depend on nobody's right to one model
  { door: "models.list", ...readers, call: () => query("models.list", {}) },
  { door: "models.tags", ...readers, call: () => query("models.tags") },
  { door: "models.params", ...readers, call: () => query("models.params") },
  { door: "models.presentation", ...readers, call: () => query("models.presentation") },
  { door: "models.refresh", ...readers, call: () => mutation("models.refresh") },

  // what one model is
  { door: "models.get", ...ofReaders, call: ({ model }) => query("models.get", { id: model }) },
  {
    door: "models.get",
    people: "DDD HHHHH AA",
    keys: "HHDHHD A",
    call: ({ privateBase }) => query("models.get", { id: privateBase }),
    about: "of a base model",
  },
  { door: "models.dependents", ...ofWriters, call: ({ model }) => query("models.dependents", { id: model }) },
  { door: "models.preview", ...ofWriters, call: ({ model }) => query("models.preview", { id: model }) },
  {
    door: "models.previewBase",
    ...ofWriters,
    call: ({ model }) => query("models.previewBase", { id: model, baseModelId: "open-base:7b" }),
  },
  {
    door: "models.previewUpdate",
    ...ofWriters,
    call: ({ model }) => query("models.previewUpdate", { id: model, name: "Own" }),
  },
  { door: "models.history", ...ofWriters, call: ({ model }) => query("models.history", { id: model }) },
  {
    door: "models.compare",
    ...ofWriters,
    call: ({ model }) => query("models.compare", { id: model, from: 1, to: 2 }),
  },
  { door: "models.affected", ...changes, call: ({ model }) => query("models.affected", { id: model }) },
  { door: "models.pins.list", ...ofWriters, call: ({ model }) => query("models.pins.list", { id: model }) },

  // making models
  {
    door: "models.create",
    ...writers,
    call: () => mutation("models.create", { id: "matrix-other", name: "Taken", baseModelId: "open-base:7b" }),
    allowed: "model_id_taken",
  },
  {
    door: "models.create",
    people: "DDD HAAAA AH",
    keys: "ADDDDD A",
    call: ({ model }) => mutation("models.create", { id: "matrix-other", name: "Taken", baseModelId: model }),
    about: "over a model",
    allowed: "model_id_taken",
  },
  {
    door: "models.clone",
    people: "DDD HAAAA AH",
    keys: "ADDDDD A",
    call: ({ model }) => mutation("models.clone", { id: model, newId: "matrix-other" }),
    allowed: "model_id_taken",
  },

  // changing one
  {
    door: "models.update",
    ...changes,
    call: ({ model }) => mutation("models.update", { id: model, revision: 999, name: "Other" }),
    ...stale,
  },
  {
    door: "models.update",
    people: "DDD HHHHH AA",
    keys: "HDDDDD A",
    call: ({ privateBase }) => mutation("models.update", { id: privateBase, revision: 999, name: "Other" }),
    about: "of a base model",
    ...stale,
  },
  {
    door: "models.toggle",
    ...changes,
    call: ({ model }) => mutation("models.toggle", { id: model, isActive: true }),
  },
  // who may not write the base cannot vouch for it
  {
    door: "models.takeOver",
    people: "DDD HDDDD AH",
    keys: "DDDDDD A",
    call: ({ model }) => mutation("models.takeOver", { id: model, revision: 999 }),
    ...stale,
  },
  {
    door: "models.delete",
    people: "DDD HDDAA AA",
    keys: "ADDDDD A",
    call: ({ model }) => mutation("models.delete", { id: model }),
    allowed: "dependants_exist",
  },
  {
    door: "models.restore",
    ...changes,
    call: ({ model }) => mutation("models.restore", { id: model, revision: 999, version: 1 }),
    ...stale,
  },
  {
    door: "models.deprecate",
    ...changes,
    call: ({ model }) => mutation("models.deprecate", { id: model, note: "later" }),
  },
  { door: "models.reinstate", ...changes, call: ({ model }) => mutation("models.reinstate", { id: model }) },
  // that it has changed since is told to whoever may see it, or may delete it unseen; then who may write is judged
  {
    door: "models.undo",
    people: "DDD HAAAA AA",
    keys: "ADDDDD A",
    call: ({ modelUid }) => mutation("models.undo", { uid: modelUid, revision: 1 }),
    allowed: "revision_conflict",
  },
  {
    door: "models.pins.set",
    ...changes,
    call: ({ model, user }) =>
      mutation("models.pins.set", { id: model, revision: 1, target: { kind: "user", userId: user } }),
  },
  {
    door: "models.pins.remove",
    ...changes,
    call: ({ model }) =>
      mutation("models.pins.remove", { id: model, uid: "00000000-0000-4000-8000-000000000000" }),
    allowed: "pin_not_found",
  },

  // changing many
  // a report tells item by item, also of the forbidden ones
  {
    door: "models.bulk",
    people: "DDD HAAAA AH",
    keys: "ADDDDD A",
    call: ({ model }) =>
      mutation("models.bulk", { select: { ids: [model] }, change: { hidden: false }, dryRun: true }),
  },
  // what administrators keep without their bypass
  {
    door: "models.bulk",
    people: "DDD HAAAA AA",
    keys: "ADDDDD A",
    call: ({ model }) =>
      mutation("models.bulk", { select: { ids: [model] }, change: { isActive: false }, dryRun: true }),
    about: "deactivating",
  },
  {
    door: "models.bulk",
    people: "DDD HAAAA AA",
    keys: "ADDDDD A",
    call: ({ model, user }) =>
      mutation("models.bulk", { select: { ids: [model] }, change: { ownerId: user }, dryRun: true }),
    about: "handing over",
  },
  {
    door: "models.repoint",
    ...changes,
    call: ({ model }) => mutation("models.repoint", { from: model, to: "open-base:7b", dryRun: true }),
  },
  {
    door: "models.deleteAll",
    ...administrators,
    call: () => mutation("models.deleteAll", { expectedTotal: 999 }),
    allowed: "selection_changed",
  },
  { door: "models.renames", ...administrators, call: () => query("models.renames") },
  {
    door: "models.rename",
    ...administrators,
    call: () => mutation("models.rename", { from: "no-model", to: "neither" }),
    allowed: "model_not_found",
  },
  {
    door: "models.updatePresentation",
    ...administrators,
    call: () => mutation("models.updatePresentation", { revision: 999, pinned: [] }),
    ...stale,
  },
];
