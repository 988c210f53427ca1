import { describe, expect, test } from "vitest";
import {
  aBase,
  aBoard,
  aConnection,
  aCustom,
  anActor,
  anOverride,
  aPlacement,
  aQuery,
  aState,
  aUser,
} from "../testing/world/catalog-builders.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { Actor } from "../identity/actor.ts";
import { applyCatalogChanges } from "./apply-changes.ts";
import type { CatalogState } from "./catalog-state.ts";
import { createCatalogSnapshot } from "./create-snapshot.ts";
import { listCallable } from "./list-callable.ts";
import { listTags } from "./list-tags.ts";
import type { ModelPage, ModelRow } from "./model-row.ts";
import { queryCatalog, type CatalogQuery } from "./query-catalog.ts";

type Asked = Partial<CatalogQuery> & { readonly health?: HealthBoard };
type Lamps = { readonly lamps?: Parameters<typeof aBoard>[0] };

function ask(state: Partial<CatalogState>, userId: string, asked: Asked = {}): ModelPage {
  const { health = aBoard(), ...query } = asked;
  const snapshot = createCatalogSnapshot(aState(state));
  return queryCatalog({ snapshot, health }, anActor(snapshot, userId), { ...aQuery(), ...query });
}

function uids(state: Partial<CatalogState>, userId: string, query: Asked = {}): string[] {
  return ask(state, userId, query).rows.map(({ uid }) => uid);
}

function rowOf(state: Partial<CatalogState> & Lamps, userId: string, uid: string): ModelRow {
  const row = ask(state, userId, { health: aBoard(state.lamps) }).rows.find((one) => one.uid === uid);
  if (row === undefined) throw new Error(`${uid} is not listed.`);
  return row;
}

const privateOne = [aConnection("one", { defaultVisibility: { kind: "private" } })];
const gone = aPlacement("one", { missingSince: "2026-01-02T00:00:00.000Z" });

describe("what is listed", () => {
  test("inactive and hidden models are listed to those who may change them", () => {
    const records = [aCustom("off", { isActive: false }), aCustom("hid", { hidden: true })];

    expect(uids({ records }, "bob")).toEqual(["llama"]);
    expect(uids({ records }, "ann")).toEqual(["hid", "llama", "off"]);
    expect(uids({ records }, "bob", { showHidden: true })).toEqual(["hid", "llama"]);
  });

  test("a shadowed base is listed to those who may change it, under the name it is called by", () => {
    const connections = [aConnection("one"), aConnection("two", { position: 1 })];
    const bases = [
      aBase("llama"),
      aBase("other", { id: "llama", shadowed: true, placements: [aPlacement("two")] }),
    ];

    expect(uids({ connections, bases }, "bob")).toEqual(["llama"]);
    expect(rowOf({ connections, bases }, "root", "other")).toMatchObject({
      id: "two/llama",
      status: "shadowed",
      callable: true,
    });
  });

  test("the views tell mine from what is shared with me, and the bypass shares nothing", () => {
    const records = [
      aCustom("mine", { ownerId: "bob" }),
      aCustom("shared"),
      aCustom("unshared", { access: { kind: "private" } }),
    ];

    expect(uids({ records }, "bob", { view: "created" })).toEqual(["mine"]);
    expect(uids({ records }, "bob", { view: "shared" })).toEqual(["shared"]);
    expect(uids({ records }, "root")).toContain("unshared");
    expect(uids({ records }, "root", { view: "shared" })).toEqual(["mine", "shared"]);
  });

  test("names sort as people count, without case, and by id where they are equal", () => {
    const named = (uid: string, name: string) => aCustom(uid, { name });
    const records = [named("z", "Bot 10"), named("y", "bot 9"), named("b", "BOT 9"), named("a", "Ärger")];

    expect(uids({ records, bases: [] }, "bob")).toEqual(["a", "b", "y", "z"]);
    expect(uids({ records, bases: [] }, "bob", { direction: "desc" })).toEqual(["z", "y", "b", "a"]);
  });

  test("a base counts as updated when it or its override was changed last", () => {
    const bases = [
      aBase("llama", { changedAt: "2026-01-05T00:00:00.000Z" }),
      aBase("qwen", { changedAt: "2026-01-01T00:00:00.000Z" }),
    ];
    const records = [anOverride("qwen", { updatedAt: "2026-01-09T00:00:00.000Z" })];

    expect(uids({ bases, records }, "bob", { sort: "updated" })).toEqual(["llama", "qwen"]);
    expect(rowOf({ bases, records }, "bob", "qwen").updatedAt).toBe("2026-01-09T00:00:00.000Z");
  });
});

