import type { AccessControl } from "@corral/access-control";
import {
  isDomainError,
  noPresentation,
  queryCatalog,
  modelQuerySchema,
  type CatalogState,
  type CatalogUser,
} from "@corral/core";
import { Dice, type OracleCaller } from "@corral/core/testing";
import { openTestDatabase, type OpenTestDatabase } from "@corral/db/testing";
import { describe, expect, test } from "vitest";
import { storeWorld, uuidOf } from "../support/store-world.ts";
import { RunningCatalog } from "./running-catalog.ts";
import { WorldModel, type Patch } from "./world-model.ts";

const sequences = 300;
const stepsASequence = 50;
const parts = 6;
const time = "2026-01-01T00:00:00.000Z";
const groupIds = ["g1", "g2"].map(uuidOf);
const ids = Array.from({ length: 10 }, (_, at) => `model-${at}`);
const baseIds = ["open", "closed"];

/** Six people: an administrator, three members, one who waits and one who is suspended. */
function startState(): CatalogState {
  const user = (name: string, given: Partial<CatalogUser> = {}): CatalogUser => ({
    id: uuidOf(name),
    name,
    email: `${name}@example.test`,
    role: "user",
    status: "active",
    groupIds: [],
    ...given,
  });
  const base = (id: string, connection: string) => ({
    uid: uuidOf(id),
    id,
    shadowed: false,
    placements: [
      {
        uid: uuidOf(`${id} place`),
        connectionUid: uuidOf(connection),
        upstreamId: id,
        facts: {},
        missingSince: null,
      },
    ],
    firstSeenAt: time,
    changedAt: time,
  });
  const connection = (name: string, kind: "public" | "private", position: number) => ({
    uid: uuidOf(name),
    slug: name,
    name,
    provider: "openai" as const,
    enabled: true,
    tags: [],
    connectionType: "external" as const,
    defaultVisibility: { kind },
    position,
    revision: 1,
  });
  return {
    revision: { epoch: "model", change: 0, catalog: 0 },
    settings: {
      adminBypass: true,
      memberPermissions: [],
      presentation: noPresentation,
    },
    connections: [connection("north", "public", 0), connection("south", "private", 1)],
    bases: [base("open", "north"), base("closed", "south")],
    baseNames: [],
    records: [],
    aliases: [],
    lifecycles: [],
    users: [
      user("ada", { role: "admin" }),
      user("bob", { groupIds: [groupIds[0] ?? ""] }),
      user("cid"),
      user("dan"),
      user("pat", { role: "pending" }),
      user("sue", { status: "suspended" }),
    ],
    groups: groupIds.map((id, at) => ({ id, name: `Group ${at}` })),
  };
}

/** As often as they stand here. */
const kinds = [
  ...(["create", "create", "create", "change", "change", "change", "share", "share", "share"] as const),
  ...([
    "members",
    "bulk",
    "restore",
    "undo",
    "undo",
    "delete",
    "psql",
    "restart",
    "deafen",
    "deafen",
  ] as const),
] as const;

type Counts = { restarts: number; lost: number; undos: number; writes: number; refused: number };

/** One sequence of random steps, on the real thing and in the model. */
class Sequence {
  readonly counts: Counts = { restarts: 0, lost: 0, undos: 0, writes: 0, refused: 0 };
  readonly #dice: Dice;
  readonly #db: OpenTestDatabase;
  readonly #real: RunningCatalog;
  readonly #model: WorldModel;
  /** Of what was written last, for whoever takes it back. */
  #last: { readonly uid: string; readonly revision: number } | undefined;
  readonly #context = { requestId: "model-based" };

  constructor(given: {
    readonly seed: number;
    readonly db: OpenTestDatabase;
    readonly real: RunningCatalog;
    readonly model: WorldModel;
  }) {
    this.#dice = new Dice(given.seed);
    this.#db = given.db;
    this.#real = given.real;
    this.#model = given.model;
  }

  /** @returns What was done, in words. */
  async step(): Promise<string> {
    const dice = this.#dice;
    const steps = {
      create: () => this.#create(),
      change: () => this.#update(this.#somePatch()),
      share: () => this.#update({ access: this.#someAccess() }),
      members: () => this.#members(),
      bulk: () => this.#bulk(),
      import: () => this.#import(),
      restore: () => this.#restore(),
      undo: () => this.#undo(),
      delete: () => this.#delete(),
      psql: () => this.#psql(),
      restart: () => this.#restart(),
      deafen: () => this.#deafen(),
    };
    const kind = this.#model.records.length < 2 ? "create" : dice.pick(kinds);
    return `${kind} ${await steps[kind]()}`;
  }

