import { byPolicy, conflict, invalid, none, shown, takesNoInput, type CaseTable } from "./case-table.ts";

const ollama = "procedures/ollama";
const nobody = "00000000-0000-4000-8000-000000000000";
const wrongServer = invalid({ connectionUid: "lab" }, "connectionUid");
const looks = "ollama.version, ollama.tags, ollama.running and ollama.show tell what the server says";
const memory = "ollama.load and ollama.unload move a model into memory and out of it";
const unknownServer = conflict({ connectionUid: nobody, model: "llama3.2" }, "connection_not_found");
const noModel = invalid(({ connectionUid }) => ({ connectionUid, model: "" }), "model");

export const ollamaCases: CaseTable = {
  "ollama.servers": {
    happy: shown(ollama, "ollama.servers lists the connections that are Ollama's, and no other"),
    denied: byPolicy,
    invalid: takesNoInput,
  },
  "ollama.version": { happy: shown(ollama, looks), denied: byPolicy, invalid: wrongServer },
  "ollama.tags": { happy: shown(ollama, looks), denied: byPolicy, invalid: wrongServer },
  "ollama.running": { happy: shown(ollama, looks), denied: byPolicy, invalid: wrongServer },
  "ollama.show": { happy: shown(ollama, looks), denied: byPolicy, invalid: noModel },
  "ollama.load": {
    happy: shown(ollama, memory),
    denied: byPolicy,
    invalid: noModel,
    conflict: unknownServer,
  },
  "ollama.unload": {
    happy: shown(ollama, memory),
    denied: byPolicy,
    invalid: noModel,
    conflict: unknownServer,
  },
  "ollama.copy": {
    happy: shown(ollama, "ollama.copy and ollama.delete change the catalog before they answer"),
    denied: byPolicy,
    invalid: invalid(({ connectionUid }) => ({ connectionUid, source: "llama3.2" }), "destination"),
    conflict: conflict(
      { connectionUid: nobody, source: "llama3.2", destination: "mine" },
      "connection_not_found",
    ),
  },
  "ollama.delete": {
    happy: shown(ollama, "ollama.copy and ollama.delete change the catalog before they answer"),
    denied: byPolicy,
    invalid: noModel,
    conflict: unknownServer,
  },
  "ollama.push": {
    happy: shown(ollama, "ollama.push reports a model that the server does not have"),
    denied: byPolicy,
    invalid: noModel,
    conflict: unknownServer,
  },
  "ollama.create": {
    happy: shown(
      ollama,
      "ollama.create derives a model step by step, and its last step finds it in the catalog",
    ),
    denied: byPolicy,
    invalid: invalid(({ connectionUid }) => ({ connectionUid, model: "mine" }), "from"),
    conflict: conflict({ connectionUid: nobody, model: "mine", from: "llama3.2" }, "connection_not_found"),
  },
  "ollama.pull": {
    happy: shown(
      ollama,
      "ollama.pull shows in the catalog when it has ended, and ollama.watchPull follows it to the end",
    ),
    denied: byPolicy,
    invalid: noModel,
    conflict: unknownServer,
  },
  "ollama.pulls": {
    happy: shown(
      ollama,
      "ollama.pull shows in the catalog when it has ended, and ollama.watchPull follows it to the end",
    ),
    denied: byPolicy,
    invalid: wrongServer,
  },
  "ollama.watchPull": {
    happy: shown(
      ollama,
      "ollama.pull shows in the catalog when it has ended, and ollama.watchPull follows it to the end",
    ),
    denied: byPolicy,
    invalid: invalid(({ connectionUid }) => ({ connectionUid, id: "first" }), "id"),
  },
  "ollama.cancelPull": {
    happy: shown(ollama, "ollama.cancelPull stops a download; one that never was is refused"),
    denied: byPolicy,
    invalid: invalid(({ connectionUid }) => ({ connectionUid, id: "first" }), "id"),
    conflict: none("a pull that has ended stays ended; one that never was is refused"),
  },
};