describe("filters", () => {
  const records = [
    aCustom("m1", { name: "Contracts", description: "Reads Äpfel (.*)", tags: ["Law", "slow"] }),
    aCustom("m2", { tags: ["law"], baseAccess: { kind: "inherit" } }),
    aCustom("m3", { capabilities: { vision: false }, ownerId: "bob" }),
  ];
  const facts = { capabilities: ["vision", "tools"] as const };
  const bases = [aBase("llama", { placements: [aPlacement("one", { facts })] })];
  const world = { records, bases };

  test.each<[string, Asked, string[]]>([
    ["text in the name, without case", { query: "contr" }, ["m1"]],
    ["text in the description, literally", { query: "äPFEL (.*)" }, ["m1"]],
    ["text that is no pattern", { query: ".*" }, ["m1"]],
    ["text in the id", { query: "M2" }, ["m2"]],
    ["any tag", { tags: ["LAW", "none"] }, ["m1", "m2"]],
    ["all tags", { tagsAll: ["law", "Slow"] }, ["m1"]],
    ["kind", { kind: "base" }, ["llama"]],
    ["provider", { provider: ["ollama"] }, ["m1", "llama", "m2", "m3"]],
    ["another provider", { provider: ["openai"] }, []],
    ["owner", { owner: ["bob"] }, ["m3"]],
    ["capability, where what is declared wins", { capability: ["vision"] }, ["m1", "llama", "m2"]],
    ["capability, one of them", { capability: ["vision", "tools"] }, ["m1", "llama", "m2", "m3"]],
    ["several fields at once", { tags: ["law"], query: "contracts" }, ["m1"]],
    ["a connection, which members may not ask about", { connection: ["two"] }, ["m1", "llama", "m2", "m3"]],
  ])("by %s", (_, query, expected) => {
    expect(uids(world, "bob", query)).toEqual(expected);
  });

  test("the base id is searched in models that the caller may write", () => {
    expect(uids(world, "ann", { query: "LLAMA" })).toEqual(["m1", "llama", "m2"]);
    expect(uids(world, "bob", { query: "LLAMA" })).toEqual(["llama", "m3"]);
  });

  test("by connection for those who may see connections", () => {
    expect(uids(world, "root", { connection: ["two"] })).toEqual([]);
    expect(uids(world, "root", { connection: ["one"] })).toEqual(["m1", "llama", "m2", "m3"]);
  });

  test("facets count what each value would show, each without its own filter", () => {
    const { facets, total } = ask(world, "bob", { facets: true, tags: ["slow"] });

    expect(total).toBe(1);
    expect(facets?.tag).toEqual([
      { value: "law", label: "Law", count: 2 },
      { value: "slow", label: "slow", count: 1 },
    ]);
    expect(facets?.kind).toEqual([{ value: "custom", label: "custom", count: 1 }]);
    expect(facets?.owner).toEqual([{ value: "ann", label: "Name of ann", count: 1 }]);
    expect(facets?.connection).toBeUndefined();
  });

  test("tags that differ by case are one", () => {
    const snapshot = createCatalogSnapshot(aState(world));

    expect(listTags(snapshot, anActor(snapshot, "bob"))).toEqual([
      { name: "Law", count: 2 },
      { name: "slow", count: 1 },
    ]);
  });
});