  /** What six people are told of everything, against the model. */
  async check(): Promise<void> {
    const { state, oracle } = this.#model;
    const snapshot = this.#real.catalog.current();
    for (const user of state.users) {
      const actor = this.#real.actorOf(user);
      const caller: OracleCaller = { user, key: null };
      const page = queryCatalog(
        { snapshot, health: this.#real.health },
        actor,
        modelQuerySchema.parse({ limit: 100 }),
      );
      const listed = oracle.models.filter((model) => oracle.isListed(caller, model));
      expect(
        page.rows.map(({ id }) => id),
        `list of ${user.name}`,
      ).toEqual(this.#model.sorted(listed));
      for (const model of oracle.models) {
        const entry = snapshot.findByName(model.id);
        const resolution = entry && snapshot.resolve(actor, entry);
        const told = resolution === undefined ? "not there" : resolution.ok ? null : resolution.code;
        expect(told, `call of ${model.id} by ${user.name}`).toBe(oracle.refusalOf(caller, model));
      }
    }
    await this.#checkRecord();
  }

  /** One record, as each of them gets it, and its history as the administrator does. */
  async #checkRecord(): Promise<void> {
    const record = this.#dice.shuffle(this.#model.records)[0];
    if (record === undefined) return;
    for (const user of this.#model.state.users) {
      const got = await succeeds(this.#real.models.get(this.#real.actorOf(user), record.id));
      expect(got, `get of ${record.id} by ${user.name}`).toBe(this.#model.may(user, "read", record.id));
    }
    const { total } = await this.#real.models.history(this.#real.actorOf(this.#model.user(uuidOf("ada"))), {
      id: record.id as never, // safe: it was parsed when it was made
      offset: 0,
      limit: 1,
    });
    expect(total, `history of ${record.id}`).toBe(this.#model.historyLength(record.uid));
  }

  #someone(): CatalogUser {
    const [first, ...others] = this.#model.state.users;
    if (first === undefined) throw new Error("Nobody is there.");
    return this.#dice.pick([first, ...others, ...others.slice(0, 3)]);
  }

  #someRecord() {
    return this.#dice.shuffle(this.#model.records)[0];
  }

