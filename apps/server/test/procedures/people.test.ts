import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
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

describe("auth", () => {
  test("auth.setupState says that there is an administrator, and auth.signUp is closed then", async () => {
    const stranger = clientFor(server.url);

    const state = await stranger.auth.setupState.query();
    const failure = await failureOf(
      stranger.auth.signUp.mutate({ email: "eve@example.com", password, name: "Eve" }),
    );

    expect(state).toStrictEqual({ needsAdministrator: false, signUpOpen: false });
    expect(failure).toMatchObject({ errorCode: "signup_closed", httpStatus: 403 });
  });

  test("auth.session says who is signed in and what they may do; nobody is null", async () => {
    const [own, nobody] = await Promise.all([
      bob.trpc.auth.session.query(),
      clientFor(server.url).auth.session.query(),
    ]);

    expect(own).toMatchObject({ user: { id: bob.id, role: "user", name: "Bob" }, credential: "session" });
    expect(own?.permissions).toContain("models.create");
    expect(own?.permissions).not.toContain("users.read");
    expect(nobody).toBeNull();
  });

  test("auth.signIn answers alike for a wrong password and an unknown account; auth.signOut ends the session", async () => {
    const stranger = clientFor(server.url);
    const wrong = await failureOf(
      stranger.auth.signIn.mutate({ email: "bob@example.com", password: "wrong password wrong" }),
    );
    const unknown = await failureOf(stranger.auth.signIn.mutate({ email: "nobody@example.com", password }));
    const { token } = await stranger.auth.signIn.mutate({ email: "BOB@example.com", password });
    const again = clientFor(server.url, token);

    await again.auth.signOut.mutate();
    const after = await failureOf(again.auth.session.query());

    expect(wrong).toStrictEqual(unknown);
    expect(wrong.httpStatus).toBe(401);
    expect(after.errorCode).toBe("unauthenticated");
  });
});

describe("users", () => {
  test("users.list finds by name and e-mail, for those who may see people", async () => {
    const found = await ada.trpc.users.list.query({ search: "BOB@" });
    const denied = await failureOf(bob.trpc.users.list.query({}));
    const invalid = await failureOf(ada.trpc.users.list.query({ limit: 101 }));

    expect(found).toMatchObject({
      total: 1,
      users: [{ id: bob.id, email: "bob@example.com", status: "active" }],
    });
    expect(JSON.stringify(found)).not.toMatch(/argon2|hash|token/u);
    expect(denied.httpStatus).toBe(403);
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["limit"] });
  });

  test("users.create makes an account that can sign in, once per address", async () => {
    const account = { email: "Carol@Example.com", password, name: "Carol" };
    const made = await ada.trpc.users.create.mutate(account);
    const twice = await failureOf(ada.trpc.users.create.mutate({ ...account, email: "carol@example.com" }));
    const weak = await failureOf(
      ada.trpc.users.create.mutate({ ...account, email: "d@example.com", password: "short" }),
    );
    const denied = await failureOf(bob.trpc.users.create.mutate({ ...account, email: "e@example.com" }));

    const signedIn = await clientFor(server.url).auth.signIn.mutate({ email: "carol@example.com", password });

    expect(made).toMatchObject({ email: "carol@example.com", role: "user", status: "active" });
    expect(signedIn.user.id).toBe(made.id);
    expect([twice.errorCode, weak.errorCode, denied.errorCode]).toStrictEqual([
      "email_taken",
      "weak_password",
      "access_denied",
    ]);
  });

  test("users.update suspends at once, and never the last administrator", async () => {
    const dora = await addMember(server, ada, "Dora");

    await ada.trpc.users.update.mutate({ id: dora.id, status: "suspended" });
    const suspended = await failureOf(dora.trpc.models.list.query({}));
    const last = await failureOf(ada.trpc.users.update.mutate({ id: ada.id, role: "user" }));
    const unknown = await failureOf(ada.trpc.users.update.mutate({ id: crypto.randomUUID(), role: "user" }));
    const denied = await failureOf(bob.trpc.users.update.mutate({ id: bob.id, role: "admin" }));

    expect(suspended.errorCode).toBe("unauthenticated");
    expect(last).toMatchObject({ errorCode: "last_admin", httpStatus: 409 });
    expect([unknown.errorCode, denied.errorCode]).toStrictEqual(["user_not_found", "access_denied"]);
  });
});

