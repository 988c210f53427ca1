import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { aBoard, anActor, aQuery } from "../testing/world/catalog-builders.ts";
import { Oracle } from "../testing/world/oracle.ts";
import { aliasUids, aWorld, Dice, userIds } from "../testing/world/random-world.ts";
import { applyCatalogChanges } from "./apply-changes.ts";
import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import type { CatalogChange, CatalogState } from "./catalog-state.ts";
import { createCatalogSnapshot } from "./create-snapshot.ts";
import { listCallable } from "./list-callable.ts";
import { listTags } from "./list-tags.ts";
import type { ModelQuery } from "./model-query.ts";
import { modelPageSchema, type ModelPage } from "./model-row.ts";
import { findModelRow, queryCatalog } from "./query-catalog.ts";

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const worlds = { numRuns: 120 };
const board = aBoard({ c1: "unreachable", c2: "degraded" });

function ask(snapshot: CatalogSnapshot, userId: string, query: Partial<ModelQuery> = {}): ModelPage {
  return queryCatalog(
    { snapshot, health: board },
    anActor(snapshot, userId),
    aQuery({ limit: 100, ...query }),
  );
}

describe("in any world, for anyone", () => {
  test.prop([seeds], worlds)("lists exactly what the rules say, in order", (seed) => {
    const state = aWorld(seed);
    const snapshot = createCatalogSnapshot(state);
    const oracle = new Oracle(state);

    for (const user of state.users) {
      const expected = oracle.sorted(
        oracle.models.filter((model) => oracle.isListed({ user, key: null }, model)),
      );
      const page = ask(snapshot, user.id);
      expect(page.rows.map(({ uid }) => uid)).toEqual(expected.map(({ uid }) => uid));
      expect(page.total).toBe(expected.length);

      const withHidden = oracle.models.filter((model) => oracle.isListed({ user, key: null }, model, true));
      const query = { ...aQuery({ limit: 100 }), showHidden: true };
      const all = queryCatalog({ snapshot, health: board }, anActor(snapshot, user.id), query);
      expect(all.rows.map(({ uid }) => uid)).toEqual(oracle.sorted(withHidden).map(({ uid }) => uid));
    }
  });

  test.prop([seeds], worlds)("list, get, decide, resolve and the callable list agree", (seed) => {
    const state = aWorld(seed);
    const snapshot = createCatalogSnapshot(state);
    const oracle = new Oracle(state);

    for (const user of state.users) {
      const actor = anActor(snapshot, user.id);
      const view = { snapshot, health: board };
      const said = oracle.models.map((model) => {
        const entry = snapshot.findByUid(model.uid);
        if (entry === undefined) return `${model.uid} is not there`;
        const resolution = snapshot.resolve(actor, entry);
        const row = findModelRow(view, actor, model.uid);
        return [
          entry.id,
          snapshot.decide(actor.principal, "read", entry).allowed,
          snapshot.decide(actor.principal, "write", entry).allowed,
          row !== undefined,
          row?.mayWrite ?? false,
          resolution.ok && resolution.model.targets.length > 0,
          row?.callable ?? false,
          !resolution.ok && resolution.code === "model_not_found",
        ].join(" ");
      });
      const expected = oracle.models.map((model) => {
        const mayRead = oracle.may(user, "read", model);
        const mayWrite = oracle.may(user, "write", model);
        const isCallable = oracle.isCallable({ user, key: null }, model);
        return [model.id, mayRead, mayWrite, mayRead, mayWrite, isCallable, isCallable, !mayRead].join(" ");
      });
      const callable = oracle.models.filter(
        (model) =>
          oracle.isCallable({ user, key: null }, model) &&
          oracle.isListed({ user, key: null }, model) &&
          model.record?.hidden !== true,
      );

      expect(said).toEqual(expected);
      const aliases = state.aliases.filter(
        (alias) => oracle.callableTargets({ user, key: null }, alias).length > 0,
      );
      expect(listCallable(snapshot, actor).map(({ id }) => id)).toEqual([
        ...oracle.sorted(callable).map(({ id }) => id),
        ...aliases.map(({ id }) => id).toSorted(),
      ]);
    }
  });

  test.prop([seeds], worlds)("an alias leads to those of its targets that the caller may call", (seed) => {
    const state = aWorld(seed);
    const snapshot = createCatalogSnapshot(state);
    const oracle = new Oracle(state);

    for (const user of state.users) {
      const actor = anActor(snapshot, user.id);
      for (const alias of state.aliases) {
        const found = snapshot.findAlias(`${alias.id.toUpperCase()}:latest`);
        const resolution = found && snapshot.resolveAlias(actor, found);
        const expected = oracle.callableTargets({ user, key: null }, alias);
        const mayReadAny = oracle.readsAnyTarget({ user, key: null }, alias);
        if (resolution?.ok === true) {
          const got = resolution.targets.map(({ model, weight }) => [model.entry.uid, weight]);
          expect(got).toEqual(expected.map(({ model, weight }) => [model?.uid, weight]));
        } else {
          expect(expected).toEqual([]);
          expect(resolution?.code === "model_not_found").toBe(!mayReadAny);
        }
      }
    }
  });

  test.prop([seeds, fc.constantFrom("name", "created", "updated"), fc.constantFrom("asc", "desc")], {
    numRuns: 50,
  })("pages put together are the whole list", (seed, sort, direction) => {
    const snapshot = createCatalogSnapshot(aWorld(seed));

    for (const userId of ["root", "ann", "bob", "banned"]) {
      const whole = ask(snapshot, userId, { sort, direction });
      const paged = [];
      for (let offset = 0; offset <= whole.total; offset += 7) {
        paged.push(...ask(snapshot, userId, { sort, direction, offset, limit: 7 }).rows);
      }
      expect(paged).toEqual(whole.rows);
      const mirrored = ask(snapshot, userId, { sort, direction: direction === "asc" ? "desc" : "asc" });
      expect(mirrored.rows.toReversed()).toEqual(whole.rows);
    }
  });

  test.prop([seeds], { numRuns: 40 })("a facet promises what its filter then shows", (seed) => {
    const snapshot = createCatalogSnapshot(aWorld(seed));

    for (const userId of ["root", "ann", "bob"]) {
      const given: Partial<ModelQuery> = {
        status: ["ready", "degraded"],
        visibility: ["public", "restricted"],
      };
      const { facets, total } = ask(snapshot, userId, { ...given, facets: true });
      const filters = {
        status: (value: string) => ({ status: [value as "ready"] }),
        kind: (value: string) => ({ kind: value as "base" }),
        provider: (value: string) => ({ provider: [value as "ollama"] }),
        visibility: (value: string) => ({ visibility: [value as "public"] }),
        capability: (value: string) => ({ capability: [value as "vision"] }),
        tag: (value: string) => ({ tags: [value] }),
        owner: (value: string) => ({ owner: [value] }),
        connection: (value: string) => ({ connection: [value] }),
      };
      for (const [name, toFilter] of Object.entries(filters)) {
        for (const { value, count } of facets?.[name as keyof typeof filters] ?? []) {
          const filtered = ask(snapshot, userId, { ...given, ...toFilter(value) });
          expect(filtered.total, `${name} ${value}`).toBe(count);
        }
      }
      expect((facets?.kind ?? []).reduce((sum, { count }) => sum + count, 0)).toBe(total);
    }
  });

  test.prop([seeds], { numRuns: 25 })("a page has the agreed shape", (seed) => {
    const snapshot = createCatalogSnapshot(aWorld(seed));

    for (const userId of userIds) {
      const page = ask(snapshot, userId, { facets: true });
      expect(modelPageSchema.parse(page)).toEqual(page);
    }
  });
});

