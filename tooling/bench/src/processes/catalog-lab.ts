import {
  applyCatalogChanges,
  createCatalogSnapshot,
  modelQuerySchema,
  queryCatalog,
  type Actor,
  type CatalogChange,
  type CatalogSnapshot,
} from "@corral/core";
import { z } from "zod";
import { aBase, aCustom, aUser, makeState, range, uid } from "../catalog/synthetic-catalog.ts";
import { answerControl } from "./answer-control.ts";

/* Bars 7 and 9: the catalog by itself, without a server or a database around it. */

const principals = 1_000;
const dependants = 10_000;
const members = 5_000;
const snapshots = new Map<number, CatalogSnapshot>();
/** Nobody's lamp matters here. */
const health = { epoch: 1, of: () => undefined };

answerControl({
  open: (models) => void open(z.number().parse(models)),
  pages: (input) => measurePages(pagesSchema.parse(input)),
  memory: (models) => measureMemory(z.number().parse(models)),
  changes: (models) => measureChanges(z.number().parse(models)),
});
// Nobody calls it by HTTP; this is how the bench learns that a process is there.
process.stdout.write("ready at http:in-process\n");
setInterval(() => undefined, 60_000);

const pagesSchema = z.object({
  models: z.number(),
  calls: z.number(),
  round: z.number(),
  query: z.string().optional(),
});

function open(models: number): CatalogSnapshot {
  const known = snapshots.get(models) ?? createCatalogSnapshot(makeState(models));
  snapshots.set(models, known);
  return known;
}

/** Pages that nobody asked for before, of callers whose rights are known. @returns CPU µs a page. */
function measurePages({ models, calls, round, query }: z.output<typeof pagesSchema>): number {
  const snapshot = open(models);
  const actors = range(100).map((at) => anActor(snapshot, at));
  for (const actor of actors) queryCatalog({ snapshot, health }, actor, modelQuerySchema.parse({ limit: 1 }));
  const questions = range(calls).map((at) => ({
    actor: actors[at % actors.length] ?? anActor(snapshot, 0),
    // The time makes each question a new one, which no prepared page answers.
    query: modelQuerySchema.parse({ query, offset: at % 30, limit: 20 + (round % 10) }),
  }));
  const fresh = { epoch: 1, of: () => undefined };
  const { costUs, results } = measure(() =>
    questions.map(({ actor, query: asked }) => queryCatalog({ snapshot, health: fresh }, actor, asked)),
  );
  if (query === undefined && results.some(({ rows }) => rows.length < 20))
    throw new Error("A page is short.");
  return costUs / calls;
}

/** @returns Bytes a model: of the snapshot, and with what is remembered for a thousand callers. */
function measureMemory(models: number): { readonly snapshot: number; readonly used: number } {
  // what the engine itself makes of the code is no model's
  for (let warmUp = 0; warmUp < 3; warmUp += 1) listForAll(build(1_000));
  const before = usedBytes();
  const snapshot = build(models);
  const made = usedBytes();
  listForAll(snapshot);
  const listed = usedBytes();
  // Keeps it alive until here.
  if (snapshot.size !== models) throw new Error("Models are missing.");
  return { snapshot: (made - before) / models, used: (listed - before) / models };
}

// A function of its own: what it was made from must not stay alive on the stack of the one that measures.
function build(models: number): CatalogSnapshot {
  return createCatalogSnapshot(makeState(models));
}

function listForAll(snapshot: CatalogSnapshot): void {
  const query = modelQuerySchema.parse({});
  for (const at of range(principals)) queryCatalog({ snapshot, health }, anActor(snapshot, at), query);
}

function usedBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("Start it with --expose-gc.");
  for (let turn = 0; turn < 3; turn += 1) gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** @returns CPU µs of a full rebuild, and of three changes. */
function measureChanges(models: number): Record<"full" | "one" | "base" | "group", number> {
  const state = makeState(models);
  let snapshot = createCatalogSnapshot(state);
  const full = measure(() => createCatalogSnapshot(state)).costUs;
  const apply = (changes: readonly CatalogChange[]): number => {
    const { epoch, change } = snapshot.revision;
    const revision = { epoch, change: change + 1, catalog: change + 1 };
    return measure(() => (snapshot = applyCatalogChanges(snapshot, { revision, changes }))).costUs;
  };
  const one = average(50, (turn) => apply([customChange(5, 5, `Renamed ${turn}`)]));
  apply(range(dependants).map((at) => customChange(at, 0, `Custom ${at}`)));
  if (snapshot.dependantsOf(uid("base", 0)).length < dependants) throw new Error("Dependants are missing.");
  const base = average(50, (turn) => {
    const changedAt = new Date(Date.UTC(2027, 0, 1, 0, 0, turn)).toISOString();
    return apply([{ kind: "base", uid: uid("base", 0), value: { ...aBase(0), changedAt } }]);
  });
  const group = average(10, (turn) => apply(groupChanges(turn)));
  return { full, one, base, group };
}

function customChange(at: number, base: number, name: string): CatalogChange {
  return { kind: "record", uid: uid("custom", at), value: { ...aCustom(at, base), name } };
}

/** Everybody leaves a group of 5,000, or enters it: what the feed tells of it. */
function groupChanges(turn: number): CatalogChange[] {
  const id = uid("group", 0);
  const groupIds = turn % 2 === 0 ? [id] : [];
  return [
    { kind: "group", uid: id, value: { id, name: "Everybody" } },
    ...range(members).map((at): CatalogChange => {
      return { kind: "user", uid: uid("user", at), value: { ...aUser(at), groupIds } };
    }),
  ];
}

function average(count: number, cost: (turn: number) => number): number {
  return range(count).reduce((sum, turn) => sum + cost(turn), 0) / count;
}

/** CPU time of all threads: what collects garbage works for it too. */
function measure<T>(work: () => T): { readonly costUs: number; readonly results: T } {
  const before = process.cpuUsage();
  const results = work();
  const { user, system } = process.cpuUsage(before);
  return { costUs: user + system, results };
}

function anActor(snapshot: CatalogSnapshot, at: number): Actor {
  const principal = snapshot.principalOf(uid("user", at));
  if (principal === undefined) throw new Error(`There is no user ${at}.`);
  const credential = { kind: "session", sessionId: "" } as const;
  return { principal, permissions: new Set(), name: "", email: "", credential };
}
