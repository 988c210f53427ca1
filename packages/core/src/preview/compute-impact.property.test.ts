import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Oracle } from "../testing/world/oracle.ts";
import { aWorld, Dice } from "../testing/world/random-world.ts";
import { applyCatalogChanges } from "../catalog/apply-changes.ts";
import type { CatalogRecord, CatalogState } from "../catalog/catalog-state.ts";
import { createCatalogSnapshot } from "../catalog/create-snapshot.ts";
import type { RecordConfig } from "../chat/resolve-chat-request.ts";
import type { ModelParams } from "../model/model-params.ts";
import { computeImpact, listReached, type Impact } from "./compute-impact.ts";

const seeds = fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 }));

type Change = { readonly before: CatalogState; readonly after: CatalogState; readonly record: CatalogRecord };

/** A record of one world as the same record is in another one: any update that there can be. */
function aChange([seed, other]: readonly [number, number]): Change | undefined {
  const before = aWorld(seed);
  const elsewhere = new Map(aWorld(other).records.map((record) => [record.uid, record]));
  const [old] = new Dice(other).shuffle(before.records.filter((record) => elsewhere.has(record.uid)));
  const next = old && elsewhere.get(old.uid);
  if (old === undefined || next === undefined) return undefined;
  const { id, createdAt } = old;
  const record: CatalogRecord = { ...next, id, createdAt };
  const records = before.records.map((one) => (one === old ? record : one));
  return { before, after: { ...before, records }, record };
}

const names = ["temperature", "seed", "num_ctx", "max_tokens"] as const;

function someConfig(dice: Dice, uid: string): RecordConfig {
  const set = dice.some(names, 0.3);
  const modes = dice.some(set, 0.4).map((name) => [name, dice.pick(["fixed", "default"])] as const);
  return {
    uid,
    params: Object.fromEntries(set.map((name) => [name, dice.below(3)])),
    paramModes: Object.fromEntries(modes),
    capabilities: {},
  };
}

function configsOf(state: CatalogState, seed: number): Map<string, RecordConfig> {
  return new Map(state.records.map(({ uid }, at) => [uid, someConfig(new Dice(seed + at), uid)] as const));
}

function previewOf(change: Change, seed: number): { impact: Impact; configs: Configs } {
  const before = createCatalogSnapshot(change.before);
  const { uid } = change.record;
  const changes = [{ kind: "record", uid, value: change.record } as const];
  const after = applyCatalogChanges(before, { revision: before.revision, changes });
  const connectionParams = new Map<string, ModelParams>(
    change.before.connections.map((one, at) => [one.uid, { top_k: at }]),
  );
  const configs = {
    before: configsOf(change.before, seed),
    after: new Map([...configsOf(change.before, seed), [uid, someConfig(new Dice(seed + 77), uid)]]),
    connectionParams,
  };
  const focus = change.record.kind === "override" ? change.record.baseUid : uid;
  const reached = listReached([{ snapshot: before }, { snapshot: after }], focus);
  const impact = computeImpact(
    { snapshot: before, configs: configs.before, connectionParams },
    { snapshot: after, configs: configs.after, connectionParams },
    reached,
  );
  return { impact, configs };
}
type Configs = {
  readonly before: ReadonlyMap<string, RecordConfig>;
  readonly after: ReadonlyMap<string, RecordConfig>;
  readonly connectionParams: ReadonlyMap<string, ModelParams>;
};

type Stored = {
  readonly configs: ReadonlyMap<string, RecordConfig>;
  readonly defaults: Configs["connectionParams"];
};

