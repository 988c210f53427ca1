import {
  createModelService,
  isDomainError,
  modelIdSchema,
  startCatalog,
  type Actor,
  type ModelDetail,
  type ModelService,
} from "@corral/core";
import { aCustomModel, addUser, openTestDatabase, testAuthor, unique } from "@corral/db/testing";
import { expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { startRecordsWorld } from "./support/records-world.ts";

const writers = 50;
const context = { requestId: "test" };
/** 5,000 transactions in the one case, 150 calls in the other; some seconds on an idle machine. */
const timeout = 180_000;

/** How many came through, and what the others were told. */
async function race(models: ModelService, actor: Actor, { id, revision }: ModelDetail) {
  const outcomes = await Promise.allSettled(
    Array.from({ length: writers }, (_, at) =>
      models.update(
        actor,
        { id: modelIdSchema.parse(id), revision: revision ?? 0, name: `Writer ${at} of ${revision}` },
        context,
      ),
    ),
  );
  const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  const told = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as unknown] : [],
  );
  return { won, told };
}

test(
  "of 50 updates on one revision one wins, and 49 are told of the record that did, a hundred times",
  { timeout },
  async () => {
    await using db = await openTestDatabase();
    const { unitOfWork, feed } = db.database;
    const ownerId = await addUser(db.client);
    await using catalog = await startCatalog(feed, {
      onError(error) {
        throw error;
      },
    });
    const health = { epoch: 1, of: () => undefined };
    const models = createModelService({ catalog, unitOfWork, health });
    const { value, change } = await unitOfWork.write(testAuthor, (repositories) =>
      repositories.models.insert(aCustomModel({ id: unique("raced"), ownerId })),
    );
    await catalog.acknowledge(change);
    const principal = catalog.current().principalOf(ownerId);
    if (principal === undefined) throw new Error("the owner is not in the catalog");
    const actor: Actor = {
      principal,
      permissions: new Set(),
      name: "Owner",
      email: "",
      credential: { kind: "session", sessionId: "s" },
    };

    let current = await models.get(actor, value.id);
    for (let round = 1; round <= 100; round += 1) {
      const { won, told } = await race(models, actor, current);
      const [winner] = won;
      if (winner === undefined) throw new Error(`nobody won round ${round}`);
      expect(won).toHaveLength(1);
      const records = told.map((error) =>
        isDomainError(error) ? [error.code, error.details?.current] : error,
      );
      const stored = await unitOfWork.read((repositories) => repositories.models.find(value.uid));
      expect(records).toStrictEqual(Array.from({ length: writers - 1 }, () => ["revision_conflict", stored]));
      expect(stored).toMatchObject({ name: winner.name, revision: round + 1 });
      current = winner;
    }
    expect((await models.history(actor, { id: value.id, offset: 0, limit: 1 })).total).toBe(101);
  },
);

test(
  "the same through the typed interface: 49 answers of 409 with the current record",
  { timeout },
  async () => {
    await using world = await startRecordsWorld();
    const { bob } = world;
    await bob.trpc.models.create.mutate({ id: "raced", name: "Raced", baseModelId: "qwen3:8b" });

    for (let revision = 1; revision <= 3; revision += 1) {
      const calls = Array.from({ length: writers }, (_, at) =>
        bob.trpc.models.update.mutate({ id: "raced", revision, name: `Writer ${at} of ${revision}` }),
      );
      const outcomes = await Promise.allSettled(calls);
      const winners = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
      const losers = calls.filter((_, at) => outcomes[at]?.status === "rejected");
      const failures = await Promise.all(losers.map(failureOf));

      expect(winners).toHaveLength(1);
      expect(failures).toHaveLength(writers - 1);
      for (const failure of failures) {
        expect(failure).toMatchObject({
          errorCode: "revision_conflict",
          httpStatus: 409,
          current: { revision: revision + 1, name: winners[0]?.name },
        });
      }
    }
  },
);
