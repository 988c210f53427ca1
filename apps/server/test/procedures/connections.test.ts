import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const key = "sk-upstream-0123456789";
let openai: SimulatedOpenAI;
let other: SimulatedOpenAI;
let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  openai = await startSimulatedOpenAI({ models: ["sim-gpt-small"], apiKey: key });
  other = await startSimulatedOpenAI({ models: ["sim-gpt-large"], apiKey: key });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await Promise.all([openai.stop(), other.stop()]);
});

const connect = (name: string, more: object = {}) =>
  ada.trpc.connections.create.mutate({
    provider: "openai",
    name,
    url: openai.baseUrl,
    authType: "bearer",
    key,
    ...more,
  });

describe("a connection", () => {
  test("connections.create keeps the key to itself, and connections.list shows its fingerprint and lamp", async () => {
    const made = await connect("Listed", { headers: { "x-team": "lab-header-value" }, prefix: "listed" });
    await ada.trpc.connections.refresh.mutate({ uid: made.uid });

    const { connections } = await ada.trpc.connections.list.query();
    const { health } = await ada.trpc.connections.health.query();
    const denied = await failureOf(bob.trpc.connections.list.query());
    const twice = await failureOf(connect("Listed", { slug: "listed" }));

    const listed = connections.find((connection) => connection.uid === made.uid);
    expect(listed).toMatchObject({
      slug: "listed",
      headerNames: ["x-team"],
      connectionType: "local",
      health: { state: "ready", modelCount: 1 },
    });
    expect(listed?.keyFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    expect(JSON.stringify([connections, made])).not.toContain(key);
    expect(JSON.stringify([connections, made])).not.toContain("lab-header-value");
    expect(health.find((lamp) => lamp.connectionUid === made.uid)?.state).toBe("ready");
    expect([denied.errorCode, twice.errorCode]).toStrictEqual(["access_denied", "name_taken"]);
  });

  test("connections.verify climbs as far as it gets, and says which rung fails and why", async () => {
    const draft = { provider: "openai", url: openai.baseUrl, authType: "bearer" } as const;
    const good = await ada.trpc.connections.verify.mutate({ draft: { ...draft, key } });
    const wrong = await ada.trpc.connections.verify.mutate({ draft: { ...draft, key: "sk-wrong" } });
    const refused = await ada.trpc.connections.verify.mutate({
      draft: { ...draft, url: "http://127.0.0.1:9/v1" },
    });
    const metadata = await failureOf(
      ada.trpc.connections.verify.mutate({ draft: { ...draft, url: "http://169.254.169.254/v1" } }),
    );
    const denied = await failureOf(bob.trpc.connections.verify.mutate({ draft }));

    expect(good).toMatchObject({ ok: true, models: ["sim-gpt-small"], modelCount: 1 });
    expect(wrong).toMatchObject({
      ok: false,
      rungs: [
        { name: "address", ok: true },
        { name: "sign_in", ok: false, errorCode: "upstream_unauthorized" },
      ],
    });
    expect(refused).toMatchObject({
      ok: false,
      rungs: [{ name: "address", ok: false, errorCode: "upstream_unavailable" }],
    });
    expect(JSON.stringify(wrong)).not.toContain("sk-wrong");
    expect([metadata.errorCode, denied.errorCode]).toStrictEqual(["outbound_denied", "access_denied"]);
  });

  test("[KEY-4] a stored key never goes to another origin: neither by connections.update nor by connections.verify", async () => {
    const made = await connect("Bound", { prefix: "bound" });
    const elsewhere = other.baseUrl;
    other.journal.clear();

    const moved = await failureOf(
      ada.trpc.connections.update.mutate({ uid: made.uid, revision: 1, url: elsewhere }),
    );
    const verified = await failureOf(
      ada.trpc.connections.verify.mutate({
        draft: { provider: "openai", url: elsewhere, authType: "bearer" },
        keepSecretsOf: made.uid,
      }),
    );
    const sentElsewhere = other.journal.entries().length;
    const kept = await ada.trpc.connections.verify.mutate({
      draft: { provider: "openai", url: openai.baseUrl, authType: "bearer" },
      keepSecretsOf: made.uid,
    });
    const withKey = await ada.trpc.connections.update.mutate({
      uid: made.uid,
      revision: 1,
      url: elsewhere,
      key,
    });

    expect([moved.errorCode, verified.errorCode]).toStrictEqual([
      "key_bound_to_origin",
      "key_bound_to_origin",
    ]);
    expect(sentElsewhere).toBe(0);
    expect(kept.ok).toBe(true);
    expect(withKey).toMatchObject({ url: elsewhere, revision: 2 });
  });

  test("connections.update is a patch on a revision, and a disabled connection serves nothing", async () => {
    const made = await connect("Switched", { prefix: "switched", defaultVisibility: { kind: "public" } });
    await ada.trpc.connections.refresh.mutate({ uid: made.uid });
    const before = await bob.trpc.chat.complete.mutate({
      model: "switched.sim-gpt-small",
      messages: [{ role: "user", content: "hi" }],
    });

    const off = await ada.trpc.connections.update.mutate({
      uid: made.uid,
      revision: made.revision,
      enabled: false,
    });
    const call = await failureOf(
      bob.trpc.chat.complete.mutate({
        model: "switched.sim-gpt-small",
        messages: [{ role: "user", content: "hi" }],
      }),
    );
    const row = await ada.trpc.models.get.query({ id: "switched.sim-gpt-small" });
    const stale = await failureOf(
      ada.trpc.connections.update.mutate({ uid: made.uid, revision: made.revision, name: "Lost" }),
    );
    const denied = await failureOf(
      bob.trpc.connections.update.mutate({ uid: made.uid, revision: 2, name: "Mine" }),
    );

    expect(before.model).toBe("switched.sim-gpt-small");
    expect(off).toMatchObject({ enabled: false, name: "Switched", keyFingerprint: made.keyFingerprint });
    expect(call.httpStatus).toBe(503);
    expect(row).toMatchObject({ status: "disabled", callable: false });
    expect([stale.errorCode, denied.errorCode]).toStrictEqual(["revision_conflict", "access_denied"]);
  });

  test("connections.delete takes its models away, but keeps those that something is built on", async () => {
    const made = await connect("Doomed", { prefix: "doomed" });
    await ada.trpc.connections.refresh.mutate({ uid: made.uid });
    await ada.trpc.models.create.mutate({
      id: "survivor",
      name: "Survivor",
      baseModelId: "doomed.sim-gpt-small",
    });

    await ada.trpc.connections.delete.mutate({ uid: made.uid });
    const survivor = await ada.trpc.models.get.query({ id: "survivor" });
    const gone = await failureOf(ada.trpc.connections.delete.mutate({ uid: made.uid }));
    const denied = await failureOf(bob.trpc.connections.delete.mutate({ uid: made.uid }));

    expect(survivor).toMatchObject({ status: "gone_upstream", callable: false });
    expect([gone.errorCode, denied.errorCode]).toStrictEqual(["connection_not_found", "access_denied"]);
  });
});

describe("circuits", () => {
  test("[vector 61] connections.circuits tells why calls do not reach a connection, and who may know", async () => {
    const { uid } = await connect("Broken");
    await ada.trpc.connections.refresh.mutate({ uid });
    const well = await ada.trpc.connections.circuits.query({ uid });
    openai.faults.set({ fault: { kind: "refuse" } });
    for (let listing = 0; listing < 2; listing += 1) await ada.trpc.connections.refresh.mutate({ uid });
    const broken = await ada.trpc.connections.circuits.query({ uid });
    openai.faults.clear();

    const denied = await failureOf(bob.trpc.connections.circuits.query({ uid }));

    expect(well.circuits).toMatchObject([{ model: null, state: "closed", errorCode: null }]);
    expect(broken.circuits).toMatchObject([
      {
        model: null,
        state: "open",
        errorCode: "upstream_unavailable",
        consecutiveFailures: expect.any(Number),
      },
    ]);
    expect(broken.circuits[0]?.retryAfterMs).toBeGreaterThan(0);
    expect(denied.errorCode).toBe("access_denied");
    await ada.trpc.connections.delete.mutate({ uid });
  });
});

describe("addresses that are never connected to", () => {
  /** Every way of writing them that a URL knows. */
  const corpus = [
    "http://169.254.169.254",
    "http://2852039166",
    "http://0xa9fea9fe",
    "http://0251.0376.0251.0376",
    "http://169.254.169.254.",
    "http://①⑥⑨.254.169.254",
    "http://0",
    "http://[::]",
    "http://[::ffff:a9fe:a9fe]",
    "http://[::a9fe:a9fe]",
    "http://[64:ff9b::a9fe:a9fe]",
    "http://[2002:a9fe:a9fe::]",
    "http://[fe80::1]",
    "http://[fd00:ec2::254]",
    "http://100.100.100.200",
    "http://metadata.google.internal",
    "http://a@127.0.0.1\\@example.com",
    "gopher://127.0.0.1",
    "file:///etc/passwd",
  ];

  test.each(corpus)("[SSRF-1] [vector 24] %s can be neither saved nor tried", async (url) => {
    const draft = { provider: "openai" as const, url };

    const failures = await Promise.all([
      failureOf(ada.trpc.connections.create.mutate({ ...draft, name: "Refused" })),
      failureOf(ada.trpc.connections.verify.mutate({ draft })),
    ]);

    for (const { errorCode } of failures) expect(["outbound_denied", "invalid_input"]).toContain(errorCode);
  });

  test("[SSRF-1] [vector 24] nor can Corral itself, under any of its names", async () => {
    const { port } = new URL(server.url);
    for (const host of ["127.0.0.1", "127.1", "localhost", "localhost.", "[::1]", "2130706433"]) {
      const creation = ada.trpc.connections.create.mutate({
        provider: "openai",
        name: "Ourselves",
        url: `http://${host}:${port}/v1`,
      });

      expect((await failureOf(creation)).errorCode).toBe("outbound_denied");
    }
  });
});
