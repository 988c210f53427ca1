import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
import { query } from "../support/query.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
});
afterAll(async () => server[Symbol.asyncDispose]());

const codes = (failures: readonly { errorCode: string }[]) => failures.map(({ errorCode }) => errorCode);

async function person(name: string) {
  const { id, trpc, token } = await addMember(server, ada, name);
  const signIn = async () => {
    const made = await clientFor(server.url).auth.signIn.mutate({
      email: `${name.toLowerCase()}@example.com`,
      password,
    });
    return { token: made.token, trpc: clientFor(server.url, made.token) };
  };
  return { id, trpc, token, signIn };
}

describe("auth.sessions", () => {
  test("shows where one is signed in, which session this is, and never a token", async () => {
    await person("Carol");
    const response = await fetch(`${server.url}/trpc/auth.signIn`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "A browser of Carol's" },
      body: JSON.stringify({ email: "carol@example.com", password }),
    });
    const text = await response.text();
    const { token } = (JSON.parse(text) as { result: { data: { token: string } } }).result.data; // our own answer

    const { sessions } = await clientFor(server.url, token).auth.sessions.query();

    expect(sessions).toHaveLength(2);
    const current = sessions.find(({ isCurrent }) => isCurrent);
    expect(current).toMatchObject({ userAgent: "A browser of Carol's", address: "127.0.0.1" });
    expect(sessions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    const times = [current?.createdAt, current?.lastUsedAt, current?.expiresAt].map((at) =>
      Date.parse(at ?? ""),
    );
    expect(times[0]).toBeLessThanOrEqual(times[1] ?? 0);
    expect(times[1]).toBeLessThan(times[2] ?? 0);
    expect(JSON.stringify(sessions)).not.toMatch(/token|[0-9a-f]{64}/u);
    expect(JSON.stringify(sessions)).not.toContain(token);
  });

  test("leaves out those that have ended", async () => {
    const dora = await person("Dora");
    const other = await dora.signIn();
    await other.trpc.auth.signOut.mutate();
    const third = await dora.signIn();
    await query(
      server,
      "update sessions set expires_at = now() where user_id = $1 and created_at < now() - interval '1 hour'",
      [dora.id],
    );

    expect((await third.trpc.auth.sessions.query()).sessions).toHaveLength(2);
  });

  test("is for sessions: a key sees none, a stranger neither", async () => {
    const { key } = await bob.trpc.keys.replaceDefault.mutate();

    const failures = [
      await failureOf(clientFor(server.url, key).auth.sessions.query()),
      await failureOf(clientFor(server.url, key).auth.signOutEverywhere.mutate()),
      await failureOf(clientFor(server.url).auth.sessions.query()),
    ];

    expect(codes(failures)).toStrictEqual(["access_denied", "access_denied", "unauthenticated"]);
  });
});

describe("auth.endSession", () => {
  test("ends one of one's own, and nobody else's", async () => {
    const eve = await person("Eve");
    const other = await eve.signIn();
    const { sessions } = await eve.trpc.auth.sessions.query();
    const id = sessions.find(({ isCurrent }) => !isCurrent)?.id ?? "";

    const foreign = await failureOf(bob.trpc.auth.endSession.mutate({ id }));
    const unknown = await failureOf(bob.trpc.auth.endSession.mutate({ id: crypto.randomUUID() }));
    const invalid = await failureOf(bob.trpc.auth.endSession.mutate({ id: "mine" }));
    await other.trpc.auth.session.query();
    await eve.trpc.auth.endSession.mutate({ id });
    const after = await failureOf(other.trpc.auth.session.query());

    expect(foreign).toStrictEqual(unknown);
    expect(codes([unknown, invalid, after])).toStrictEqual([
      "session_not_found",
      "invalid_input",
      "unauthenticated",
    ]);
    expect((await eve.trpc.auth.session.query())?.user.id).toBe(eve.id);
    const { entries } = await ada.trpc.audit.list.query({ targetUid: id });
    expect(entries).toMatchObject([
      { action: "auth.endSession", actor: { id: eve.id }, target: { kind: "session" } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("token");
  });
});

describe("signing out everywhere", () => {
  test("ends all of one's sessions, this one too; keys go on", async () => {
    const fay = await person("Fay");
    const other = await fay.signIn();
    const { key } = await fay.trpc.keys.replaceDefault.mutate();

    const { ended } = await fay.trpc.auth.signOutEverywhere.mutate();

    expect(ended).toBe(2);
    const failures = [fay.trpc, other.trpc].map((client) => failureOf(client.auth.session.query()));
    expect(codes(await Promise.all(failures))).toStrictEqual(["unauthenticated", "unauthenticated"]);
    expect((await clientFor(server.url, key).auth.session.query())?.user.id).toBe(fay.id);
  });

  test("or all but this one", async () => {
    const gus = await person("Gus");
    const other = await gus.signIn();

    const { ended } = await gus.trpc.auth.signOutEverywhere.mutate({ keepsCurrent: true });

    expect(ended).toBe(1);
    expect((await gus.trpc.auth.session.query())?.user.id).toBe(gus.id);
    expect((await failureOf(other.trpc.auth.session.query())).errorCode).toBe("unauthenticated");
  });

  test("takes the cookie back", async () => {
    const hal = await person("Hal");
    const signedIn = await fetch(`${server.url}/trpc/auth.signIn`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "hal@example.com", password }),
    });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";

    const answer = await fetch(`${server.url}/trpc/auth.signOutEverywhere`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie, origin: server.url },
      body: "{}",
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sid=;/u);
    expect((await failureOf(hal.trpc.auth.session.query())).errorCode).toBe("unauthenticated");
  });

  test("users.signOut does it to somebody, for administrators", async () => {
    const ina = await person("Ina");
    await ina.signIn();

    const denied = await failureOf(bob.trpc.users.signOut.mutate({ id: ina.id }));
    const unknown = await failureOf(ada.trpc.users.signOut.mutate({ id: crypto.randomUUID() }));
    const invalid = await failureOf(ada.trpc.users.signOut.mutate({ id: "ina" }));
    const { ended } = await ada.trpc.users.signOut.mutate({ id: ina.id });

    expect(codes([denied, unknown, invalid])).toStrictEqual([
      "access_denied",
      "user_not_found",
      "invalid_input",
    ]);
    expect(ended).toBe(2);
    expect((await failureOf(ina.trpc.auth.session.query())).errorCode).toBe("unauthenticated");
    const { entries } = await ada.trpc.audit.list.query({ action: "users.signOut" });
    expect(entries.map(({ actor, before }) => [actor, before?.["user_id"]])).toStrictEqual(
      Array.from({ length: 2 }, () => [{ kind: "user", id: ada.id, name: "Ada" }, ina.id]),
    );
  });
});

describe("SES-2: signing in", () => {
  test("always starts a session of its own: a token that somebody brings is not adopted", async () => {
    const jim = await person("Jim");
    const cookie = `sid=${encodeURIComponent(`${"A".repeat(43)}.c2lnbmF0dXJl`)}`;

    const signedIn = await fetch(`${server.url}/trpc/auth.signIn`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie, authorization: `Bearer ${jim.token}` },
      body: JSON.stringify({ email: "jim@example.com", password }),
    });
    const text = await signedIn.text();

    expect(signedIn.status).toBe(200);
    expect(text).not.toContain(jim.token);
    expect(text).not.toContain("A".repeat(43));
  });
});
