import { byPolicy, denied, invalid, none, shown, type CaseTable } from "./case-table.ts";

const documents = "procedures/documents";
const text = JSON.stringify({ corral: 1, source: "cases" });
const rights = shown(documents, "without the permissions nothing is exported, planned, applied or imported");
const perObject = "is told object by object, in the report";
const chat = { messages: [{ role: "user", content: "Hello" }] };

/** Operations, documents, audit, chat and events. */
export const workCases: CaseTable = {
  "operations.list": {
    happy: shown("procedures/bulk", "are listed and shown to who started them, and to administrators"),
    denied: byPolicy,
    invalid: invalid({ limit: 0 }, "limit"),
  },
  "operations.get": {
    happy: shown("procedures/bulk", "are listed and shown to who started them, and to administrators"),
    denied: denied(({ operationId }) => ({ id: operationId }), "operation_not_found"),
    invalid: invalid({ id: "last" }, "id"),
  },
  "operations.undo": {
    happy: shown(
      "procedures/bulk",
      "operations.undo takes all of it back, tells of what has changed since, and can itself be undone",
    ),
    denied: denied(({ operationId }) => ({ id: operationId }), "operation_not_found"),
    invalid: invalid({ id: "last" }, "id"),
    conflict: shown(
      "procedures/bulk",
      "operations.undo takes all of it back, tells of what has changed since, and can itself be undone",
    ),
  },
  "audit.list": {
    happy: shown("procedures/audit", "audit.list tells who did what to what, before and after, newest first"),
    denied: byPolicy,
    invalid: invalid({ limit: 0 }, "limit"),
  },
  "documents.export": {
    happy: shown(
      documents,
      "documents.export gives the same bytes twice, in JSON and in YAML, and a plan of them finds nothing",
    ),
    denied: rights,
    invalid: invalid({ format: "xml" }, "format"),
  },
  "documents.plan": {
    happy: shown(
      documents,
      "documents.applyChanges makes what the document says and nothing else, and its objects bear its mark",
    ),
    denied: rights,
    invalid: invalid({ text: '{"corral":2,"source":"cases"}' }, "corral"),
    conflict: none(perObject),
  },
  "documents.applyChanges": {
    happy: shown(
      documents,
      "documents.applyChanges makes what the document says and nothing else, and its objects bear its mark",
    ),
    denied: rights,
    invalid: invalid({ text: '{"corral":1,"source":"cases","models":{}}' }, "models"),
    conflict: shown(
      documents,
      "what somebody made by hand is a conflict, until the document is told to take it over",
    ),
  },
  "documents.drift": {
    happy: shown(
      documents,
      "documents.drift tells what was changed and deleted by hand, and only what the document spoke of",
    ),
    denied: rights,
    invalid: invalid({ source: " " }, "source"),
  },
  "documents.import": {
    happy: shown(
      "procedures/documents-import",
      "Open WebUI's export comes in: params get their types, its own keys are kept, pictures stay",
    ),
    denied: rights,
    invalid: invalid({ format: "other", text }, "format"),
    conflict: none(perObject),
  },
  "chat.complete": {
    happy: shown(
      "procedures/aliases",
      "answers on every way to a model: stream, embeddings, and the typed interface",
    ),
    denied: denied({ model: "preset", ...chat }, "model_not_found"),
    invalid: invalid({ model: "preset", messages: [] }, "messages"),
    conflict: none("it writes nothing"),
  },
  "chat.stream": {
    happy: shown("journey", "the typed client streams the same answer event by event"),
    denied: denied({ model: "preset", ...chat }, "model_not_found"),
    invalid: invalid({ model: "preset", messages: [] }, "messages"),
    conflict: none("it writes nothing"),
  },
  "events.live": {
    happy: shown(
      "events",
      "a listener hears of a model as soon as it may read it, and nothing of what it may not",
    ),
    denied: byPolicy,
    invalid: invalid({ topics: ["weather"] }, "topics.0"),
  },
};
