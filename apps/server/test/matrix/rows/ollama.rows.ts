import { nobody } from "../ask.ts";
import { administrators, connectionReaders } from "../expectations.ts";
import { mutation, query, streamed, type Row } from "../row.ts";

const model = "open-base:7b";
const unknownServer = { connectionUid: nobody, model };

/** What changes something on a server is asked of one that does not exist. */
const changes = [
  ["ollama.load", unknownServer],
  ["ollama.unload", unknownServer],
  ["ollama.delete", unknownServer],
  ["ollama.pull", unknownServer],
  ["ollama.copy", { connectionUid: nobody, source: model, destination: "copy" }],
  ["ollama.cancelPull", { connectionUid: nobody, id: nobody }],
] as const;

const streamedChanges = [
  ["ollama.push", unknownServer],
  ["ollama.create", { ...unknownServer, from: model }],
] as const;

export const rows: readonly Row[] = [
  { door: "ollama.servers", ...connectionReaders, call: () => query("ollama.servers") },
  ...["ollama.version", "ollama.tags", "ollama.running", "ollama.pulls"].map((door): Row => ({
    door,
    ...connectionReaders,
    call: ({ connection }) => query(door, { connectionUid: connection }),
  })),
  {
    door: "ollama.show",
    ...connectionReaders,
    call: ({ connection }) => query("ollama.show", { connectionUid: connection, model }),
  },
  {
    door: "ollama.watchPull",
    ...connectionReaders,
    call: () => query("ollama.watchPull", { connectionUid: nobody, id: nobody }),
    allowed: "connection_not_found",
  },
  ...changes.map(([door, input]): Row => ({
    door,
    ...administrators,
    call: () => mutation(door, input),
    allowed: "connection_not_found",
  })),
  ...streamedChanges.map(([door, input]): Row => ({
    door,
    ...administrators,
    call: () => streamed(door, input),
    allowed: "connection_not_found",
  })),
];