  #somePatch(): Patch {
    const dice = this.#dice;
    const patches: [Patch, ...Patch[]] = [
      { name: dice.pick(["A", "B", "C"]) },
      { isActive: dice.chance(0.6) },
      { hidden: dice.chance(0.3) },
    ];
    return dice.pick(patches);
  }

  #someAccess(): AccessControl {
    const dice = this.#dice;
    const kind = dice.pick(["public", "private", "restricted", "restricted", "restricted"] as const);
    if (kind !== "restricted") return { kind };
    const users = this.#model.state.users.map(({ id }) => id);
    const some = (probability: number) => ({
      groupIds: dice.some(groupIds, probability),
      userIds: dice.some(users, probability / 2),
    });
    return { kind, read: some(0.5), write: some(0.2) };
  }

  async #create(): Promise<string> {
    const user = this.#someone();
    const id = this.#dice.shuffle(ids)[0] ?? "model-0";
    const baseId =
      this.#dice.shuffle([...baseIds, ...baseIds, ...this.#model.records.map((one) => one.id)])[0] ?? "open";
    const input = { id, name: id, baseModelId: baseId, params: {}, paramModes: {}, meta: {}, isActive: true };
    const expected = id !== baseId && this.#model.mayCreate(user, { id, baseId }) && this.#depth(baseId) < 8;
    const made = await outcome(
      this.#real.models.create(this.#real.actorOf(user), input as never, this.#context),
    );
    this.#expect(made !== undefined, expected, `create ${id} over ${baseId} by ${user.name}`);
    if (made !== undefined)
      this.#note(made.uid, () => this.#model.create(user, { uid: made.uid, id, baseId }));
    return `${id} over ${baseId} by ${user.name}`;
  }

  #depth(id: string): number {
    let depth = 0;
    for (let record = this.#model.find(id); record !== undefined; depth += 1) {
      const { base } = record;
      record = this.#model.records.find(({ uid }) => uid === base?.uid);
    }
    return depth;
  }

  async #update(patch: Patch): Promise<string> {
    const record = this.#someRecord();
    if (record === undefined) return "nothing";
    const user = this.#someone();
    const { hidden, ...fields } = patch;
    const input = {
      id: record.id,
      revision: record.revision,
      ...fields,
      ...(hidden !== undefined && { meta: hidden ? { hidden } : {} }),
    };
    const expected = this.#model.mayUpdate(user, record.id, patch);
    const done = await succeeds(
      this.#real.models.update(this.#real.actorOf(user), input as never, this.#context),
    );
    const what = `${record.id} ${JSON.stringify(patch)} by ${user.name}`;
    this.#expect(done, expected, what);
    if (done) this.#note(record.uid, () => this.#model.update(record.id, patch));
    return what;
  }

  async #members(): Promise<string> {
    const groupId = this.#dice.pick([groupIds[0] ?? "", groupIds[1] ?? ""]);
    const members = this.#dice.some(
      this.#model.state.users.map(({ id }) => id),
      0.4,
    );
    const ada = this.#real.actorOf(this.#model.user(uuidOf("ada")));
    await this.#real.groups.update(ada, { id: groupId, memberIds: members }, this.#context);
    this.#model.setMembers(groupId, members);
    return `of ${groupId}`;
  }

  async #bulk(): Promise<string> {
    const records = this.#dice.shuffle(this.#model.records).slice(0, 3);
    if (records.length === 0) return "of nothing";
    const user = this.#someone();
    const isActive = this.#dice.chance(0.6);
    const request = {
      select: { ids: records.map(({ id }) => id) },
      change: { isActive },
      strict: false,
      dryRun: false,
    };
    const report = await outcome(
      this.#real.operations.bulk(this.#real.actorOf(user), request as never, this.#context),
    );
    for (const record of records) {
      const expected = this.#model.mayUpdate(user, record.id, { isActive });
      const result = report?.results.find(({ id }) => id === record.id);
      this.#expect(result?.error === null, expected, `bulk of ${record.id} by ${user.name}`);
      if (expected) this.#note(record.uid, () => this.#model.update(record.id, { isActive }));
    }
    return `of ${records.length} by ${user.name}`;
  }

  async #import(): Promise<string> {
    const user = this.#someone();
    const wanted = this.#dice.shuffle(ids).slice(0, 2);
    const items = wanted.map((id) => {
      const baseId = this.#dice.pick(["open", "closed"]);
      const input = {
        id,
        name: id,
        baseModelId: baseId,
        params: {},
        paramModes: {},
        meta: {},
        isActive: true,
      };
      return { kind: "create" as const, input: input as never }; // safe: what the schema would give
    });
    const { results } = await this.#real.import(this.#real.actorOf(user), items);
    for (const [at, id] of wanted.entries()) {
      const { baseModelId: baseId } = items[at]?.input ?? { baseModelId: "" };
      const expected = this.#model.mayCreate(user, { id, baseId });
      const { error, uid } = results[at] ?? { error: null, uid: null };
      this.#expect(error === null, expected, `import ${id} over ${baseId} by ${user.name}`);
      if (uid !== null && error === null) {
        this.#note(uid, () => this.#model.create(user, { uid, id, baseId }));
      }
    }
    return `${wanted.join(", ")} by ${user.name}`;
  }

  async #restore(): Promise<string> {
    const record = this.#someRecord();
    if (record === undefined) return "nothing";
    const user = this.#someone();
    const version = 1 + this.#dice.below(record.past.length);
    const patch = this.#model.patchTo(record, record.past[version - 1] ?? record);
    const expected = this.#model.mayUpdate(user, record.id, patch);
    const input = { id: record.id, revision: record.revision, version };
    const done = await succeeds(
      this.#real.models.restore(this.#real.actorOf(user), input as never, this.#context),
    );
    const what = `${record.id} to ${version} by ${user.name}`;
    this.#expect(done, expected, what);
    if (done) this.#note(record.uid, () => this.#model.update(record.id, patch));
    return what;
  }

  /** Of the last write to a record, by whoever may make it. */
  async #undo(): Promise<string> {
    const last = this.#last;
    const record = this.#model.records.find(({ uid }) => uid === last?.uid);
    if (last === undefined || record === undefined || record.revision !== last.revision) return "nothing";
    if (last.revision === 1) return "no creation";
    // mostly somebody who may
    const user = this.#dice.chance(0.6) ? this.#model.user(uuidOf("ada")) : this.#someone();
    const patch = this.#model.patchTo(record, record.past[last.revision - 2] ?? record);
    const expected = this.#model.mayUpdate(user, record.id, patch);
    const report = await outcome(
      this.#real.operations.undoModel(this.#real.actorOf(user), last, this.#context),
    );
    const done = report?.results.every(({ error }) => error === null) === true;
    const what = `${record.id} at ${last.revision} by ${user.name}`;
    this.#expect(done, expected, what);
    if (done) {
      this.counts.undos += 1;
      this.#note(record.uid, () => this.#model.update(record.id, patch));
    }
    return what;
  }

  async #delete(): Promise<string> {
    const record = this.#someRecord();
    if (record === undefined) return "nothing";
    const user = this.#someone();
    const isFree = this.#model.dependantsOf(record.uid).length === 0;
    const expected = isFree && this.#model.may(user, "write", record.id);
    const done = await succeeds(
      this.#real.models.delete(this.#real.actorOf(user), { id: record.id, force: false }, this.#context),
    );
    this.#expect(done, expected, `delete ${record.id} by ${user.name}`);
    if (done) this.#model.delete(record.uid);
    return `${record.id} by ${user.name}`;
  }

  /** Somebody at the database, who knows nothing of us. */
  async #psql(): Promise<string> {
    const record = this.#someRecord();
    if (record === undefined) return "nothing";
    const isActive = !record.isActive;
    await this.#db.client.query("update model_records set is_active = $2 where uid = $1", [
      record.uid,
      isActive,
    ]);
    this.#note(record.uid, () => this.#model.update(record.id, { isActive }));
    const { rows } = await this.#db.client.query<{ change: string }>("select change from change_counter");
    // what nobody acknowledges comes by notification or, where that is lost, by what is asked next
    await this.#real.catalog.acknowledge(Number(rows[0]?.change));
    return record.id;
  }

  async #restart(): Promise<string> {
    await this.#real.restart();
    this.counts.restarts += 1;
    return "";
  }

  async #deafen(): Promise<string> {
    this.#real.faults.losesNotifications = !this.#real.faults.losesNotifications;
    return String(this.#real.faults.losesNotifications);
  }

  #note(uid: string, write: () => unknown): void {
    const before = this.#model.historyLength(uid);
    write();
    const revision = this.#model.historyLength(uid);
    this.counts.writes += 1;
    if (this.#real.faults.losesNotifications) this.counts.lost += 1;
    if (revision > before) this.#last = { uid, revision };
  }

  #expect(done: boolean, expected: boolean, what: string): void {
    if (!done) this.counts.refused += 1;
    if (done !== expected) throw new Error(`${what}: ${done ? "done" : "refused"}, against the model`);
  }
}

