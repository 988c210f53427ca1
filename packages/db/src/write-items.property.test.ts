import {
  createModelSchema,
  createModelService,
  errorCodes,
  isDomainError,
  modelIdSchema,
  orderItems,
  startCatalog,
  writeItems,
  type Actor,
  type Catalog,
  type HealthBoard,
  type ItemOutcome,
  type ItemWrite,
  type ModelId,
  type ModelService,
} from "@corral/core";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import {
  aConnection,
  addUser,
  noSecrets,
  openTestDatabase,
  testAuthor,
  unique,
  type OpenTestDatabase,
} from "./testing/index.ts";

const itemCount = 200;
const modelCount = 60;
const health: HealthBoard = { epoch: 0, of: () => undefined };

type World = {
  readonly db: OpenTestDatabase;
  readonly catalog: Catalog;
  readonly models: ModelService;
  readonly admin: Actor;
  readonly member: Actor;
  /** Of models that exist, and of some that do not. */
  readonly names: readonly ModelId[];
  readonly people: readonly string[];
};

/** Models of two people, with every kind of access, chains over public and private bases, some inactive. */
async function openWorld(db: OpenTestDatabase): Promise<World> {
  const bases = [unique("open-base"), unique("closed-base")];
  for (const [at, id] of bases.entries()) {
    await db.database.unitOfWork.write(testAuthor, async ({ connections, discovery }) => {
      const kind = at === 0 ? "public" : "private";
      const { uid } = await connections.insert(aConnection({ defaultVisibility: { kind } }), noSecrets);
      await discovery.applyListing(uid, [{ id, publicId: id, facts: {} }], new Date().toISOString());
    });
  }
  const [adminId, memberId, otherId] = [
    await addUser(db.client, "admin"),
    await addUser(db.client),
    await addUser(db.client),
  ];
  const catalog = await startCatalog(db.database.feed, { onError: () => undefined });
  onTestFinished(() => catalog[Symbol.asyncDispose]());
  const models = createModelService({ catalog, unitOfWork: db.database.unitOfWork, health });
  const [admin, member] = [toActor(catalog, adminId), toActor(catalog, memberId)];
  const names = Array.from({ length: modelCount }, (_, at) => modelIdSchema.parse(unique(`m${at}`)));
  const grant = (level: "read" | "write") => {
    const nobody = { groupIds: [], userIds: [] };
    return {
      kind: "restricted",
      read: nobody,
      write: nobody,
      [level]: { groupIds: [], userIds: [memberId] },
    };
  };
  const accesses = [{ kind: "private" }, { kind: "public" }, grant("read"), grant("write")];
  for (const [at, id] of names.slice(0, modelCount - 10).entries()) {
    const owner = at % 3 === 0 ? member : admin;
    const baseModelId = at < 10 ? bases[owner === admin ? at % 2 : 0] : names[owner === admin ? at - 10 : 0];
    const access = owner === admin ? accesses[at % 4] : { kind: "private" };
    const input = createModelSchema.parse({ id, name: id, baseModelId, access, isActive: at % 5 !== 0 });
    await models.create(owner, input, { requestId: "r" });
  }
  return {
    db,
    catalog,
    models,
    admin,
    member,
    names: [...names, ...bases.map((id) => modelIdSchema.parse(id))],
    people: [adminId, otherId],
  };
}

function toActor(catalog: Catalog, userId: string): Actor {
  const principal = catalog.current().principalOf(userId);
  if (principal === undefined) throw new Error("The account is not in the catalog.");
  const permissions = new Set(["models.create", "models.share"] as const);
  const credential = { kind: "session", sessionId: "s" } as const;
  return { principal, permissions, name: "Somebody", email: "somebody@example.test", credential };
}

function anItem({ names, people }: World): fc.Arbitrary<ItemWrite> {
  const name = fc.constantFrom(...names);
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
  const access = fc.constantFrom(
    { kind: "private" } as const,
    { kind: "public" } as const,
    { kind: "inherit" } as const,
    ...people.concat("no-such-person").map((id) => ({
      kind: "restricted" as const,
      read: { groupIds: [], userIds: [id] },
      write: { groupIds: [], userIds: [] },
    })),
  );
  const fields = {
    name: maybe(fc.constantFrom("One", "Two")),
    baseModelId: maybe(name),
    access: maybe(access),
    isActive: maybe(fc.boolean()),
  };
  const created = fc
    .record({
      ...fields,
      id: fc.oneof(
        name,
        fc.nat(20).map((n) => modelIdSchema.parse(`new-${n}`)),
      ),
      baseModelId: name,
    })
    .map(
      (input) =>
        ({ kind: "create", input: createModelSchema.parse({ name: "New", ...defined(input) }) }) as const,
    );
  const paramsPatch = maybe(
    fc.constantFrom<Record<string, unknown>>({ temperature: 0.5 }, { temperature: 9 }, { seed: null }),
  );
  // With the revision that is right at first: later items on the same model are stale, alone and among many.
  const updated = fc
    .record({ ...fields, id: name, paramsPatch, revision: fc.constantFrom(1, 1, 1, 2) })
    .map((input) => ({ kind: "update", input: { ...defined(input), id: input.id } }) as const);
  const deleted = fc.record({ kind: fc.constant("delete" as const), id: name, force: fc.boolean() });
  return fc.oneof({ arbitrary: created, weight: 2 }, { arbitrary: updated, weight: 5 }, deleted);
}

function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

/** What became of the item as a call of its own. */
async function writeAlone({ models, db }: World, actor: Actor, item: ItemWrite): Promise<ItemOutcome> {
  const context = { requestId: "r" };
  const revisionOf = async (id: string) =>
    (await db.client.query<{ revision: number }>("select revision from model_records where id = $1", [id]))
      .rows[0]?.revision;
  try {
    switch (item.kind) {
      case "create":
        await models.create(actor, item.input, context);
        return "created";
      case "update": {
        const before = await revisionOf(item.input.id);
        await models.update(actor, item.input, context);
        return (await revisionOf(item.input.id)) === before ? "unchanged" : "updated";
      }
      case "delete":
        await models.delete(actor, item, context);
        return "deleted";
      case "change":
      case "revert":
        throw new Error("Only what has a call of its own is compared.");
    }
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const { status } = errorCodes[error.code];
    return status === 403 ? "forbidden" : status === 409 ? "conflict" : "invalid";
  }
}

test.each([1, 2, 3])(
  "gives each of 200 items of a member what the single call would have given it, seed %i",
  async (seed) => {
    await using db = await openTestDatabase();
    const world = await openWorld(db);
    const items = fc.sample(anItem(world), { numRuns: itemCount, seed });
    const { catalog, member } = world;
    const ports = { catalog, unitOfWork: db.database.unitOfWork };
    const author = { actorId: member.principal.userId, action: "test" };
    const order = orderItems(items, catalog.current());

    const report = await writeItems(
      ports,
      { actor: member, author },
      { items, kind: "bulk", strict: false, dryRun: true },
    );
    const alone: ItemOutcome[] = [];
    for (const at of order) {
      const item = items[at];
      if (item !== undefined) alone[at] = await writeAlone(world, member, item);
    }

    expect(report.results.map(({ outcome }) => outcome)).toStrictEqual(alone);
    expect(new Set(alone).size).toBeGreaterThanOrEqual(6);
  },
);
