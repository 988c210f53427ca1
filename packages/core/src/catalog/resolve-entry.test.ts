import { describe, expect, test } from "vitest";
import {
  aBase,
  aConnection,
  aCustom,
  anActor,
  anOverride,
  aPlacement,
  aState,
  aUser,
} from "../testing/world/catalog-builders.ts";
import type { CatalogSnapshot, ResolvedModel } from "./catalog-snapshot.ts";
import type { CatalogState } from "./catalog-state.ts";
import { createCatalogSnapshot } from "./create-snapshot.ts";

const onPrivate = { connections: [aConnection("one", { defaultVisibility: { kind: "private" } })] };
const writableBy = (userId: string) =>
  ({
    kind: "restricted",
    read: { groupIds: [], userIds: [] },
    write: { groupIds: [], userIds: [userId] },
  }) as const;

function call(snapshot: CatalogSnapshot, userId: string, uid: string) {
  const entry = snapshot.findByUid(uid);
  if (entry === undefined) throw new Error(`No model ${uid}.`);
  return snapshot.resolve(anActor(snapshot, userId), entry);
}

function codeOf(state: Partial<CatalogState>, userId: string, uid: string): string {
  const resolution = call(createCatalogSnapshot(aState(state)), userId, uid);
  return resolution.ok ? "ok" : resolution.code;
}

function resolved(state: Partial<CatalogState>, userId: string, uid: string): ResolvedModel {
  const resolution = call(createCatalogSnapshot(aState(state)), userId, uid);
  if (!resolution.ok) throw new Error(resolution.code);
  return resolution.model;
}

describe("the chain of a call", () => {
  test("names every record from the model down to the override of the base", () => {
    const records = [
      anOverride("llama", { revision: 3 }),
      aCustom("lower", { revision: 5 }),
      aCustom("upper", { base: { kind: "record", uid: "lower" }, revision: 2 }),
    ];

    const model = resolved({ records }, "bob", "upper");

    expect(model.records).toEqual([
      { uid: "upper", revision: 2 },
      { uid: "lower", revision: 5 },
      { uid: "override-llama", revision: 3 },
    ]);
    expect(model.chain.map(({ uid }) => uid)).toEqual(["upper", "lower", "llama"]);
    expect(model.base.uid).toBe("llama");
  });

  test("may have eight bases below the model, and not nine", () => {
    const records = Array.from({ length: 9 }, (_, at) =>
      aCustom(`m${at}`, {
        base: at === 0 ? { kind: "base", uid: "llama" } : { kind: "record", uid: `m${at - 1}` },
      }),
    );

    expect(codeOf({ records }, "bob", "m7")).toBe("ok");
    expect(codeOf({ records }, "bob", "m8")).toBe("base_too_deep");
  });

  test("that comes back to itself is refused", () => {
    const records = [
      aCustom("a", { base: { kind: "record", uid: "b" } }),
      aCustom("b", { base: { kind: "record", uid: "a" } }),
    ];

    expect(codeOf({ records }, "bob", "a")).toBe("base_cycle");
  });

  test.each([
    ["no base any more", aCustom("m", { base: null })],
    ["a base that is gone", aCustom("m", { base: { kind: "base", uid: "gone" } })],
    ["a reference of the wrong kind", aCustom("m", { base: { kind: "record", uid: "llama" } })],
    ["the uid of an override", aCustom("m", { base: { kind: "base", uid: "override-llama" } })],
  ])("with %s is base_missing", (_, record) => {
    expect(codeOf({ records: [record, anOverride("llama")] }, "bob", "m")).toBe("base_missing");
  });
});