async function outcome<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isDomainError(error) && error.code !== "internal") return undefined;
    throw error;
  }
}

async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isDomainError(error) && error.code !== "internal") return false;
    throw error;
  }
}

/** Runs one sequence; the database begins anew each time. */
async function runSequence(seed: number, options: { readonly bug?: boolean } = {}): Promise<Counts> {
  await using db = await openTestDatabase();
  const state = startState();
  await storeWorld(db.url, state, "http://127.0.0.1:9");
  await using real = await RunningCatalog.start(db);
  const settings = real.catalog.current().settings;
  const sequence = new Sequence({ seed, db, real, model: new WorldModel({ ...state, settings }) });
  const done: string[] = [];
  try {
    for (let step = 0; step < stepsASequence; step += 1) {
      if (options.bug === true && step === 10) real.faults.ignoresChanges = true;
      done.push(await sequence.step());
      await sequence.check();
    }
  } catch (error) {
    throw new Error(`Seed ${seed}, after ${done.length} steps:\n${done.join("\n")}`, { cause: error });
  }
  return sequence.counts;
}

describe("any sequence of writes, restarts and lost notifications", () => {
  const total: Counts = { restarts: 0, lost: 0, undos: 0, writes: 0, refused: 0 };

  test.each(Array.from({ length: parts }, (_, at) => at))(
    "leaves the catalog as the model says: part %i",
    async (part) => {
      const each = sequences / parts;
      for (let at = 0; at < each; at += 1) {
        const counts = await runSequence(part * each + at);
        for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
      }
      expect(total.writes).toBeGreaterThan(each);
    },
    600_000,
  );

  test("and means something: enough of each happened", () => {
    expect(total).toMatchObject({
      restarts: expect.toSatisfy((count: number) => count >= 200),
      lost: expect.toSatisfy((count: number) => count >= 500),
      undos: expect.toSatisfy((count: number) => count >= 300),
    });
  });
});

test("a process that overlooks changes is found out", async () => {
  await expect(runSequence(1, { bug: true })).rejects.toThrow(/^Seed 1, after/u);
});