describe("after any changes in any portions", () => {
  test.prop([seeds, seeds], { numRuns: 40 })(
    "a snapshot equals one that is made from the final state",
    (from, to) => {
      const dice = new Dice(from ^ to);
      const before = aWorld(from);
      const after = aWorld(to);
      const first = createCatalogSnapshot(before);
      let snapshot = first;
      let changes = dice.shuffle(diff(before, after));

      while (changes.length > 0) {
        const portion = changes.splice(0, 1 + dice.below(12));
        snapshot = applyCatalogChanges(snapshot, { revision: after.revision, changes: portion });
        // What is asked in between must not be remembered beyond its time.
        for (const userId of ["root", "ann"]) ask(snapshot, userId);
      }

      expect(answers(snapshot)).toEqual(answers(createCatalogSnapshot(after)));
      expect(answers(first)).toEqual(answers(createCatalogSnapshot(before)));
    },
  );
});

/** Everything a snapshot says, as far as it can be asked; as text by line, which is quick to compare. */
function answers(snapshot: CatalogSnapshot): string[] {
  const uids = [...aWorldUids()].map((uid) => [snapshot.findByUid(uid), snapshot.dependantsOf(uid)]);
  const people = ["root", "boss", "ann", "bob", "banned"].flatMap((userId) => {
    const actor = anActor(snapshot, userId, { permissions: userId === "bob" ? ["connections.read"] : [] });
    const view = { snapshot, health: board };
    return [
      queryCatalog(view, actor, aQuery({ limit: 100, facets: true })),
      queryCatalog(view, actor, aQuery({ limit: 100, sort: "updated", query: "b", tags: ["FAST", "code"] })),
      queryCatalog(view, actor, aQuery({ limit: 100, sort: "created", view: "shared" })),
      listCallable(snapshot, actor),
      listTags(snapshot, actor),
      aWorldUids().map((uid) => {
        const entry = snapshot.findByUid(uid);
        return entry && snapshot.resolve(actor, entry);
      }),
    ];
  });
  const aliases = aliasUids.map((uid) => [
    snapshot.findAliasByUid(uid),
    snapshot.findAlias(uid),
    snapshot.findAlias(`${uid}:latest`),
  ]);
  const names = aWorldUids().flatMap((uid) => ["", ":latest", "-x", "/BOT", "-bot"].map((end) => uid + end));
  const found = [...names, ...names.map((name) => `c1/${name}`)].map(
    (name) => snapshot.findByName(name)?.uid,
  );
  return [snapshot.size, snapshot.settings, snapshot.connections(), uids, ...people, aliases, found].map(
    (value) => JSON.stringify(value),
  );
}

