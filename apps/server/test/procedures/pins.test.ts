import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let openai: SimulatedOpenAI;
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  openai = await startSimulatedOpenAI({ models: ["base"] });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  eve = await addMember(server, ada, "Eve");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "openai",
    name: "Lab",
    url: openai.baseUrl,
    authType: "none",
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await openai.stop();
});
beforeEach(() => openai.journal.clear());

/** A public model of the administrator's: revision 1 has temperature 0.1 and a prompt of its own, revision 2 others. */
async function makeTwoRevisions(id: string) {
  await ada.trpc.models.create.mutate({
    id,
    name: id,
    baseModelId: "base",
    params: { temperature: 0.1, system: "Old prompt." },
    meta: { capabilities: { vision: false } },
    access: { kind: "public" },
  });
  return ada.trpc.models.update.mutate({
    id,
    revision: 1,
    params: { temperature: 0.9, system: "New prompt." },
    meta: {},
  });
}

/** What the provider is asked when this credential calls the model. */
async function callAs(token: string, model: string) {
  openai.journal.clear();
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] }),
  });
  const sent = openai.journal.entries().find(({ path }) => path.endsWith("/chat/completions"))?.body as
    | { temperature: number; messages: { content: string }[] }
    | undefined; // what we sent ourselves
  return { status: response.status, temperature: sent?.temperature, system: sent?.messages[0]?.content };
}

test("a pinned person gets the params and the prompt of that revision, and the others the current ones", async () => {
  await makeTwoRevisions("held");
  const pin = await ada.trpc.models.pins.set.mutate({
    id: "held",
    revision: 1,
    target: { kind: "user", userId: bob.id },
  });

  const pinned = await callAs(bob.token, "held");
  const free = await callAs(eve.token, "held");
  await ada.trpc.models.update.mutate({ id: "held", revision: 2, paramsPatch: { temperature: 0.5 } });
  const stillPinned = await callAs(bob.token, "held");
  const listed = await ada.trpc.models.pins.list.query({ id: "held" });
  await ada.trpc.models.pins.remove.mutate({ id: "held", uid: pin.uid });
  const afterwards = await callAs(bob.token, "held");

  expect(pinned).toStrictEqual({ status: 200, temperature: 0.1, system: "Old prompt." });
  expect(free).toStrictEqual({ status: 200, temperature: 0.9, system: "New prompt." });
  expect(stillPinned.temperature).toBe(0.1);
  expect(listed.pins).toStrictEqual([pin]);
  expect(pin).toMatchObject({ revision: 1, target: { kind: "user", userId: bob.id }, createdBy: ada.id });
  expect(afterwards).toMatchObject({ temperature: 0.5, system: "New prompt." });
});

test("a pin of a key counts before its owner's, and holds that key alone", async () => {
  await makeTwoRevisions("keyed");
  const { key, apiKey } = await bob.trpc.keys.create.mutate({ name: "pinned" });
  await ada.trpc.models.pins.set.mutate({
    id: "keyed",
    revision: 2,
    target: { kind: "user", userId: bob.id },
  });
  await ada.trpc.models.pins.set.mutate({
    id: "keyed",
    revision: 1,
    target: { kind: "key", keyId: apiKey.id },
  });

  const byKey = await callAs(key, "keyed");
  const bySession = await callAs(bob.token, "keyed");

  expect([byKey.temperature, bySession.temperature]).toStrictEqual([0.1, 0.9]);
});