describe("statuses", () => {
  const two = [aConnection("one"), aConnection("two", { position: 1 })];
  const onBoth = (first = aPlacement("one")) => [aBase("llama", { placements: [first, aPlacement("two")] })];

  test.each<[string, Partial<CatalogState> & Lamps, ModelRow["status"]]>([
    ["ready", {}, "ready"],
    ["degraded", { lamps: { one: "degraded" } }, "degraded"],
    ["loading before the first check", { lamps: { one: "unknown" } }, "loading"],
    ["unreachable", { lamps: { one: "unreachable" } }, "unreachable"],
    ["unreachable with a wrong key", { lamps: { one: "unauthorized" } }, "unreachable"],
    ["disabled", { connections: [aConnection("one", { enabled: false })] }, "disabled"],
    ["gone_upstream", { bases: [aBase("llama", { placements: [gone] })] }, "gone_upstream"],
    ["gone_upstream without a place", { bases: [aBase("llama", { placements: [] })] }, "gone_upstream"],
    ["the best of two places", { connections: two, bases: onBoth(), lamps: { one: "unreachable" } }, "ready"],
    [
      "the best of what is left",
      { connections: two, bases: onBoth(gone), lamps: { two: "degraded" } },
      "degraded",
    ],
  ])("%s", (_, state, expected) => {
    expect(rowOf(state, "root", "llama").status).toBe(expected);
    // A preset is as its base is.
    expect(rowOf({ ...state, records: [aCustom("m")] }, "bob", "m").status).toBe(expected);
  });

  test("of a base counts the places that the caller sees", () => {
    const connections = [
      aConnection("one", { defaultVisibility: { kind: "private" } }),
      aConnection("two", { position: 1 }),
    ];
    const state = { connections, bases: onBoth(), lamps: { two: "unreachable" } } as const;

    expect(rowOf(state, "root", "llama").status).toBe("ready");
    expect(rowOf(state, "bob", "llama").status).toBe("unreachable");
  });

  test.each<[ModelRow["status"], Parameters<typeof aCustom>[1], Partial<CatalogState>]>([
    ["base_missing", { base: null }, {}],
    ["base_not_shared", { baseAccess: { kind: "inherit" } }, { connections: privateOne }],
  ])("%s keeps the row of its owner, and it cannot be called", (status, given, state) => {
    const row = rowOf({ ...state, records: [aCustom("m", given)] }, "ann", "m");

    expect(row).toMatchObject({ status, callable: false, mayWrite: true, baseModelId: "llama" });
  });

  test("base_inactive", () => {
    const records = [anOverride("llama", { isActive: false }), aCustom("m")];

    expect(rowOf({ records }, "bob", "m")).toMatchObject({ status: "base_inactive", callable: false });
  });
});

