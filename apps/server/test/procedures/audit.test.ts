import { connect } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, password, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let connectionUid: string;

const key = "sk-very-secret-upstream-key";

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  const made = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
    authType: "bearer",
    key,
    headers: { "x-team": "a header that nobody reads back" },
    defaultVisibility: { kind: "public" },
  });
  connectionUid = made.uid;
  await ada.trpc.connections.refresh.mutate({ uid: connectionUid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

test("audit.list tells who did what to what, before and after, newest first", async () => {
  const made = await bob.trpc.models.create.mutate({ id: "bot", name: "Bot", baseModelId: "llama3.2" });
  await bob.trpc.models.update.mutate({ id: "bot", revision: 1, name: "Robot" });
  await bob.trpc.models.delete.mutate({ id: "bot" });

  const { entries } = await ada.trpc.audit.list.query({ targetKind: "record", targetUid: made.uid });

  expect(entries).toMatchObject([
    { action: "models.delete", before: { name: "Robot" }, after: null },
    { action: "models.update", before: { name: "Bot" }, after: { name: "Robot" }, revision: 2 },
    { action: "models.create", before: null, after: { name: "Bot" }, revision: 1 },
  ]);
  for (const entry of entries) {
    expect(entry.actor).toEqual({ kind: "user", id: bob.id, name: "Bob" });
    expect(entry.requestId).toMatch(/\S/u);
    expect(entry.isWithheld).toBe(false);
  }
  expect(new Set(entries.map(({ requestId }) => requestId)).size).toBe(3);
});

test("audit.list finds by actor, action and time, page by page", async () => {
  const groups = [];
  for (const name of ["A", "B", "C"]) groups.push(await ada.trpc.groups.create.mutate({ name }));
  await using client = await connect(server.databaseUrl);
  await client.query("update groups set description = 'by hand' where name = 'A'");

  const list = async (query: Parameters<typeof ada.trpc.audit.list.query>[0]) =>
    (await ada.trpc.audit.list.query(query)).entries;
  const first = await list({ action: "groups.*", actor: ada.id, limit: 2 });
  const second = await list({ action: "groups.*", actor: ada.id, limit: 2, before: first[1]?.id ?? 0 });
  const byHand = await list({ actor: "database", targetKind: "group" });
  const at = first[0]?.at ?? "";

  expect([...first, ...second].map(({ target }) => target.uid)).toEqual(
    groups.map(({ id }) => id).toReversed(),
  );
  expect(byHand).toMatchObject([{ actor: { kind: "database" }, after: { description: "by hand" } }]);
  expect((await list({ to: at })).every((entry) => entry.at < at)).toBe(true);
  expect((await list({ from: at, action: "groups.create" })).map(({ target }) => target.uid)).toEqual([
    groups[2]?.id,
  ]);
  expect(await list({ actor: "system", action: "models.*" })).toEqual([]);
  // listings are told by their events
  expect(await list({ action: "connections.refresh" })).toEqual([]);
});

test("audit.list never shows a secret, nor what only the bypass would", async () => {
  const secret = await bob.trpc.models.create.mutate({
    id: "private",
    name: "Private",
    baseModelId: "llama3.2",
    params: { system: "What Bob tells nobody." },
  });
  await bob.trpc.models.create.mutate({ id: "gone", name: "Gone", baseModelId: "llama3.2" });
  await bob.trpc.models.delete.mutate({ id: "gone" });
  await bob.trpc.keys.replaceDefault.mutate();
  const everything = async () => {
    const pages = [];
    for (let before: number | undefined; ;) {
      const query = { limit: 100, ...(before !== undefined && { before }) };
      const { entries } = await ada.trpc.audit.list.query(query);
      pages.push(...entries);
      before = entries.at(-1)?.id;
      if (before === undefined) return pages;
    }
  };

  const seen = await everything();
  await using client = await connect(server.databaseUrl);
  await client.query(
    "insert into settings (key, value) values ('admin_bypass', 'false') on conflict (key) do update set value = 'false'",
  );
  await expect
    .poll(async () => (await ada.trpc.audit.list.query({ targetUid: secret.uid })).entries)
    .toMatchObject([{ isWithheld: true, before: null, after: null, action: "models.create" }]);
  const withheld = await everything();

  const text = JSON.stringify(seen);
  expect(text).toContain("What Bob tells nobody.");
  for (const hidden of [key, "a header that nobody reads back", password, "sealed_", "key_hash", '"token"'])
    expect(text).not.toContain(hidden);
  const left = withheld.filter(({ target, isWithheld }) => target.kind === "record" && !isWithheld);
  expect(left).toEqual([]);
  expect(JSON.stringify(withheld)).not.toContain("What Bob tells nobody.");
});

test("audit.list is for administrators, and refuses what it does not understand", async () => {
  const denied = await failureOf(bob.trpc.audit.list.query({}));
  const actor = await failureOf(ada.trpc.audit.list.query({ actor: "Ada" }));
  const time = await failureOf(ada.trpc.audit.list.query({ from: "yesterday" }));

  expect([denied, actor, time].map(({ errorCode }) => errorCode)).toEqual([
    "access_denied",
    "invalid_input",
    "invalid_input",
  ]);
});