describe("what is switched off", () => {
  test("an inactive model refuses as itself, and everything over it as base_inactive", () => {
    const records = [
      aCustom("lower", { isActive: false }),
      aCustom("upper", { base: { kind: "record", uid: "lower" } }),
      aCustom("top", { base: { kind: "record", uid: "upper" } }),
    ];

    expect(codeOf({ records }, "bob", "lower")).toBe("model_inactive");
    expect(codeOf({ records }, "bob", "upper")).toBe("base_inactive");
    expect(codeOf({ records }, "bob", "top")).toBe("base_inactive");
    expect(codeOf({ records }, "root", "top")).toBe("base_inactive");
  });

  test("a deactivated base stops what is built on it, a hidden one does not", () => {
    const preset = aCustom("m");

    expect(codeOf({ records: [preset, anOverride("llama", { isActive: false })] }, "bob", "m")).toBe(
      "base_inactive",
    );
    expect(codeOf({ records: [preset, anOverride("llama", { hidden: true })] }, "bob", "m")).toBe("ok");
  });

  test("a base that all its providers dropped is gone_upstream", () => {
    const gone = aPlacement("one", { missingSince: "2026-01-02T00:00:00.000Z" });

    expect(codeOf({ bases: [aBase("llama", { placements: [gone] })] }, "bob", "llama")).toBe("gone_upstream");
    expect(codeOf({ bases: [aBase("llama", { placements: [] })] }, "root", "llama")).toBe("gone_upstream");
  });

  test("a dropped model says since when nobody lists it any more", () => {
    const placements = ["2026-01-03T00:00:00.000Z", "2026-01-02T00:00:00.000Z"].map((missingSince, at) =>
      aPlacement("one", { uid: `place-${at}`, missingSince }),
    );

    const resolution = call(
      createCatalogSnapshot(aState({ bases: [aBase("llama", { placements })] })),
      "bob",
      "llama",
    );

    expect(resolution).toMatchObject({
      ok: false,
      message: expect.stringContaining("2026-01-03T00:00:00.000Z"),
    });
  });

  test("a switched-off connection is told from a dropped model, without its name", () => {
    const connections = [aConnection("one", { enabled: false })];

    const resolution = call(createCatalogSnapshot(aState({ connections })), "bob", "llama");

    expect(resolution).toMatchObject({ ok: false, code: "upstream_unavailable" });
    expect(resolution.ok ? "" : resolution.message).toMatch(/switched off/u);
    expect(resolution.ok ? "" : resolution.message).not.toMatch(/one/u);
  });

  test("only enabled connections that still list the model are candidates, in the configured order", () => {
    const connections = [
      aConnection("one", { position: 3 }),
      aConnection("two", { position: 1 }),
      aConnection("off", { position: 0, enabled: false }),
      aConnection("lost", { position: 2 }),
    ];
    const placements = [
      aPlacement("one"),
      aPlacement("two"),
      aPlacement("off"),
      aPlacement("lost", { missingSince: "2026-01-02T00:00:00.000Z" }),
      aPlacement("archived"),
    ];

    const { targets } = resolved({ connections, bases: [aBase("llama", { placements })] }, "bob", "llama");

    expect(targets.map(({ connection }) => connection.uid)).toEqual(["two", "one"]);
  });
});