function aWorldUids(): string[] {
  return [...Array(19).keys()].flatMap((at) => [`b${at}`, `m${at}`, `override-b${at}`]);
}

function diff(before: CatalogState, after: CatalogState): CatalogChange[] {
  const gone = <T extends { uid: string }>(kept: readonly T[], old: readonly T[]): string[] =>
    old.map(({ uid }) => uid).filter((uid) => !kept.some((one) => one.uid === uid));
  return [
    { kind: "settings", value: after.settings },
    { kind: "credential", of: "key", uid: "k" },
    ...after.connections.map((value) => ({ kind: "connection", uid: value.uid, value }) as const),
    ...after.bases.map((value) => ({ kind: "base", uid: value.uid, value }) as const),
    ...after.records.map((value) => ({ kind: "record", uid: value.uid, value }) as const),
    ...after.aliases.map((value) => ({ kind: "alias", uid: value.uid, value }) as const),
    ...gone(after.aliases, before.aliases).map((uid) => ({ kind: "alias", uid, value: null }) as const),
    ...after.baseNames.map((value) => ({ kind: "base_name", uid: value.uid, value }) as const),
    ...gone(after.baseNames, before.baseNames).map(
      (uid) => ({ kind: "base_name", uid, value: null }) as const,
    ),
    ...after.users.map((value) => ({ kind: "user", uid: value.id, value }) as const),
    ...gone(after.connections, before.connections).map(
      (uid) => ({ kind: "connection", uid, value: null }) as const,
    ),
    ...gone(after.bases, before.bases).map((uid) => ({ kind: "base", uid, value: null }) as const),
    ...gone(after.records, before.records).map((uid) => ({ kind: "record", uid, value: null }) as const),
  ];
}