describe("groups", () => {
  test("groups.list shows all to administrators and one's own, without the others, to members", async () => {
    const eve = await addMember(server, ada, "Eve");
    const mixed = await ada.trpc.groups.create.mutate({ name: "Mixed", memberIds: [bob.id, eve.id] });
    const foreign = await ada.trpc.groups.create.mutate({ name: "Foreign", memberIds: [eve.id] });

    const all = await ada.trpc.groups.list.query();
    const own = await bob.trpc.groups.list.query();

    expect(all.groups.map((group) => group.id)).toEqual(expect.arrayContaining([mixed.id, foreign.id]));
    expect(own.groups).toMatchObject([{ id: mixed.id, memberIds: [bob.id] }]);
  });

  test("groups.create, groups.update and groups.delete are for administrators, and names are unique", async () => {
    const group = await ada.trpc.groups.create.mutate({ name: "Legal" });
    const twice = await failureOf(ada.trpc.groups.create.mutate({ name: "LEGAL" }));
    const stranger = await failureOf(
      ada.trpc.groups.update.mutate({ id: group.id, memberIds: [crypto.randomUUID()] }),
    );
    const denied = await failureOf(bob.trpc.groups.update.mutate({ id: group.id, name: "Mine" }));
    const renamed = await ada.trpc.groups.update.mutate({ id: group.id, name: "Law", memberIds: [bob.id] });

    await ada.trpc.groups.delete.mutate({ id: group.id });
    const gone = await failureOf(ada.trpc.groups.delete.mutate({ id: group.id }));

    expect(renamed).toMatchObject({ name: "Law", memberIds: [bob.id] });
    expect([twice.errorCode, stranger.errorCode, denied.errorCode, gone.errorCode]).toStrictEqual([
      "name_taken",
      "user_not_found",
      "access_denied",
      "group_not_found",
    ]);
  });
});

describe("keys", () => {
  test("keys.replaceDefault shows the key once and replaces the old one; keys.getDefault masks it; keys.deleteDefault ends it", async () => {
    const eve = await addMember(server, ada, "Frank");
    const none = await eve.trpc.keys.getDefault.query();
    const first = await eve.trpc.keys.replaceDefault.mutate();
    const second = await eve.trpc.keys.replaceDefault.mutate();
    const byFirst = await failureOf(clientFor(server.url, first.key).models.list.query({}));
    const bySecond = await clientFor(server.url, second.key).models.list.query({});
    const stored = await eve.trpc.keys.getDefault.query();

    await eve.trpc.keys.deleteDefault.mutate();
    const afterwards = await failureOf(clientFor(server.url, second.key).models.list.query({}));

    expect(none).toBeNull();
    expect(byFirst.errorCode).toBe("unauthenticated");
    expect(bySecond.total).toBe(0);
    expect(stored?.masked).not.toBe(second.key);
    expect(second.key).toMatch(/^sk-[0-9A-Za-z]{49}$/u);
    expect(afterwards.errorCode).toBe("unauthenticated");
  });

  test("a key cannot make keys, nor manage people or connections", async () => {
    const { key } = await ada.trpc.keys.replaceDefault.mutate();
    const byKey = clientFor(server.url, key);

    const keys = await failureOf(byKey.keys.replaceDefault.mutate());
    const people = await failureOf(byKey.users.list.query({}));
    const connections = await failureOf(
      byKey.connections.create.mutate({ provider: "ollama", name: "X", url: "http://127.0.0.1:1" }),
    );

    expect([keys.httpStatus, people.httpStatus, connections.httpStatus]).toStrictEqual([403, 403, 403]);
  });
});
