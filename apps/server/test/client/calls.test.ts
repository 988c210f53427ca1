import { createCorralClient, CorralError } from "@corral/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGatewayWorld, type GatewayWorld } from "../support/gateway-world.ts";
import { startFront, type Front } from "../support/start-front.ts";

let world: GatewayWorld;
let front: Front;

beforeAll(async () => {
  world = await startGatewayWorld();
  front = await startFront(world.server.url);
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const client = (options: { retries?: number; timeoutMs?: number } = {}) =>
  createCorralClient({ url: front.url, session: world.ada.token, ...options });
const failureOf = async (call: Promise<unknown>): Promise<CorralError> => {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof CorralError) return error;
  throw new Error("It did not fail with a CorralError.", { cause: error });
};
const requests = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = front.asked.length;
  await work();
  return front.asked.slice(before);
};

describe("a call", () => {
  test("is made with an API key as with a session, and as nobody without either", async () => {
    const byKey = createCorralClient({ url: `${world.server.url}/`, apiKey: world.adasKey });
    const byNobody = createCorralClient({ url: world.server.url });

    const { rows } = await byKey.models.list.query({ query: "on-" });

    expect(rows.map(({ id }) => id)).toStrictEqual(["on-ollama", "on-openai"]);
    expect(await client().auth.session.query()).toMatchObject({ user: { name: "Ada" } });
    expect(await byNobody.auth.setupState.query()).toMatchObject({ needsAdministrator: false });
    expect((await failureOf(byNobody.models.list.query({}))).code).toBe("unauthenticated");
  });

  test("shares a request with the reads of the same moment; a write has its own", async () => {
    const corral = client();

    const asked = await requests(() =>
      Promise.all([
        corral.models.list.query({}),
        corral.groups.list.query(),
        corral.groups.create.mutate({ name: "One" }),
        corral.groups.create.mutate({ name: "Two" }),
      ]),
    );

    expect(asked.toSorted()).toStrictEqual([
      "/trpc/groups.create",
      "/trpc/groups.create",
      "/trpc/models.list,groups.list",
    ]);
  });

  test("that fails says why, what next, and by which name the log has it", async () => {
    const corral = client();
    const group = await corral.groups.create.mutate({ name: "Three" });

    const taken = await failureOf(corral.groups.create.mutate({ name: group.name }));
    const wrong = await failureOf(corral.models.get.query({ id: "" }));

    expect(taken).toMatchObject({
      code: "name_taken",
      status: 409,
      path: "groups.create",
      name: "CorralError",
    });
    expect(taken.remedy).not.toBe("");
    expect(world.server.logged()).toContain(String(taken.requestId));
    expect(wrong).toMatchObject({ code: "invalid_input", status: 400 });
    expect(wrong.issues[0]?.path).toStrictEqual(["id"]);
  });

  test("that meets a newer version brings it along", async () => {
    const corral = client();
    const { revision } = await corral.models.create.mutate({
      id: "twice",
      name: "1",
      baseModelId: "on-openai",
    });
    const stale = revision ?? 0;
    await corral.models.update.mutate({ id: "twice", revision: stale, name: "2" });

    const error = await failureOf(corral.models.update.mutate({ id: "twice", revision: stale, name: "3" }));

    expect(error.code).toBe("revision_conflict");
    expect(error.current).toMatchObject({ name: "2" });
  });

  test("that is aborted ends at once, also while it waits for another attempt", async () => {
    const corral = client({ retries: 5 });
    front.fail({ status: 503, headers: { "retry-after": "20" }, body: "busy" });
    const leaving = new AbortController();
    const call = corral.models.list.query({}, { signal: leaving.signal });
    await expect.poll(() => front.asked.at(-1)).toBe("/trpc/models.list");

    leaving.abort();

    expect((await failureOf(call)).code).toBe("aborted");
  });

  test("that nobody answers, in time or in our language, says which", async () => {
    const nowhere = createCorralClient({ url: "http://127.0.0.1:9", retries: 0 });
    front.fail({ status: 200, headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" });

    const [unreachable, foreign] = await Promise.all([
      failureOf(nowhere.models.list.query({})),
      failureOf(client({ retries: 0 }).models.list.query({})),
    ]);
    // not by the front, which would meet the request in the next test
    const hasty = createCorralClient({
      url: world.server.url,
      session: world.ada.token,
      retries: 0,
      timeoutMs: 1,
    });
    const late = await failureOf(hasty.models.list.query({}));

    expect(unreachable).toMatchObject({ code: "unreachable", status: null, path: "models.list" });
    expect(foreign).toMatchObject({ code: "invalid_answer", status: 200 });
    expect(late).toMatchObject({ code: "unreachable", message: "No answer came in time." });
  });
});

describe("another attempt", () => {
  test("is made of a read that met a passing failure, and no sooner than it was told", async () => {
    front.fail({ status: 503, headers: { "retry-after": "1" }, body: "busy" }, "lose-answer");
    const startedMs = performance.now();

    const asked = await requests(() => client().groups.list.query());

    expect(asked).toHaveLength(3);
    expect(performance.now() - startedMs).toBeGreaterThan(1_000);
  });

  test("is not made when too much patience is asked for, nor after the last one", async () => {
    const busy = { status: 503, headers: { "retry-after": "3600" }, body: "busy" };
    front.fail(busy, "lose-answer", "lose-answer");

    const patient = await failureOf(client().groups.list.query());
    const last = await failureOf(client({ retries: 1 }).groups.list.query());

    expect(patient).toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
    expect(last.code).toBe("unreachable");
  });

  test("is never made of a write whose answer was lost", async () => {
    const corral = client();
    front.fail("lose-answer");

    const asked = await requests(() => failureOf(corral.groups.create.mutate({ name: "Lost" })));

    expect(asked).toHaveLength(1);
    const { groups } = await corral.groups.list.query();
    expect(groups.filter(({ name }) => name === "Lost")).toHaveLength(1);
  });

  test("is made of a write that bears a revision, which takes effect once", async () => {
    const corral = client();
    const made = await corral.models.create.mutate({ id: "once", name: "1", baseModelId: "on-openai" });
    const revision = made.revision ?? 0;
    front.fail({ status: 502, body: "gateway" }, "lose-answer");

    const error = await failureOf(corral.models.update.mutate({ id: "once", revision, name: "2" }));

    expect(error.code).toBe("revision_conflict");
    expect(error.current).toMatchObject({ name: "2", revision: revision + 1 });
  });

  test("is made of a write that its caller calls idempotent", async () => {
    const corral = client();
    front.fail("lose-answer");
    const again = { context: { idempotent: true } };

    const error = await failureOf(corral.groups.create.mutate({ name: "Again" }, again));

    expect(error.code).toBe("name_taken");
  });
});
