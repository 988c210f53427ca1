import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

const patience = { timeout: 20_000 };
let folder: string;
let openai: SimulatedOpenAI;
let other: SimulatedOpenAI;
let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "corral-secrets-"));
  openai = await startSimulatedOpenAI({ models: ["sim-gpt-small"] });
  other = await startSimulatedOpenAI({ models: ["sim-gpt-large"] });
  server = await startTestServer({
    LAB_API_KEY: "sk-canary-variable",
    TEAM_HEADER: "team-canary",
    LAB_TEAM_API_KEY: "team-canary",
    HIDDEN_VARIABLE: "sk-canary-hidden",
    EMPTY_API_KEY: "",
    CORRAL_SECRET_REFERENCES: `TEAM_HEADER, ${folder}`,
  });
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await Promise.all([openai.stop(), other.stop(), rm(folder, { recursive: true })]);
});

const connect = (name: string, { headers, ...more }: { headers?: Record<string, string>; key: string }) =>
  ada.trpc.connections.create.mutate({
    provider: "openai",
    name,
    url: openai.baseUrl,
    authType: "bearer",
    defaultVisibility: { kind: "public" },
    headers: { ...headers, "x-connection": name },
    ...more,
  });

/** What the provider was sent last for this connection by a listing that is asked for now. */
async function headersOf({
  uid,
  name,
}: {
  readonly uid: string;
  readonly name: string;
}): Promise<Readonly<Record<string, unknown>>> {
  openai.journal.clear();
  const find = async () => {
    // one that runs already is joined, and may have been sent before
    await ada.trpc.connections.refresh.mutate({ uid });
    const sent = openai.journal.of("/v1/models").map(({ headers }) => headers);
    return sent.findLast((headers) => headers["x-connection"] === name);
  };
  await expect.poll(find, patience).toBeDefined();
  return (await find()) ?? {};
}