test("a share keeps a caller on one side, and more of it takes nobody out", async () => {
  await makeTwoRevisions("shared");
  const people = [ada, bob, eve];
  const share = (percent: number) =>
    ada.trpc.models.pins.set.mutate({ id: "shared", revision: 1, target: { kind: "share", percent } });
  const sides = async () => {
    const temperatures: (number | undefined)[] = [];
    for (const { token } of people) temperatures.push((await callAs(token, "shared")).temperature);
    return temperatures;
  };

  let held: readonly number[] = [];
  for (const percent of [1, 35, 70, 100]) {
    await share(percent);
    const [once, again] = [await sides(), await sides()];
    expect(again).toStrictEqual(once);
    const now = once.flatMap((temperature, at) => (temperature === 0.1 ? at : []));
    expect(now).toStrictEqual(expect.arrayContaining([...held]));
    held = now;
  }

  expect(held).toHaveLength(people.length);
  expect((await ada.trpc.models.pins.list.query({ id: "shared" })).pins).toHaveLength(1);
});

test("a pin gives neither access nor activation, and follows the base of today", async () => {
  await makeTwoRevisions("narrowed");
  await ada.trpc.models.pins.set.mutate({
    id: "narrowed",
    revision: 1,
    target: { kind: "user", userId: bob.id },
  });

  await ada.trpc.models.update.mutate({ id: "narrowed", revision: 2, isActive: false });
  const inactive = await callAs(bob.token, "narrowed");
  await ada.trpc.models.update.mutate({
    id: "narrowed",
    revision: 3,
    isActive: true,
    access: { kind: "private" },
  });
  const unreadable = await callAs(bob.token, "narrowed");

  expect([inactive.status, unreadable.status]).toStrictEqual([403, 404]);
});

test("pins are set by those who may write the model, of revisions, people and keys that there are", async () => {
  await makeTwoRevisions("guarded");
  await ada.trpc.models.create.mutate({ id: "secret", name: "Secret", baseModelId: "base" });
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bobs", baseModelId: "base" });
  const { apiKey } = await ada.trpc.keys.create.mutate({ name: "mine" });
  const toBob = { kind: "user", userId: bob.id } as const;
  const half = { kind: "share", percent: 60 } as const;
  const nobody = "9b8f5c1a-0000-4000-8000-000000000000";
  const set = (person: Person, input: Parameters<typeof ada.trpc.models.pins.set.mutate>[0]) =>
    person.trpc.models.pins.set.mutate(input);
  await bob.trpc.models.update.mutate({ id: "bobs", revision: 1, name: "Second" });
  await set(bob, { id: "bobs", revision: 1, target: half });

  const failures = [
    await failureOf(set(bob, { id: "guarded", revision: 1, target: toBob })),
    await failureOf(set(bob, { id: "secret", revision: 1, target: toBob })),
    await failureOf(set(ada, { id: "guarded", revision: 9, target: toBob })),
    await failureOf(set(ada, { id: "base", revision: 1, target: toBob })),
    await failureOf(set(ada, { id: "guarded", revision: 1, target: { kind: "user", userId: nobody } })),
    await failureOf(set(bob, { id: "bobs", revision: 1, target: { kind: "key", keyId: apiKey.id } })),
    await failureOf(set(bob, { id: "bobs", revision: 2, target: half })),
    await failureOf(set(bob, { id: "bobs", revision: 1, target: { kind: "share", percent: 101 } })),
    await failureOf(bob.trpc.models.pins.list.query({ id: "guarded" })),
    await failureOf(bob.trpc.models.pins.list.query({ id: "secret" })),
    await failureOf(bob.trpc.models.pins.list.query({ id: "" })),
    await failureOf(bob.trpc.models.pins.remove.mutate({ id: "bobs", uid: nobody })),
    await failureOf(bob.trpc.models.pins.remove.mutate({ id: "guarded", uid: nobody })),
    await failureOf(bob.trpc.models.pins.remove.mutate({ id: "bobs", uid: "x" })),
  ];

  expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
    "access_denied",
    "model_not_found",
    "version_not_found",
    "version_not_found",
    "principal_not_found",
    "principal_not_found",
    "invalid_input",
    "invalid_input",
    "access_denied",
    "model_not_found",
    "invalid_input",
    "pin_not_found",
    "access_denied",
    "invalid_input",
  ]);
});