describe("what a row tells", () => {
  test("a reader learns neither places nor a base they may not read", () => {
    const records = [aCustom("m")];
    const world = { connections: privateOne, records };

    const reader = rowOf(world, "bob", "m");
    const owner = rowOf(world, "ann", "m");
    const admin = rowOf(world, "root", "m");

    expect(reader).toMatchObject({
      baseModelId: null,
      provider: "ollama",
      callable: true,
      ownerName: "Name of ann",
    });
    expect(reader.connections).toBeUndefined();
    expect(owner.baseModelId).toBe("llama");
    expect(admin).toMatchObject({
      baseModelId: "llama",
      connections: [{ uid: "one", name: "Connection one", upstreamId: "upstream-one" }],
    });
  });

  test("who sees connections still does not learn a base through them", () => {
    const snapshot = createCatalogSnapshot(aState({ connections: privateOne, records: [aCustom("m")] }));
    const actor = anActor(snapshot, "bob", { permissions: ["connections.read"] });

    const page = queryCatalog({ snapshot, health: aBoard() }, actor, aQuery());

    expect(page.rows.find(({ uid }) => uid === "m")?.connections).toEqual([]);
    expect(page.connections).toEqual([
      {
        uid: "one",
        name: "Connection one",
        state: "ready",
        since: "2026-01-01T00:00:00.000Z",
        errorCode: null,
      },
    ]);
  });

  test("a key shows connections only with a scope for them", () => {
    const snapshot = createCatalogSnapshot(aState());
    const lamps = (scopes: Parameters<typeof anActor>[2]) =>
      queryCatalog({ snapshot, health: aBoard() }, anActor(snapshot, "root", scopes), aQuery()).connections;

    expect(lamps({ scopes: ["models:read"] })).toBeUndefined();
    expect(lamps({ scopes: ["connections:read"] })).toHaveLength(1);
  });

  test("capabilities say where they come from, the context is what every place can hold", () => {
    const connections = [aConnection("one"), aConnection("two")];
    const placements = [
      aPlacement("one", {
        facts: { capabilities: ["tools"], lacks: ["vision", "insert"], contextLength: 8192 },
      }),
      aPlacement("two", { facts: { capabilities: ["vision"], contextLength: 4096 } }),
    ];
    const records = [
      anOverride("llama", { capabilities: { audio: true, tools: true } }),
      aCustom("m", { capabilities: { tools: false } }),
    ];

    const row = rowOf({ connections, bases: [aBase("llama", { placements })], records }, "bob", "m");

    expect(row.contextLength).toBe(4096);
    expect(row.capabilities).toEqual({
      tools: { value: false, source: "declared" },
      vision: { value: true, source: "detected" },
      audio: { value: true, source: "declared" },
      insert: { value: false, source: "detected" },
    });
  });

  test("visibility is the effective one: of a base without rules the widest of its connections", () => {
    const team = { groupIds: ["team"], userIds: [] };
    const nobody = { groupIds: [], userIds: [] };
    const connections = [
      ...privateOne,
      aConnection("two", { defaultVisibility: { kind: "restricted", read: team, write: nobody } }),
    ];
    const bases = [aBase("llama", { placements: [aPlacement("one"), aPlacement("two")] })];
    const empty = aCustom("m", { access: { kind: "restricted", read: nobody, write: nobody } });

    expect(rowOf({ connections, bases }, "root", "llama").visibility).toBe("restricted");
    expect(rowOf({ records: [empty] }, "root", "m").visibility).toBe("private");
  });
});

describe("an empty list says why", () => {
  test.each<[ModelPage["empty"], Partial<CatalogState>, Asked]>([
    ["no_models", { bases: [] }, {}],
    ["nothing_shared", { connections: privateOne }, {}],
    ["nothing_matches", {}, { query: "nothing like it" }],
    [null, {}, { offset: 50 }],
  ])("%s", (reason, state, query) => {
    expect(ask(state, "bob", query)).toMatchObject({ rows: [], empty: reason });
  });

  test("and tells administrators how many models only they see", () => {
    const records = [aCustom("orphan", { ownerId: null, access: { kind: "private" } }), aCustom("m")];

    expect(ask({ connections: privateOne, records }, "root").administratorsOnly).toBe(2);
    expect(ask({ connections: privateOne, records }, "bob")).not.toHaveProperty("administratorsOnly");
  });
});

