import {
  byPolicy,
  conflict,
  denied,
  invalid,
  none,
  shown,
  takesNoInput,
  type CaseTable,
} from "./case-table.ts";

const models = "procedures/models";
const history = "procedures/model-history";
const lifecycle = "procedures/lifecycle";
const clone = "procedures/clone";
const oneFirst = "the same whoever asks twice: its meaning does not depend on what else changed";

export const modelsCases: CaseTable = {
  "models.list": {
    happy: shown(
      models,
      "models.list shows administrators what a provider lists, and members nothing until it is shared",
    ),
    denied: byPolicy,
    invalid: invalid({ limit: 1_000 }, "limit"),
  },
  "models.get": {
    happy: shown(
      models,
      "models.get knows a base by any spelling of its name, with what the provider says of it",
    ),
    denied: denied({ id: "preset" }, "model_not_found"),
    invalid: invalid({ id: "a/../b" }, "id"),
  },
  "models.create": {
    happy: shown(
      models,
      "models.create needs a base that its maker may read, one error for missing and forbidden",
    ),
    denied: denied({ id: "new", name: "New", baseModelId: "preset" }, "base_model_not_found"),
    invalid: invalid(
      { id: "new", name: "New", baseModelId: "open-base", params: { temperature: 3 } },
      "params.temperature",
    ),
    conflict: conflict({ id: "PRESET", name: "New", baseModelId: "open-base" }, "model_id_taken"),
  },
  "models.clone": {
    happy: shown(clone, "copies what the caller may write, image included, and grants nobody anything"),
    denied: denied({ id: "preset", newId: "mine" }, "model_not_found"),
    invalid: invalid({ id: "preset", newId: "a,b" }, "newId"),
    conflict: conflict({ id: "preset", newId: "readable" }, "model_id_taken"),
  },
  "models.update": {
    happy: shown(
      models,
      "models.update patches one level deep on a revision, and a stale one gets the current record",
    ),
    denied: denied({ id: "readable", revision: 1, name: "Mine" }),
    invalid: invalid({ id: "preset", name: "Without revision" }, "revision"),
    conflict: conflict({ id: "preset", revision: 99, name: "Stale" }, "revision_conflict"),
  },
  "models.toggle": {
    happy: shown(
      models,
      "models.toggle flips or sets, and an inactive model refuses calls and leaves readers' lists",
    ),
    denied: denied({ id: "readable" }),
    invalid: invalid({ id: "preset", isActive: "no" }, "isActive"),
    conflict: none(oneFirst),
  },
  "models.takeOver": {
    happy: shown(
      "procedures/take-over",
      "brings a model back whose voucher lost their right, and keeps it when they do later",
    ),
    denied: denied({ id: "readable", revision: 1 }),
    invalid: invalid({ id: "preset" }, "revision"),
    conflict: conflict({ id: "preset", revision: 99 }, "revision_conflict"),
  },
  "models.delete": {
    happy: shown(models, "models.delete names the dependants that one may see and counts the others"),
    denied: denied({ id: "readable" }),
    invalid: invalid({ id: "" }, "id"),
    conflict: conflict({ id: "preset" }, "dependants_exist"),
  },
  "models.deleteAll": {
    happy: shown(
      clone,
      "deletes exactly what was agreed to, settings of providers' models included, as one change",
    ),
    denied: byPolicy,
    invalid: invalid({}, "expectedTotal"),
    conflict: conflict({ expectedTotal: 99 }, "selection_changed"),
  },
  "models.dependents": {
    happy: shown(
      "procedures/previews",
      "shows the whole tree above a model: what the caller may read by name, the rest as a number",
    ),
    denied: denied({ id: "readable" }),
    invalid: invalid({ id: "../x" }, "id"),
  },
  "models.preview": {
    happy: shown(
      "procedures/call-previews",
      "shows what the gateway then sends, with who set each value and what was changed on the way",
    ),
    denied: denied({ id: "readable" }),
    invalid: invalid({ id: "preset", params: { temperature: 3 } }, "params.temperature"),
  },
  "models.previewBase": {
    happy: shown(
      "procedures/call-previews",
      "shows what is sent differently over another provider's model, and changes nothing",
    ),
    denied: denied({ id: "readable", baseModelId: "open-base" }),
    invalid: invalid({ id: "preset" }, "baseModelId"),
  },
  "models.previewUpdate": {
    happy: shown("procedures/previews", "tells whose params change from what to what, and who sets them"),
    denied: denied({ id: "readable", revision: 1, name: "Mine" }),
    invalid: invalid({ id: "preset", revision: 1, params: { temperature: 3 } }, "params.temperature"),
  },
  "models.history": {
    happy: shown(history, "models.history tells who wrote what, newest first, and counts what there is"),
    denied: denied({ id: "readable" }),
    invalid: invalid({ id: "preset", limit: 1_000 }, "limit"),
  },
  "models.compare": {
    happy: shown(history, "models.compare gives what lies between two versions, in either direction"),
    denied: denied({ id: "readable", from: 1, to: 1 }),
    invalid: invalid({ id: "preset", from: 0, to: 1 }, "from"),
  },
  "models.restore": {
    happy: shown(history, "models.restore makes a model again what it was, as a new version"),
    denied: denied({ id: "readable", version: 1, revision: 1 }),
    invalid: invalid({ id: "preset", version: 1 }, "revision"),
    conflict: conflict({ id: "preset", version: 1, revision: 99 }, "revision_conflict"),
  },
  "models.deprecate": {
    happy: shown(
      lifecycle,
      "tells people on every row, and programs on every call, until models.reinstate takes it back",
    ),
    denied: denied({ id: "readable", retiresAt: null }),
    invalid: invalid({ id: "preset", retiresAt: "soon" }, "retiresAt"),
    conflict: conflict({ id: "preset", retiresAt: null, successorId: "preset" }, "base_cycle"),
  },
  "models.reinstate": {
    happy: shown(
      lifecycle,
      "tells people on every row, and programs on every call, until models.reinstate takes it back",
    ),
    denied: denied({ id: "readable" }),
    invalid: invalid({}, "id"),
    conflict: none(oneFirst),
  },
  "models.affected": {
    happy: shown(lifecycle, "names what is built on a model, aliases, keys, and who used any of them"),
    denied: denied({ id: "readable" }),
    invalid: invalid({ id: "preset", days: 0 }, "days"),
  },
  "models.repoint": {
    happy: shown(lifecycle, "builds on the successor what its actor may write, and reports the rest"),
    denied: denied({ from: "readable", to: "open-base" }),
    invalid: invalid({ from: "preset", to: "" }, "to"),
    conflict: conflict({ from: "preset", to: "PRESET" }, "base_cycle"),
  },
  "models.bulk": {
    happy: shown(
      "procedures/bulk",
      "sets any field of the chosen models, in one transaction, with a result for each",
    ),
    denied: shown("procedures/bulk", "touches nothing that the caller could not change one by one"),
    invalid: invalid({ select: { ids: ["preset"] }, change: { isActive: "no" } }, "change.isActive"),
    conflict: conflict(
      { select: { filter: { query: "preset" }, expectedTotal: 99 }, change: { isActive: false } },
      "selection_changed",
    ),
  },
  "models.undo": {
    happy: shown(
      "procedures/bulk",
      "takes a creation back unless something is built on it, and an update unless there was a later one",
    ),
    denied: shown("procedures/bulk", "is refused to others, and answers strangers as if there was nothing"),
    invalid: invalid({}, "uid"),
    conflict: shown(
      "procedures/bulk",
      "takes a creation back unless something is built on it, and an update unless there was a later one",
    ),
  },
  "models.pins.list": {
    happy: shown(
      "procedures/pins",
      "a pinned person gets the params and the prompt of that revision, and the others the current ones",
    ),
    denied: denied({ id: "readable" }),
    invalid: invalid({}, "id"),
  },
  "models.pins.set": {
    happy: shown(
      "procedures/pins",
      "a pinned person gets the params and the prompt of that revision, and the others the current ones",
    ),
    denied: denied(({ bob }) => ({ id: "readable", revision: 1, target: { kind: "user", userId: bob.id } })),
    invalid: invalid(
      { id: "preset", revision: 1, target: { kind: "share", percent: 101 } },
      "target.percent",
    ),
    conflict: conflict(
      ({ bob }) => ({ id: "preset", revision: 99, target: { kind: "user", userId: bob.id } }),
      "version_not_found",
    ),
  },
  "models.pins.remove": {
    happy: shown(
      "procedures/pins",
      "a pinned person gets the params and the prompt of that revision, and the others the current ones",
    ),
    denied: denied(({ keyUid }) => ({ id: "readable", uid: keyUid })),
    invalid: invalid({ id: "preset", uid: "first" }, "uid"),
    conflict: conflict(({ keyUid }) => ({ id: "preset", uid: keyUid }), "pin_not_found"),
  },
  "models.tags": {
    happy: shown(
      models,
      "models.tags counts the tags of what one may see, and models.refresh asks the providers",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "models.params": {
    happy: shown(
      "procedures/resolved-models",
      "lists every param with type, range, group, and what becomes of it at each kind of provider",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "models.renames": {
    happy: shown(
      "procedures/renames",
      "models.renames suggests a model with the same weights, and says what would move",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "models.presentation": {
    happy: shown(
      "procedures/presentation",
      "models.updatePresentation sets a default, pins and an order, and models.presentation and the rows bear them",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "models.updatePresentation": {
    happy: shown(
      "procedures/presentation",
      "models.updatePresentation sets a default, pins and an order, and models.presentation and the rows bear them",
    ),
    denied: byPolicy,
    invalid: invalid({ revision: 0, pinned: "preset" }, "pinned"),
    conflict: conflict({ revision: 99, default: "preset" }, "revision_conflict"),
  },
  "models.rename": {
    happy: shown(
      "procedures/renames",
      "models.rename moves settings, custom models and aliases, and leaves the old name as an alias",
    ),
    denied: byPolicy,
    invalid: invalid({ from: "preset", to: "open-base" }, "from"),
    conflict: conflict({ from: "open-base", to: "llama3.2" }, "name_in_use"),
  },
  "models.refresh": {
    happy: shown(
      models,
      "models.tags counts the tags of what one may see, and models.refresh asks the providers",
    ),
    denied: byPolicy,
    invalid: takesNoInput,
    conflict: none("a refresh that runs already is joined"),
  },
};
