import type { LiveEvent, LiveTopic } from "@corral/core";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { addMember, signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer } from "./support/start-test-server.ts";

type Seen = { readonly id: string; readonly data: LiveEvent };

/** Listens as a program does: over server-sent events, with the token in a header. */
function listen(person: Person, lastEventId?: string, topics?: LiveTopic[]) {
  const seen: Seen[] = [];
  const waiting = new Set<() => void>();
  const started = Promise.withResolvers<void>();
  const subscription = person.trpc.events.live.subscribe(
    { ...(lastEventId !== undefined && { lastEventId }), ...(topics && { topics }) },
    {
      onStarted: () => started.resolve(),
      onData: (event) => {
        seen.push({ id: event.id, data: event.data });
        for (const wake of waiting) wake();
      },
    },
  );
  const next = async (matches: (event: LiveEvent) => boolean): Promise<Seen> => {
    for (;;) {
      const found = seen.find((event) => matches(event.data));
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
  };
  return { seen, next, started: started.promise, [Symbol.dispose]: () => subscription.unsubscribe() };
}

test("a listener hears of a model as soon as it may read it, and nothing of what it may not", async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  using bobs = listen(bob);
  await bobs.started;

  const secret = await ada.trpc.models.create.mutate({
    id: "secret",
    name: "Secret",
    baseModelId: "llama3.2",
  });
  const shared = await ada.trpc.models.create.mutate({
    id: "shared",
    name: "Shared",
    baseModelId: "llama3.2",
    access: { kind: "public" },
  });

  await bobs.next((event) => event.kind === "changed" && event.uids.includes(shared.uid));
  const told = JSON.stringify(bobs.seen);
  expect(told).not.toContain(secret.uid);
  expect(told).not.toContain(uid);
});

test("[IDOR-2] a listener who lost the stream gets what it missed, or a reset when that is gone", async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const first = listen(ada);
  await first.started;
  await ada.trpc.groups.create.mutate({ name: "One" });
  const { id } = await first.next((event) => event.kind === "changed" && event.topic === "groups");
  first[Symbol.dispose]();
  const missed = await ada.trpc.models.create.mutate({ id: "bot", name: "Bot", baseModelId: "llama3.2" });

  using resumed = listen(ada, id);
  using stranger = listen(ada, "another-boot/3");

  await resumed.next((event) => event.kind === "changed" && event.uids.includes(missed.uid));
  expect(resumed.seen.some((event) => event.data.kind === "reset")).toBe(false);
  await expect(stranger.next((event) => event.kind === "reset")).resolves.toBeDefined();
});

test("[IDOR-2] each hears of what is theirs to know: keys of their own, listings and policies of administrators", async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  using adas = listen(ada);
  using bobs = listen(bob);
  await Promise.all([adas.started, bobs.started]);
  const of = (topic: LiveTopic) => (event: LiveEvent) => event.kind === "changed" && event.topic === topic;

  await ada.trpc.keys.create.mutate({ name: "one" });
  await bob.trpc.keys.create.mutate({ name: "one" });
  const bobsKey = await bobs.next(of("keys"));
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  const listing = await adas.next(of("discovery"));
  await ada.trpc.policies.create.mutate({ name: "One", actions: { hidden: true } });
  await adas.next(of("policies"));
  await ada.trpc.ollama.load.mutate({ connectionUid: uid, model: "llama3.2" });
  const loaded = await adas.next(of("ollama"));
  const last = await ada.trpc.models.create.mutate({
    id: "last",
    name: "Last",
    baseModelId: "llama3.2",
    access: { kind: "public" },
  });
  await bobs.next((event) => event.kind === "changed" && event.uids.includes(last.uid));

  for (const { data } of [listing, loaded]) expect(data).toMatchObject({ uids: [uid] });
  const topics = new Set(bobs.seen.map(({ data }) => (data.kind === "changed" ? data.topic : data.kind)));
  expect(topics).toEqual(new Set(["keys", "models"]));
  expect(bobs.seen.filter(({ data }) => of("keys")(data))).toEqual([bobsKey]);
});

test("a listener that names topics hears of these alone, and of a reset", async () => {
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  using some = listen(ada, "another-boot/3", ["policies"]);
  await some.started;

  await ada.trpc.groups.create.mutate({ name: "Unheard" });
  await ada.trpc.policies.create.mutate({ name: "Heard", actions: { hidden: true } });
  await some.next((event) => event.kind === "changed");

  expect(some.seen.map(({ data }) => (data.kind === "changed" ? data.topic : data.kind))).toEqual([
    "reset",
    "policies",
  ]);
});
