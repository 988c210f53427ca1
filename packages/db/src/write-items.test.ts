import {
  createModelSchema,
  createOperationService,
  DomainError,
  modelIdSchema,
  startCatalog,
  startResumingOperations,
  writeItems,
  type Actor,
  type Catalog,
  type HealthBoard,
  type ItemWrite,
  type ModelPatch,
  type UnitOfWork,
  type WriteItemsRequest,
} from "@corral/core";
import { describe, expect, onTestFinished } from "vitest";
import { test } from "./__fixtures__/database-test.ts";
import {
  aConnection,
  addUser,
  noSecrets,
  testAuthor,
  unique,
  type OpenTestDatabase,
} from "./testing/index.ts";

const health: HealthBoard = { epoch: 0, of: () => undefined };

type World = {
  readonly unitOfWork?: UnitOfWork;
  readonly db: OpenTestDatabase;
  readonly catalog: Catalog;
  readonly admin: Actor;
  readonly member: Actor;
  readonly base: string;
};

/** A public base model, an administrator and a member. */
async function openWorld(db: OpenTestDatabase): Promise<World> {
  const base = unique("base");
  await db.database.unitOfWork.write(testAuthor, async ({ connections, discovery }) => {
    const connection = aConnection({ defaultVisibility: { kind: "public" } });
    const { uid } = await connections.insert(connection, noSecrets);
    await discovery.applyListing(uid, [{ id: base, publicId: base, facts: {} }], new Date().toISOString());
  });
  const admin = await addUser(db.client, "admin");
  const member = await addUser(db.client);
  const catalog = await startCatalog(db.database.feed, { onError: () => undefined });
  onTestFinished(() => catalog[Symbol.asyncDispose]());
  const toActor = (userId: string): Actor => {
    const principal = catalog.current().principalOf(userId);
    if (principal === undefined) throw new Error("The account is not in the catalog.");
    const permissions = new Set(["models.create", "models.share"] as const);
    const credential = { kind: "session", sessionId: "s" } as const;
    return { principal, permissions, name: "Somebody", email: "somebody@example.test", credential };
  };
  return { db, catalog, base, admin: toActor(admin), member: toActor(member) };
}

function write(world: World, actor: Actor, request: Partial<WriteItemsRequest>) {
  const ports = { catalog: world.catalog, unitOfWork: world.unitOfWork ?? world.db.database.unitOfWork };
  const author = { actorId: actor.principal.userId, action: "models.bulk" };
  const defaults = { kind: "bulk", strict: false, dryRun: false, items: [] } as const;
  return writeItems(ports, { actor, author }, { ...defaults, ...request });
}

function creation(id: string, baseModelId: string | null, rest: object = {}): ItemWrite {
  return { kind: "create", input: createModelSchema.parse({ id, name: id, baseModelId, ...rest }) };
}

function patch(id: string, change: Omit<ModelPatch, "id">): ItemWrite {
  return { kind: "update", input: { id: modelIdSchema.parse(id), ...change } };
}

const outcomes = (report: Awaited<ReturnType<typeof writeItems>>) =>
  report.results.map(({ id, outcome, error }) => [id, outcome, error?.code].filter(Boolean).join(" "));

async function countRecords({ db }: World): Promise<number> {
  return (await db.client.query("select from model_records")).rowCount ?? 0;
}