/** What counts for a model, said once more without the code under test. */
function valuesOf(oracle: Oracle, uid: string, { configs, defaults }: Stored) {
  const levels: RecordConfig[] = [];
  const passed = new Set<string>();
  let connection: string | undefined;
  for (let at: string | undefined = uid; at !== undefined && !passed.has(at) && passed.size < 9;) {
    passed.add(at);
    const model = oracle.models.find((one) => one.uid === at);
    const config = configs.get(model?.record?.uid ?? "");
    if (config !== undefined && model !== undefined) levels.unshift(config);
    if (model?.base !== undefined) connection = oracle.placesOf(model.base)[0];
    at = model?.base === undefined ? model?.record.base?.uid : undefined;
  }
  const values = new Map<string, { value: unknown; fixed: boolean }>();
  for (const [name, value] of Object.entries(defaults.get(connection ?? "") ?? {}))
    values.set(name, { value, fixed: false });
  for (const { params, paramModes } of levels) {
    for (const name of names) {
      const value = params[name];
      if (value === undefined || values.get(name)?.fixed === true) continue;
      values.set(name, { value, fixed: paramModes[name] === "fixed" });
    }
  }
  return values;
}

describe("of any update in any world", () => {
  test.prop([seeds], { numRuns: 400 })("tells exactly who then may read and call what", (pair) => {
    const change = aChange(pair);
    if (change === undefined) return;
    const [old, now] = [new Oracle(change.before), new Oracle(change.after)];

    const { impact } = previewOf(change, pair[0]);

    const said = impact.models.flatMap(({ uid, access: { readers, callers } }) => [
      ...readers.gained.map((user) => `${user} reads ${uid}`),
      ...readers.lost.map((user) => `${user} no longer reads ${uid}`),
      ...callers.gained.map((user) => `${user} calls ${uid}`),
      ...callers.lost.map((user) => `${user} no longer calls ${uid}`),
    ]);
    const happened = change.before.users.flatMap((user) =>
      old.models.flatMap((model) => {
        const same = now.models.find(({ uid }) => uid === model.uid);
        if (same === undefined) return [`${model.uid} is gone`];
        const [read, reads] = [old.may(user, "read", model), now.may(user, "read", same)];
        const [called, calls] = [
          old.isCallable({ user, key: null }, model),
          now.isCallable({ user, key: null }, same),
        ];
        return [
          ...(reads && !read ? [`${user.id} reads ${model.uid}`] : []),
          ...(read && !reads ? [`${user.id} no longer reads ${model.uid}`] : []),
          ...(calls && !called ? [`${user.id} calls ${model.uid}`] : []),
          ...(called && !calls ? [`${user.id} no longer calls ${model.uid}`] : []),
        ];
      }),
    );
    expect(said.toSorted()).toStrictEqual(happened.toSorted());
    expect(impact.complete).toBe(true);
  });

  test.prop([seeds], { numRuns: 400 })("tells exactly which params then count differently", (pair) => {
    const change = aChange(pair);
    if (change === undefined) return;
    const [old, now] = [new Oracle(change.before), new Oracle(change.after)];

    const { impact, configs } = previewOf(change, pair[0]);

    const defaults = configs.connectionParams;
    const said = impact.models.flatMap(({ uid, params }) =>
      params.map(({ name, before, after }) => `${uid} ${name} ${tell(before)} → ${tell(after)}`),
    );
    const happened = old.models.flatMap(({ uid }) => {
      const was = valuesOf(old, uid, { configs: configs.before, defaults });
      const is = valuesOf(now, uid, { configs: configs.after, defaults });
      return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
        const [before, after] = [tellOracle(was.get(name)), tellOracle(is.get(name))];
        return before === after ? [] : [`${uid} ${name} ${before} → ${after}`];
      });
    });
    expect(said.toSorted()).toStrictEqual(happened.toSorted());
  });
});

function tell(setting: { readonly value: unknown; readonly mode: string } | undefined): string {
  return setting === undefined ? "nothing" : `${String(setting.value)} ${setting.mode}`;
}

function tellOracle(setting: { readonly value: unknown; readonly fixed: boolean } | undefined): string {
  return setting === undefined
    ? "nothing"
    : `${String(setting.value)} ${setting.fixed ? "fixed" : "default"}`;
}