describe("prepared answers", () => {
  const state = aState({
    records: [aCustom("m")],
    users: [aUser("ann"), aUser("bob"), aUser("root", { role: "admin" })],
  });

  test("one question gets the very same frozen answer until something changes", () => {
    const snapshot = createCatalogSnapshot(state);
    const board = { ...aBoard() };
    const asked = () => queryCatalog({ snapshot, health: board }, anActor(snapshot, "bob"), aQuery());

    const first = asked();

    expect(asked()).toBe(first);
    expect(Object.isFrozen(first.rows[0]?.tags)).toBe(true);
    expect(listCallable(snapshot, anActor(snapshot, "bob"))).toBe(
      listCallable(snapshot, anActor(snapshot, "bob")),
    );
    Object.assign(board, aBoard({ one: "unreachable" }, 2));
    expect(asked().rows[0]?.status).toBe("unreachable");
  });

  test("a sign-in does not flush them, a new group does", () => {
    const snapshot = createCatalogSnapshot(state);
    const health = aBoard();
    const ask = (of: typeof snapshot) => queryCatalog({ snapshot: of, health }, anActor(of, "bob"), aQuery());
    const revision = { ...state.revision, change: 11 };

    const signedIn = applyCatalogChanges(snapshot, {
      revision,
      changes: [{ kind: "credential", of: "session", uid: "s" }],
    });
    const renamed = applyCatalogChanges(snapshot, {
      revision: { ...revision, catalog: 8 },
      changes: [{ kind: "user", uid: "ann", value: aUser("ann", { name: "Anna" }) }],
    });

    expect(ask(signedIn)).toBe(ask(snapshot));
    expect(signedIn.revision.change).toBe(11);
    expect(ask(renamed).revision).toBe("e1.8");
    expect(ask(renamed).rows.find(({ uid }) => uid === "m")?.ownerName).toBe("Anna");
  });

  test("callers, questions and moments that may be answered differently are told apart", () => {
    const snapshot = createCatalogSnapshot(state);
    const bob = anActor(snapshot, "bob");
    const { principal } = bob;
    const key = { kind: "key", keyId: "k1", name: "", scopes: "owner", models: null } as const;
    const actors: Actor[] = [
      bob,
      { ...bob, principal: { ...principal, userId: "ann" } },
      { ...bob, principal: { ...principal, role: "admin" } },
      { ...bob, principal: { ...principal, role: "admin", bypass: !principal.bypass } },
      { ...bob, principal: { ...principal, status: "suspended" } },
      { ...bob, principal: { ...principal, groupIds: new Set(["team", "other"]) } },
      { ...bob, permissions: new Set(["connections.read"]) },
      { ...bob, credential: key },
      { ...bob, credential: { ...key, keyId: "k2" } },
      { ...bob, credential: { ...key, scopes: new Set(["models:read"]) } },
      { ...bob, credential: { ...key, models: { uids: new Set(["m"]), patterns: [] } } },
      { ...bob, credential: { ...key, models: { uids: new Set(), patterns: ["m*"] } } },
    ];
    const board = { ...aBoard() };
    const ask = () =>
      actors.flatMap((actor) =>
        [aQuery(), { ...aQuery(), showHidden: true }, aQuery({ query: "m" })].map((query) =>
          queryCatalog({ snapshot, health: board }, actor, query),
        ),
      );

    const first = ask();
    const again = ask();
    board.epoch += 1;
    const later = ask();

    expect(new Set(first).size).toBe(first.length);
    expect(again.every((page, at) => page === first[at])).toBe(true);
    expect(new Set([...first, ...later]).size).toBe(2 * first.length);
  });

  test("a key without the right to call is not given the answer of one that has it", () => {
    const snapshot = createCatalogSnapshot(state);
    const ids = (scopes: Parameters<typeof anActor>[2]) =>
      listCallable(snapshot, anActor(snapshot, "bob", scopes)).map(({ id }) => id);

    expect(ids({ scopes: ["gateway:invoke"] })).toEqual(["llama", "m"]);
    expect(ids({ scopes: ["models:read"] })).toEqual([]);
    expect(ids({})).toEqual(["llama", "m"]);
  });

  test("the callable list leaves out hidden models even for their owner, and says who owns the weights", () => {
    const facts = { ownedBy: "meta" };
    const bases = [aBase("llama", { placements: [aPlacement("one", { facts })] }), aBase("qwen")];
    const snapshot = createCatalogSnapshot(aState({ bases, records: [aCustom("m", { hidden: true })] }));

    expect(listCallable(snapshot, anActor(snapshot, "ann"))).toEqual([
      { id: "llama", createdAt: "2026-01-01T00:00:00.000Z", ownedBy: "meta" },
      { id: "qwen", createdAt: "2026-01-01T00:00:00.000Z", ownedBy: "ollama" },
    ]);
  });
});

test("slots of deleted models are given back when they are the majority", () => {
  let snapshot = createCatalogSnapshot(aState());
  const change = (uid: string, value: ReturnType<typeof aCustom> | null) => {
    const changes = [{ kind: "record", uid, value } as const];
    snapshot = applyCatalogChanges(snapshot, { revision: snapshot.revision, changes });
  };

  for (let at = 0; at < 1_100; at += 1) {
    change(`m${at}`, aCustom(`m${at}`));
    change(`m${at}`, null);
  }

  expect(snapshot.size).toBe(1);
  expect(queryCatalog({ snapshot, health: aBoard() }, anActor(snapshot, "bob"), aQuery()).total).toBe(1);
});