describe("many items", () => {
  test("a model may come before the base that the same set brings, and they land in one transaction", async ({
    db,
  }) => {
    const world = await openWorld(db);
    const [ground, house, roof] = [unique("ground"), unique("house"), unique("roof")];
    const items = [creation(roof, house), creation(house, ground), creation(ground, world.base)];

    const report = await write(world, world.member, { items });

    expect(outcomes(report)).toStrictEqual([`${roof} created`, `${house} created`, `${ground} created`]);
    const { rows } = await db.client.query(
      "select distinct n from changes where target_kind = 'record' and target_uid = any($1)",
      [report.results.map(({ uid }) => uid)],
    );
    expect(rows).toHaveLength(1);
  });

  test("what is refused is reported, and the others land", async ({ db }) => {
    const world = await openWorld(db);
    const [mine, theirs, taken] = [unique("mine"), unique("theirs"), unique("taken")];
    await write(world, world.admin, {
      items: [creation(theirs, world.base, { access: { kind: "public" } }), creation(taken, world.base)],
    });

    const report = await write(world, world.member, {
      items: [
        creation(mine, world.base),
        patch(theirs, { name: "Changed" }),
        patch(taken, { name: "Changed" }),
        creation(taken, world.base),
        creation(unique("orphan"), "no-such-base"),
        patch(mine, { name: "Renamed" }),
        patch(mine, { name: "Renamed" }),
        patch(mine, { revision: 1, name: "Late" }),
        { kind: "delete", id: mine, force: false },
      ],
    });

    expect(report.results.map(({ outcome, error }) => [outcome, error?.code])).toStrictEqual([
      ["created", undefined],
      ["forbidden", "access_denied"],
      ["invalid", "model_not_found"],
      ["conflict", "model_id_taken"],
      ["invalid", "base_model_not_found"],
      ["updated", undefined],
      ["unchanged", undefined],
      ["conflict", "revision_conflict"],
      ["deleted", undefined],
    ]);
    expect(report.counts).toMatchObject({ created: 1, updated: 1, conflict: 2, invalid: 2 });
    expect(world.catalog.current().findByName(mine)).toBeUndefined();
  });

  test("strict stores all or nothing, and a dry run tells the same without storing", async ({ db }) => {
    const world = await openWorld(db);
    const good = creation(unique("good"), world.base);
    const items = [good, creation(unique("bad"), "no-such-base")];
    const before = await countRecords(world);

    const strict = await write(world, world.member, { items, strict: true });
    const dry = await write(world, world.member, { items, dryRun: true });
    const between = await countRecords(world);
    const real = await write(world, world.member, { items });

    expect(between).toBe(before);
    expect(await countRecords(world)).toBe(before + 1);
    expect(outcomes(strict)).toStrictEqual(outcomes(real));
    expect(outcomes(dry)).toStrictEqual(outcomes(real));
    expect(dry.results.map(({ uid }) => uid)).toStrictEqual([null, null]);
  });

  test("deletes what is built on a model before the model", async ({ db }) => {
    const world = await openWorld(db);
    const [ground, house] = [unique("ground"), unique("house")];
    await write(world, world.member, { items: [creation(ground, world.base), creation(house, ground)] });

    const items = [ground, house].map((id) => ({ kind: "delete", id, force: false }) as const);
    const report = await write(world, world.member, { items });

    expect(outcomes(report)).toStrictEqual([`${ground} deleted`, `${house} deleted`]);
  });

  test("an administrator's import may bring a model without its base, and says so", async ({ db }) => {
    const world = await openWorld(db);
    const orphan = unique("orphan");

    const bulk = await write(world, world.admin, { items: [creation(orphan, "nowhere")] });
    const report = await write(world, world.admin, {
      items: [creation(orphan, "nowhere")],
      kind: "import",
    });

    expect(bulk.results[0]?.error?.code).toBe("base_model_not_found");
    expect(report.results[0]).toMatchObject({
      outcome: "created",
      notes: [expect.stringContaining("nowhere")],
    });
  });
});

describe("more items than one transaction takes", () => {
  test(
    "are gone on with where a process left them, and are undone as one",
    { timeout: 120_000 },
    async ({ db }) => {
      const world = await openWorld(db);
      const { unitOfWork } = db.database;
      const items = Array.from({ length: 1_100 }, (_, at) => creation(`many-${at}`, world.base));
      const before = await countRecords(world);
      let writes = 0;
      // The process that began loses its database in the middle of the second part.
      const failing: UnitOfWork = {
        ...unitOfWork,
        write: (author, work) =>
          unitOfWork.write(author, async (repositories) => {
            const value = await work(repositories);
            writes += 1;
            if (writes === 3) throw new DomainError("database_unavailable");
            return value;
          }),
      };

      const dying = write({ ...world, unitOfWork: failing }, world.member, { items });
      await expect(dying).rejects.toMatchObject({ code: "database_unavailable" });
      const inBetween = await countRecords(world);
      const operation = await unitOfWork.read(
        async ({ operations }) => (await operations.list({ offset: 0, limit: 1 })).operations[0],
      );
      const id = operation?.id ?? "";
      const failures: unknown[] = [];
      await using resuming = startResumingOperations(
        { catalog: world.catalog, unitOfWork, onError: (error) => failures.push(error) },
        { afterMs: 1 },
      );
      const find = () => unitOfWork.read(({ operations }) => operations.find(id));
      await expect.poll(async () => (await find())?.state, { timeout: 60_000 }).toBe("done");
      await resuming[Symbol.asyncDispose]();

      expect(operation).toMatchObject({ state: "running", counts: { created: 1_000 }, total: 1_100 });
      expect(inBetween).toBe(before + 1_000);
      expect((await find())?.counts.created).toBe(1_100);
      expect(await countRecords(world)).toBe(before + 1_100);
      expect(failures).toStrictEqual([]);

      const service = createOperationService({ catalog: world.catalog, unitOfWork, health });
      const undone = await service.undo(world.member, { id, dryRun: false }, { requestId: "r" });

      expect(undone).toMatchObject({ state: "done", counts: { deleted: 1_100 } });
      expect(await countRecords(world)).toBe(before);
    },
  );

  test("stop with the rights of their author, and say so", async ({ db }) => {
    const world = await openWorld(db);
    const items = Array.from({ length: 1_001 }, (_, at) => creation(`late-${at}`, world.base));
    const { userId } = world.member.principal;
    await db.client.query("update users set status = 'suspended' where id = $1", [userId]);
    await expect.poll(() => world.catalog.current().findUser(userId)?.status).toBe("suspended");

    const report = await write(world, world.member, { items });

    expect(report).toMatchObject({ state: "failed", counts: { created: 0 } });
  });
});
