import { byPolicy, conflict, denied, invalid, shown, takesNoInput, type CaseTable } from "./case-table.ts";

const aliases = "procedures/aliases";
const names = "procedures/names";
const bases = "procedures/base-names";

export const namesCases: CaseTable = {
  "aliases.list": {
    happy: shown(
      aliases,
      "aliases.create gives a name to models, and only those that a caller may call answer",
    ),
    denied: shown(
      aliases,
      "of nothing that the caller may call does not exist for them, and an administrator still sees it",
    ),
    invalid: takesNoInput,
  },
  "aliases.get": {
    happy: shown(
      aliases,
      "aliases.create gives a name to models, and only those that a caller may call answer",
    ),
    denied: denied({ id: "team" }, "model_not_found"),
    invalid: invalid({ id: "" }, "id"),
  },
  "aliases.create": {
    happy: shown(
      aliases,
      "aliases.create gives a name to models, and only those that a caller may call answer",
    ),
    denied: byPolicy,
    invalid: invalid({ id: "other", targets: [] }, "targets"),
    conflict: conflict({ id: "PRESET", targets: [{ id: "open-base" }] }, "model_id_taken"),
  },
  "aliases.update": {
    happy: shown(aliases, "aliases.update changes what it stands for, on the revision that was seen"),
    denied: byPolicy,
    invalid: invalid(
      { id: "team", revision: 1, targets: [{ id: "open-base" }, { id: "OPEN-base" }] },
      "targets.1.id",
    ),
    conflict: conflict({ id: "team", revision: 99, description: "Stale" }, "revision_conflict"),
  },
  "aliases.delete": {
    happy: shown(aliases, "[vector 37] takes the name of its targets where it shall, and gives it back"),
    denied: byPolicy,
    invalid: invalid({}, "id"),
    conflict: conflict({ id: "preset" }, "model_not_found"),
  },
  "names.list": {
    happy: shown(names, "names.list tells who has it and who waits for it; names.move gives it away"),
    denied: byPolicy,
    invalid: invalid({ limit: 0 }, "limit"),
  },
  "names.move": {
    happy: shown(names, "names.list tells who has it and who waits for it; names.move gives it away"),
    denied: byPolicy,
    invalid: invalid({ name: "open-base", from: "lab", to: "lab" }, "from"),
    conflict: conflict(
      ({ baseUid, keyUid }) => ({ name: "open-base", from: keyUid, to: baseUid }),
      "revision_conflict",
    ),
  },
  "names.forget": {
    happy: shown(
      names,
      "does not move by itself: it stays reserved while its model is gone, until it is forgotten",
    ),
    denied: byPolicy,
    invalid: invalid({ name: "open-base" }, "owner"),
    conflict: conflict(({ baseUid }) => ({ name: "open-base", owner: baseUid }), "name_in_use"),
  },
  "baseNames.list": {
    happy: shown(bases, "it is of Ollama's grammar alone, and opens nothing to anybody"),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "baseNames.save": {
    happy: shown(
      bases,
      "baseNames.save gives params, tags and capabilities to every tag, and the settings of one tag win",
    ),
    denied: byPolicy,
    invalid: invalid({ name: "llama3.2:1b" }, "name"),
    conflict: conflict({ name: "llama3.2", revision: 99 }, "revision_conflict"),
  },
  "baseNames.delete": {
    happy: shown(bases, "it is about models that come later too, and about those of a custom model's chain"),
    denied: byPolicy,
    invalid: invalid({ name: "llama3.2:1b" }, "name"),
    conflict: conflict({ name: "nothing" }, "base_name_not_found"),
  },
};
