import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  base,
  listV1,
  postChat,
  readableBy,
  startAccessWorld,
  words,
  type AccessWorld,
} from "./support/access-world.ts";
import { addMember, clientFor, password, type Person } from "./support/people.ts";

/** What SES-1 promises. */
const withinMs = 5_000;

let world: AccessWorld;
let ada: Person;
let count = 0;

beforeAll(async () => {
  world = await startAccessWorld("public");
  ({ ada } = world);
});
afterAll(async () => world[Symbol.asyncDispose]());

type Somebody = Person & {
  readonly email: string;
  /** Signed in a second time. */
  readonly elsewhere: Person["trpc"];
};

async function somebody(): Promise<Somebody> {
  const name = `Somebody-${(count += 1)}`;
  const person = await addMember(world.server, ada, name);
  const email = `${name.toLowerCase()}@example.com`;
  const { token } = await clientFor(world.server.url).auth.signIn.mutate({ email, password });
  return { ...person, email, elsewhere: clientFor(world.server.url, token) };
}

/** Everything that an answer goes on to say, and how long it took it to end. */
async function readToEnd(answer: Response): Promise<{ text: string; ms: number }> {
  const from = performance.now();
  const text = await answer.text();
  return { text, ms: performance.now() - from };
}

/** A subscription as bytes: the typed client would come back by itself. */
async function listen(token: string): Promise<Response> {
  const input = encodeURIComponent(JSON.stringify({}));
  return fetch(`${world.server.url}/trpc/events.live?input=${input}`, {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
  });
}

const passwords = { currentPassword: password, newPassword: "another battery of staples" };

const endings: Readonly<Record<string, (who: Somebody) => Promise<unknown>>> = {
  "sign-out everywhere": ({ elsewhere }) => elsewhere.auth.signOutEverywhere.mutate(),
  "the end of this one session": async ({ elsewhere }) => {
    const { sessions } = await elsewhere.auth.sessions.query();
    const other = sessions.find(({ isCurrent }) => !isCurrent);
    return elsewhere.auth.endSession.mutate({ id: other?.id ?? "" });
  },
  "being signed out by an administrator": ({ id }) => ada.trpc.users.signOut.mutate({ id }),
  "a changed password": ({ elsewhere }) => elsewhere.auth.changePassword.mutate(passwords),
  "a password set by a link": async ({ id }) => {
    const { url } = await ada.trpc.users.resetPassword.mutate({ id });
    const token = new URL(url).hash.replace("#token=", "");
    return clientFor(world.server.url).auth.setPassword.mutate({ token, password: passwords.newPassword });
  },
  "another role": ({ id }) => ada.trpc.users.update.mutate({ id, role: "pending" }),
  suspension: ({ id }) => ada.trpc.users.update.mutate({ id, status: "suspended" }),
  deletion: ({ id }) => ada.trpc.users.delete.mutate({ id }),
};

describe("SES-1: a running stream of /v1 and a subscription end within five seconds of", () => {
  test.each(Object.entries(endings))("%s", async (_, end) => {
    const who = await somebody();
    const chat = await postChat(world.server, who.token, {
      model: base,
      prompt: words(20_000),
      stream: true,
    });
    const events = await listen(who.token);
    expect([chat.status, events.status]).toStrictEqual([200, 200]);
    const ends = Promise.all([readToEnd(chat), readToEnd(events)]);

    await end(who);
    const endedAt = performance.now();
    const [streamed] = await ends;

    expect(performance.now() - endedAt).toBeLessThan(withinMs);
    expect(streamed.text).toMatch(/"code":"unauthenticated"/u);
    expect(streamed.text).not.toContain("[DONE]");
    expect(await listV1(world.server, who.token)).toBe(401);
  });

  test("the end of a key, by its owner and by an administrator", async () => {
    const who = await somebody();
    for (const by of ["owner", "administrator"] as const) {
      const { apiKey, key } = await who.trpc.keys.create.mutate({ name: `Ended by the ${by}` });
      const chat = await postChat(world.server, key, { model: base, prompt: words(20_000), stream: true });
      const events = await listen(key);
      expect([chat.status, events.status]).toStrictEqual([200, 200]);
      const ends = Promise.all([readToEnd(chat), readToEnd(events)]);

      if (by === "owner") await who.trpc.keys.delete.mutate({ id: apiKey.id });
      else await ada.trpc.keys.delete.mutate({ id: apiKey.id, ownerId: who.id });
      const endedAt = performance.now();
      await ends;

      expect(performance.now() - endedAt).toBeLessThan(withinMs);
      expect(await listV1(world.server, key)).toBe(401);
    }
  });
});

test("a listener who leaves a group hears nothing more of its models", async () => {
  const who = await somebody();
  const { id: groupId } = await ada.trpc.groups.create.mutate({ name: "Listeners", memberIds: [who.id] });
  const access = readableBy({ groupIds: [groupId] });
  const { uid, revision } = await ada.trpc.models.create.mutate({
    id: "heard-of",
    name: "Heard of",
    baseModelId: base,
    access,
  });
  const answer = await listen(who.token);
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let heard = "";
  const hearUntil = async (text: string): Promise<void> => {
    while (!heard.includes(text)) {
      const next = await reader?.read();
      if (next === undefined || next.done) throw new Error(`The stream ended: ${heard}`);
      heard += decoder.decode(next.value);
    }
  };

  const renamed = await ada.trpc.models.update.mutate({
    id: "heard-of",
    revision: revision ?? 0,
    name: "Mine",
  });
  await hearUntil(uid);
  await ada.trpc.groups.update.mutate({ id: groupId, memberIds: [] });
  heard = "";
  await ada.trpc.models.update.mutate({ id: "heard-of", revision: renamed.revision ?? 0, name: "Secret" });
  const witness = await ada.trpc.models.create.mutate({
    id: "witness",
    name: "Witness",
    baseModelId: base,
    access: { kind: "public" },
  });
  await hearUntil(witness.uid);
  await reader?.cancel();

  expect(heard).not.toContain(uid);
});