describe("a reference in a secret's place", () => {
  test("is resolved at use, and it alone is stored and shown", async () => {
    const made = await connect("Referring", {
      key: "env:LAB_API_KEY",
      headers: { "x-team": "env:TEAM_HEADER", "x-plain": "header-canary" },
    });

    const sent = await headersOf(made);
    const { connections } = await ada.trpc.connections.list.query();
    const changes = await ada.trpc.audit.list.query({});

    expect(sent).toMatchObject({
      authorization: "Bearer sk-canary-variable",
      "x-team": "team-canary",
      "x-plain": "header-canary",
    });
    expect(made.secretReferences).toStrictEqual({
      key: "env:LAB_API_KEY",
      headers: { "x-team": "env:TEAM_HEADER" },
    });
    expect(made.keyFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    expect(JSON.stringify([made, connections, changes, server.logged()])).not.toContain("canary");
  });

  test("is accepted as docs/secrets.md shows it", async () => {
    const page = await readFile(new URL("../../../docs/secrets.md", import.meta.url), "utf8");
    const example = JSON.parse(/```json\n([^`]+)```/u.exec(page)?.[1] ?? "");

    const made = await ada.trpc.connections.create.mutate({ ...example, enabled: false });

    expect(made.secretReferences).toStrictEqual({
      key: "env:LAB_API_KEY",
      headers: { "x-team": "env:LAB_TEAM_API_KEY" },
    });
  });

  test("to a file is read anew when the file changes", async () => {
    const path = join(folder, "rotating");
    await writeFile(path, "sk-canary-first\n");
    const made = await connect("Filed", { key: `file:${path}` });
    expect((await headersOf(made))["authorization"]).toBe("Bearer sk-canary-first");

    await writeFile(`${path}.next`, "sk-canary-second\n");
    await rename(`${path}.next`, path);

    await expect
      .poll(async () => (await headersOf(made))["authorization"], patience)
      .toBe("Bearer sk-canary-second");
  });

  test("that leads nowhere any more fails the calls, and names itself to administrators alone", async () => {
    const path = join(folder, "vanishing");
    await writeFile(path, "sk-canary-vanishing");
    const { uid, revision } = await connect("Vanishing", { key: `file:${path}` });
    await ada.trpc.connections.refresh.mutate({ uid });

    await rm(path);

    const lampOf = async () => {
      await ada.trpc.connections.refresh.mutate({ uid });
      const { health } = await ada.trpc.connections.health.query();
      return health.find(({ connectionUid }) => connectionUid === uid)?.errorMessage ?? "";
    };
    await expect.poll(lampOf, patience).toContain(`file:${path} cannot be read by the server`);
    const failed = await failureOf(
      bob.trpc.chat.complete.mutate({
        model: "vanishing/sim-gpt-small",
        messages: [{ role: "user", content: "Hello" }],
      }),
    );
    expect(failed.errorCode).toBe("upstream_unauthorized");
    expect(JSON.stringify(failed)).not.toContain(path);
    // it can still be disabled
    const disabled = await ada.trpc.connections.update.mutate({ uid, revision, enabled: false });
    expect(disabled.enabled).toBe(false);
  });

  test.for([
    ["env:CORRAL_SECRET_KEY", /CORRAL_SECRET_REFERENCES/u],
    ["env:HIDDEN_VARIABLE", /CORRAL_SECRET_REFERENCES/u],
    ["env:EMPTY_API_KEY", /is not set/u],
    ["file:/etc/hostname", /CORRAL_SECRET_REFERENCES/u],
    ["file:/run/secrets/../../etc/hostname", /CORRAL_SECRET_REFERENCES/u],
    ["env:not a name", /env:NAME|printable/u],
  ] as const)("%s is refused when it is saved or tried", async ([key, reason]) => {
    const draft = { provider: "openai" as const, url: openai.baseUrl, authType: "bearer" as const, key };

    const saved = await failureOf(connect("Prying", { key }));
    const tried = await failureOf(ada.trpc.connections.verify.mutate({ draft }));

    for (const failure of [saved, tried]) {
      expect(failure.errorCode).toBe("invalid_input");
      expect(JSON.stringify(failure)).toMatch(reason);
      expect(JSON.stringify(failure)).not.toContain("canary");
    }
  });

  test("is for administrators alone to write or try", async () => {
    const draft = { provider: "openai" as const, url: other.baseUrl, key: "env:LAB_API_KEY" };

    const saved = await failureOf(bob.trpc.connections.create.mutate({ ...draft, name: "Mine" }));
    const tried = await failureOf(bob.trpc.connections.verify.mutate({ draft }));

    expect([saved.errorCode, tried.errorCode]).toStrictEqual(["access_denied", "access_denied"]);
    expect(other.journal.of("/v1/models")).toHaveLength(0);
  });

  test("[KEY-4] stays at the origin it was saved with", async () => {
    const { uid, revision } = await connect("Bound", { key: "env:LAB_API_KEY" });

    const moved = await failureOf(ada.trpc.connections.update.mutate({ uid, revision, url: other.baseUrl }));
    const tried = await failureOf(
      ada.trpc.connections.verify.mutate({
        draft: { provider: "openai", url: other.baseUrl, authType: "bearer" },
        keepSecretsOf: uid,
      }),
    );

    expect([moved.errorCode, tried.errorCode]).toStrictEqual(["key_bound_to_origin", "key_bound_to_origin"]);
    expect(other.journal.of("/v1/models")).toHaveLength(0);
  });
});

describe("[SEC-5] a form that is sent back", () => {
  test("keeps the key that it does not show, and null takes it away", async () => {
    const made = await connect("Form", { key: "sk-canary-form", headers: { "x-team": "header-canary" } });

    const kept = await ada.trpc.connections.update.mutate({
      uid: made.uid,
      revision: made.revision,
      tags: ["edited"],
      headers: { "x-second": "another-canary" },
    });
    const sent = await headersOf(made);
    const removed = await ada.trpc.connections.update.mutate({
      uid: made.uid,
      revision: kept.revision,
      key: null,
      headers: { "x-team": null, "x-second": null },
    });

    expect([kept.keyFingerprint, kept.keySetAt]).toEqual([made.keyFingerprint, made.keySetAt]);
    expect(sent).toMatchObject({
      authorization: "Bearer sk-canary-form",
      "x-team": "header-canary",
      "x-second": "another-canary",
    });
    expect([removed.keyFingerprint, removed.headerNames]).toEqual([null, ["x-connection"]]);
    expect(await headersOf(made)).not.toHaveProperty("authorization");
  });

  test.for(["", "   ", "***", "••••••••", "sk-••••1234", "sk-…1234", "sk-***1234", "[redacted]", "xxxxxxxx"])(
    "cannot bring %j in the key's or a header's place",
    async (placeholder) => {
      const { uid, revision } = await connect("Masked", { key: "sk-canary-masked" });

      const asKey = await failureOf(ada.trpc.connections.update.mutate({ uid, revision, key: placeholder }));
      const asHeader = await failureOf(
        ada.trpc.connections.update.mutate({ uid, revision, headers: { "x-team": placeholder } }),
      );

      expect([asKey.errorCode, asHeader.errorCode]).toStrictEqual(["invalid_input", "invalid_input"]);
    },
  );
});