describe("who may call", () => {
  test("what the caller may not read answers exactly like what does not exist", () => {
    const snapshot = createCatalogSnapshot(
      aState({ records: [aCustom("m", { access: { kind: "private" }, isActive: false })] }),
    );
    const entry = snapshot.findByUid("m");
    const missing = { kind: "custom", uid: "x", id: "x", record: aCustom("x") } as const;
    const keyWithoutScope = anActor(snapshot, "bob", { scopes: ["models:read"] });

    for (const actor of [anActor(snapshot, "bob"), keyWithoutScope]) {
      expect(entry && snapshot.resolve(actor, entry)).toEqual(snapshot.resolve(actor, missing));
    }
  });

  test("a key needs the scope gateway:invoke, whatever its owner may do", () => {
    const snapshot = createCatalogSnapshot(aState());
    const entry = snapshot.findByUid("llama");
    if (entry === undefined) throw new Error("No base.");

    const reads = snapshot.resolve(anActor(snapshot, "root", { scopes: ["models:read", "admin"] }), entry);
    const calls = snapshot.resolve(anActor(snapshot, "root", { scopes: ["gateway:invoke"] }), entry);

    expect(reads).toMatchObject({ ok: false, code: "access_denied" });
    expect(calls.ok).toBe(true);
  });

  test("an edge that inherits needs the caller to read the base; the owner of the model is no exception", () => {
    const records = [aCustom("m", { baseAccess: { kind: "inherit" } })];

    expect(codeOf({ records }, "bob", "m")).toBe("ok");
    expect(codeOf({ ...onPrivate, records }, "bob", "m")).toBe("base_not_shared");
    expect(codeOf({ ...onPrivate, records }, "ann", "m")).toBe("base_not_shared");
    expect(codeOf({ ...onPrivate, records }, "root", "m")).toBe("ok");
  });

  test("a vouch by the role of administrator holds whoever is one", () => {
    const records = [aCustom("m", { baseAccess: { kind: "delegate", by: null } })];
    const users = [aUser("ann"), aUser("bob")];

    expect(codeOf({ ...onPrivate, records, users }, "bob", "m")).toBe("ok");
  });

  test("a vouch by a person dies with their right, their account and their standing", () => {
    const access = writableBy("ann");
    const preset = aCustom("m", { baseAccess: { kind: "delegate", by: "ann" } });
    const vouched = { ...onPrivate, records: [anOverride("llama", { access }), preset] };

    expect(codeOf(vouched, "bob", "m")).toBe("ok");
    expect(codeOf({ ...vouched, records: [anOverride("llama"), preset] }, "bob", "m")).toBe(
      "base_not_shared",
    );
    expect(codeOf({ ...vouched, users: [aUser("bob")] }, "bob", "m")).toBe("base_not_shared");
    expect(
      codeOf({ ...vouched, users: [aUser("bob"), aUser("ann", { status: "suspended" })] }, "bob", "m"),
    ).toBe("base_not_shared");
  });

  test("read rights of the voucher are not enough", () => {
    const records = [aCustom("m", { baseAccess: { kind: "delegate", by: "ann" } })];

    expect(codeOf({ records }, "ann", "llama")).toBe("ok");
    expect(codeOf({ records }, "bob", "m")).toBe("base_not_shared");
  });

  test("a hop in the middle is checked as well", () => {
    const records = [
      aCustom("lower", { access: { kind: "private" } }),
      aCustom("upper", { base: { kind: "record", uid: "lower" }, baseAccess: { kind: "inherit" } }),
    ];

    expect(codeOf({ records }, "ann", "upper")).toBe("ok");
    expect(codeOf({ records }, "bob", "upper")).toBe("base_not_shared");
  });

  test("without rules of its own a base is called only where the caller sees it", () => {
    const connections = [
      aConnection("one", { defaultVisibility: { kind: "private" } }),
      aConnection("two", { position: 1 }),
    ];
    const bases = [aBase("llama", { placements: [aPlacement("one"), aPlacement("two")] })];
    const targets = (userId: string, state: Partial<CatalogState>, uid = "llama"): string[] =>
      resolved({ connections, bases, ...state }, userId, uid).targets.map(({ connection }) => connection.uid);

    expect(targets("bob", {})).toEqual(["two"]);
    expect(targets("root", {})).toEqual(["one", "two"]);
    expect(targets("bob", { records: [anOverride("llama", { access: { kind: "public" } })] })).toEqual([
      "one",
      "two",
    ]);
    expect(targets("bob", { records: [aCustom("m")] }, "m")).toEqual(["one", "two"]);
    expect(targets("bob", { records: [aCustom("m", { baseAccess: { kind: "inherit" } })] }, "m")).toEqual([
      "two",
    ]);
  });

  test("a grant to write through one connection does not reach a base that another serves too", () => {
    const shared = aConnection("one", { defaultVisibility: writableBy("ann") });
    const bases = [aBase("llama", { placements: [aPlacement("one"), aPlacement("two")] })];
    const mayWrite = (state: Partial<CatalogState>): boolean => {
      const snapshot = createCatalogSnapshot(aState(state));
      const entry = snapshot.findByUid("llama");
      return (
        entry !== undefined && snapshot.decide(anActor(snapshot, "ann").principal, "write", entry).allowed
      );
    };

    expect(mayWrite({ connections: [shared], bases })).toBe(true);
    expect(mayWrite({ connections: [shared, aConnection("two")], bases })).toBe(false);
  });

  test("a base without any connection is the administrators'", () => {
    const bases = [aBase("llama", { placements: [aPlacement("archived")] })];

    expect(codeOf({ bases }, "bob", "llama")).toBe("model_not_found");
    expect(codeOf({ bases }, "root", "llama")).toBe("gone_upstream");
  });
});

describe("names", () => {
  test("are found as people write them", () => {
    const connections = [aConnection("one"), aConnection("hub", { provider: "openai" })];
    const bases = [
      aBase("llama", { id: "Llama3.2" }),
      aBase("gpt", { id: "gpt:latest", placements: [aPlacement("hub")] }),
    ];
    const snapshot = createCatalogSnapshot(
      aState({ connections, bases, records: [aCustom("m", { id: "Support" })] }),
    );

    expect(snapshot.findByName(" llama3.2:LATEST ")?.uid).toBe("llama");
    expect(snapshot.findByName("support")?.uid).toBe("m");
    expect(snapshot.findByName("gpt:latest")?.uid).toBe("gpt");
    // Only Ollama reads a missing tag as `latest`.
    expect(snapshot.findByName("gpt")).toBeUndefined();
  });

  test("a shadowed base is found through its connection only, and a public name wins over that way", () => {
    const connections = [aConnection("one"), aConnection("two", { position: 1 })];
    const bases = [
      aBase("llama"),
      aBase("other", { id: "llama", shadowed: true, placements: [aPlacement("two")] }),
      aBase("third", { id: "qwen", shadowed: true, placements: [aPlacement("two")] }),
    ];
    const snapshot = createCatalogSnapshot(
      aState({ connections, bases, records: [aCustom("m", { id: "two/qwen" })] }),
    );

    expect(snapshot.findByName("llama")?.uid).toBe("llama");
    expect(snapshot.findByName("two/llama")).toMatchObject({ uid: "other", id: "two/llama" });
    expect(snapshot.findByName("one/llama")).toBeUndefined();
    expect(snapshot.findByName("two/qwen")?.uid).toBe("m");
  });
});
