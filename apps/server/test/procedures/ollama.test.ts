import { connect } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let connectionUid: string;

beforeAll(async () => {
  ollama = await startSimulatedOllama({
    models: ["llama3.2:latest", "qwen3:8b"],
    library: [{ name: "phi4-mini", sizeBytes: 3_000_000 }],
  });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  connectionUid = uid;
  await ada.trpc.connections.refresh.mutate({ uid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

const listedIds = async () => (await ada.trpc.models.list.query({ limit: 100 })).rows.map(({ id }) => id);

describe("looking at a server", () => {
  test("ollama.servers lists the connections that are Ollama's, and no other", async () => {
    await ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "Elsewhere",
      url: "http://127.0.0.1:9/v1",
      enabled: false,
    });

    const servers = await ada.trpc.ollama.servers.query();

    expect(servers).toStrictEqual([{ connectionUid, name: "Lab", state: "ready" }]);
  });

  test("ollama.version, ollama.tags, ollama.running and ollama.show tell what the server says", async () => {
    await ada.trpc.ollama.load.mutate({ connectionUid, model: "llama3.2", keepAlive: "10m" });

    const version = await ada.trpc.ollama.version.query({ connectionUid });
    const tags = await ada.trpc.ollama.tags.query({ connectionUid });
    const running = await ada.trpc.ollama.running.query({ connectionUid });
    const shown = await ada.trpc.ollama.show.query({ connectionUid, model: "qwen3:8b" });

    expect(version).toMatchObject({ version: expect.stringMatching(/^\d+\./u) as unknown, warnings: [] });
    expect(tags.map(({ name }) => name)).toEqual(expect.arrayContaining(["llama3.2:latest", "qwen3:8b"]));
    expect(running).toMatchObject([{ name: "llama3.2:latest" }]);
    expect(shown.contextLength).toBeGreaterThan(0);
  });
});

describe("changing a server", () => {
  test("ollama.pull shows in the catalog when it has ended, and ollama.watchPull follows it to the end", async () => {
    // slow enough that the second caller meets the first one's download
    ollama.setPace({ pullMs: 300 });
    const job = await ada.trpc.ollama.pull.mutate({ connectionUid, model: "phi4-mini" });
    const same = await ada.trpc.ollama.pull.mutate({ connectionUid, model: "PHI4-mini:latest" });
    const last = await new Promise<unknown>((resolve, reject) => {
      let latest: unknown;
      ada.trpc.ollama.watchPull.subscribe(
        { connectionUid, id: job.id },
        { onData: (state) => (latest = state), onError: reject, onComplete: () => resolve(latest) },
      );
    });
    const pulls = await ada.trpc.ollama.pulls.query({ connectionUid });

    expect(same.id).toBe(job.id);
    expect(last).toMatchObject({ state: "succeeded", progress: { phase: "done", percent: 100 } });
    expect(pulls).toMatchObject([{ id: job.id, model: "phi4-mini:latest", state: "succeeded" }]);
    await expect.poll(listedIds).toContain("phi4-mini:latest");
  });

  test("ollama.pull takes models of Hugging Face too, and of no other foreign registry", async () => {
    ollama.setPace({ pullMs: 0 });
    ollama.addToLibrary("hf.co/bartowski/tiny-gguf:Q4_K_M");

    const job = await ada.trpc.ollama.pull.mutate({
      connectionUid,
      model: "hf.co/bartowski/tiny-gguf:Q4_K_M",
    });
    const foreign = await failureOf(
      ada.trpc.ollama.pull.mutate({ connectionUid, model: "registry.example.com/ns/model" }),
    );

    expect(job.model).toBe("hf.co/bartowski/tiny-gguf:Q4_K_M");
    expect(foreign).toMatchObject({ errorCode: "invalid_input" });
    await expect
      .poll(async () => (await ada.trpc.ollama.pulls.query({ connectionUid })).map(({ state }) => state))
      .not.toContain("running");
  });

  test("ollama.cancelPull stops a download; one that never was is refused", async () => {
    ollama.faults.set({ path: "/api/pull", times: 1, fault: { kind: "hang-before-headers" } });
    const job = await ada.trpc.ollama.pull.mutate({ connectionUid, model: "mistral" });

    const cancelled = await ada.trpc.ollama.cancelPull.mutate({ connectionUid, id: job.id });
    const unknown = await failureOf(
      ada.trpc.ollama.cancelPull.mutate({ connectionUid, id: crypto.randomUUID() }),
    );

    expect(cancelled).toMatchObject({ id: job.id, state: "cancelled", error: null });
    expect(unknown.errorCode).toBe("invalid_input");
  });

  test("ollama.copy and ollama.delete change the catalog before they answer", async () => {
    await ada.trpc.ollama.copy.mutate({ connectionUid, source: "qwen3:8b", destination: "spare" });
    const copied = await listedIds();
    await ada.trpc.ollama.delete.mutate({ connectionUid, model: "spare" });
    const tags = await ada.trpc.ollama.tags.query({ connectionUid });
    const missing = await failureOf(ada.trpc.ollama.delete.mutate({ connectionUid, model: "spare" }));
    const { events } = await ada.trpc.discovery.events.query({ connectionUid, kinds: ["gone_upstream"] });

    expect(events).toMatchObject([{ upstreamId: "spare:latest" }]);
    expect(copied).toContain("spare:latest");
    expect(tags.map(({ name }) => name)).not.toContain("spare:latest");
    expect(missing.errorCode).toBe("model_not_found");
  });

  test("ollama.create derives a model step by step, and its last step finds it in the catalog", async () => {
    const steps = await ada.trpc.ollama.create.mutate({
      connectionUid,
      model: "brief",
      from: "qwen3:8b",
      system: "Be brief.",
    });
    let listed: string[] = [];
    let last: unknown;
    for await (const step of steps) {
      last = step;
      if (step.phase === "done") listed = await listedIds();
    }
    const files = await failureOf(
      // safe: the point is a field that does not type-check
      ada.trpc.ollama.create.mutate({ connectionUid, model: "x", files: { a: "sha256:0" } } as never),
    );

    expect(last).toMatchObject({ phase: "done" });
    expect(listed).toContain("brief:latest");
    expect(files.errorCode).toBe("invalid_input");
  });

  test("ollama.load and ollama.unload move a model into memory and out of it", async () => {
    await ada.trpc.ollama.load.mutate({ connectionUid, model: "qwen3:8b", keepAlive: -1 });
    const loaded = await ada.trpc.ollama.running.query({ connectionUid });
    await ada.trpc.ollama.unload.mutate({ connectionUid, model: "qwen3:8b" });
    const unloaded = await ada.trpc.ollama.running.query({ connectionUid });
    const wrong = await failureOf(
      ada.trpc.ollama.load.mutate({ connectionUid, model: "qwen3:8b", keepAlive: "-1" }),
    );

    expect(loaded).toContainEqual(expect.objectContaining({ name: "qwen3:8b", expiresAt: null }));
    expect(unloaded.map(({ name }) => name)).not.toContain("qwen3:8b");
    expect(wrong.errorCode).toBe("invalid_input");
  });

  test("ollama.push reports a model that the server does not have", async () => {
    const steps = await ada.trpc.ollama.push.mutate({ connectionUid, model: "me/mine" });
    const failure = await failureOf(drain(steps));

    expect(failure.errorCode).toBe("model_not_found");
  });
});

describe("who may", () => {
  test("members may do none of it, and a connection of another kind has none of it", async () => {
    const { uid } = await ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "No Ollama",
      url: "http://127.0.0.1:9/v1",
    });

    const denied = await Promise.all(
      [
        bob.trpc.ollama.servers.query(),
        bob.trpc.ollama.tags.query({ connectionUid }),
        bob.trpc.ollama.pull.mutate({ connectionUid, model: "phi4-mini" }),
        bob.trpc.ollama.delete.mutate({ connectionUid, model: "qwen3:8b" }),
      ].map((call) => failureOf(call)),
    );
    const other = await failureOf(ada.trpc.ollama.tags.query({ connectionUid: uid }));
    const unknown = await failureOf(
      ada.trpc.ollama.tags.query({ connectionUid: "9b8f5c1a-0000-4000-8000-000000000000" }),
    );

    expect(new Set(denied.map(({ errorCode }) => errorCode))).toStrictEqual(new Set(["access_denied"]));
    expect([other.errorCode, unknown.errorCode]).toStrictEqual([
      "not_an_ollama_model",
      "connection_not_found",
    ]);
  });

  test("every operation stands in the change log with its author, and looking does not", async () => {
    await ada.trpc.ollama.unload.mutate({ connectionUid, model: "qwen3:8b" });
    await ada.trpc.ollama.tags.query({ connectionUid });

    await using client = await connect(server.databaseUrl);
    const { rows } = await client.query(
      "select action, actor_id, target_uid, after from changes where target_kind = 'ollama' order by id desc limit 1",
    );

    expect(rows).toStrictEqual([
      {
        action: "ollama.unload",
        actor_id: ada.id,
        target_uid: connectionUid,
        after: { model: "qwen3:8b" },
      },
    ]);
  });
});

async function drain(steps: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown;
  for await (const step of steps) last = step;
  return last;
}
