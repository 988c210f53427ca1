import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { query } from "../support/query.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
});
afterAll(async () => server[Symbol.asyncDispose]());

const tokenOf = (url: string): string => new URL(url).hash.replace("#token=", "");
const accept = (token: string, name = "Invited") =>
  clientFor(server.url).auth.acceptInvitation.mutate({ token, name, password });

async function invite(email: string, options: { role?: "user" | "admin"; groupIds?: string[] } = {}) {
  const { invitation, url } = await ada.trpc.invitations.create.mutate({ email, ...options });
  return { ...invitation, url, token: tokenOf(url) };
}

async function stateOf(id: string): Promise<string | undefined> {
  const { invitations } = await ada.trpc.invitations.list.query();
  return invitations.find((one) => one.id === id)?.state;
}

describe("an invitation", () => {
  test("makes an account with its role and groups, signs it in, and lets nobody in again", async () => {
    const { id: groupId } = await ada.trpc.groups.create.mutate({ name: "Welcome" });
    const invited = await invite("Carol@Example.com", { role: "admin", groupIds: [groupId] });

    const { user, token } = await accept(invited.token, "Carol");
    const again = await failureOf(accept(invited.token, "Mallory"));

    expect(new URL(invited.url).origin).toBe(server.url);
    expect(user).toMatchObject({
      email: "carol@example.com",
      name: "Carol",
      role: "admin",
      status: "active",
    });
    const own = await clientFor(server.url, token).auth.session.query();
    expect(own).toMatchObject({ user: { id: user.id, role: "admin" }, groupIds: [groupId] });
    expect(again).toMatchObject({ errorCode: "link_invalid", httpStatus: 403 });
    expect(await stateOf(invited.id)).toBe("used");
  });

  test("of fifty who accept it at once, one gets the account", async () => {
    for (let round = 0; round < 3; round += 1) {
      const { token } = await invite(`crowd-${round}@example.com`);

      const tries = Array.from({ length: 50 }, (_, at) => accept(token, `Crowd ${at}`));
      const outcomes = await Promise.allSettled(tries);

      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const { total } = await ada.trpc.users.list.query({ search: `crowd-${round}@` });
      expect(total).toBe(1);
      expect((await failureOf(accept(token))).errorCode).toBe("link_invalid");
    }
  });

  test("keeps its secret: nothing that is stored, listed or logged has it", async () => {
    const { token } = await invite("secret@example.com");

    const { invitations } = await ada.trpc.invitations.list.query();
    const { entries } = await ada.trpc.audit.list.query({ action: "invitations.*" });
    const stored = await query(server, "select (select json_agg(l) from account_links l)::text as links");

    for (const text of [
      JSON.stringify(invitations),
      JSON.stringify(entries),
      JSON.stringify(stored),
      server.logged(),
    ]) {
      expect(text).not.toContain(token);
    }
    expect(JSON.stringify([invitations, entries])).not.toMatch(/token/u);
  });

  test("is dead once revoked, replaced or expired", async () => {
    const revoked = await invite("revoked@example.com");
    const first = await invite("twice@example.com");
    const second = await invite("twice@example.com");
    const expired = await invite("expired@example.com");
    await ada.trpc.invitations.revoke.mutate({ id: revoked.id });
    await query(server, "update account_links set expires_at = now() where id = $1", [expired.id]);

    const failures = [];
    for (const { token } of [revoked, first, expired]) failures.push(await failureOf(accept(token)));
    const { user } = await accept(second.token);

    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual(Array(3).fill("link_invalid"));
    expect(new Set(failures.map(({ message }) => message)).size).toBe(1);
    expect(user.email).toBe("twice@example.com");
    const states = [];
    for (const { id } of [revoked, first, expired, second]) states.push(await stateOf(id));
    expect(states).toStrictEqual(["revoked", "revoked", "expired", "used"]);
  });

  test("dies with the administration of whoever made it", async () => {
    const other = await addMember(server, ada, "Other");
    await ada.trpc.users.update.mutate({ id: other.id, role: "admin" });
    const email = "other@example.com";
    const { token: session } = await clientFor(server.url).auth.signIn.mutate({ email, password });
    const made = await clientFor(server.url, session).invitations.create.mutate({
      email: "backdoor@example.com",
      role: "admin",
    });

    await ada.trpc.users.update.mutate({ id: other.id, role: "user" });
    const failure = await failureOf(accept(tokenOf(made.url)));

    expect(failure.errorCode).toBe("link_invalid");
    expect(await stateOf(made.invitation.id)).toBe("revoked");
  });

  test("a group that was deleted meanwhile is left out", async () => {
    const { id: groupId } = await ada.trpc.groups.create.mutate({ name: "Short-lived" });
    const { token } = await invite("late@example.com", { groupIds: [groupId] });
    await ada.trpc.groups.delete.mutate({ id: groupId });

    const { user } = await accept(token);

    expect((await ada.trpc.users.get.query({ id: user.id })).groups).toStrictEqual([]);
  });

  test("wants a good password, and is not used up by a bad one", async () => {
    const { token } = await invite("weak@example.com");

    const weak = await failureOf(
      clientFor(server.url).auth.acceptInvitation.mutate({ token, name: "Weak", password: "short" }),
    );
    const { user } = await accept(token);

    expect(weak.errorCode).toBe("weak_password");
    expect(user.email).toBe("weak@example.com");
  });

  test("is in audit.list with author and target: made, revoked, accepted", async () => {
    const accepted = await invite("audited@example.com");
    const revoked = await invite("audited-2@example.com");
    await ada.trpc.invitations.revoke.mutate({ id: revoked.id });
    const { user } = await accept(accepted.token);

    const linesOf = async (targetUid: string) => {
      const { entries } = await ada.trpc.audit.list.query({ targetUid });
      return entries.map(({ action, actor }) => [action, actor.kind === "user" ? actor.id : actor.kind]);
    };

    expect(await linesOf(revoked.id)).toStrictEqual([
      ["invitations.revoke", ada.id],
      ["invitations.create", ada.id],
    ]);
    expect(await linesOf(accepted.id)).toContainEqual(["auth.acceptInvitation", user.id]);
    expect(await linesOf(user.id)).toContainEqual(["auth.acceptInvitation", user.id]);
  });
});

test("invitations.create, invitations.list and invitations.revoke are for administrators, and say what is wrong", async () => {
  const { id } = await invite("there@example.com");
  const email = "new@example.com";

  const denied = [
    await failureOf(bob.trpc.invitations.create.mutate({ email })),
    await failureOf(bob.trpc.invitations.list.query()),
    await failureOf(bob.trpc.invitations.revoke.mutate({ id })),
  ];
  const taken = await failureOf(ada.trpc.invitations.create.mutate({ email: "BOB@example.com" }));
  const stranger = await failureOf(
    ada.trpc.invitations.create.mutate({ email, groupIds: [crypto.randomUUID()] }),
  );
  const invalid = [
    await failureOf(ada.trpc.invitations.create.mutate({ email: "nobody" })),
    await failureOf(ada.trpc.invitations.create.mutate({ email, expiresInDays: 31 })),
    await failureOf(ada.trpc.invitations.list.query({ limit: 101 })),
  ];
  await ada.trpc.invitations.revoke.mutate({ id });
  const gone = await failureOf(ada.trpc.invitations.revoke.mutate({ id }));

  expect(denied.map(({ httpStatus }) => httpStatus)).toStrictEqual([403, 403, 403]);
  expect([taken.errorCode, stranger.errorCode]).toStrictEqual(["email_taken", "group_not_found"]);
  expect(invalid.map(({ errorCode }) => errorCode)).toStrictEqual(Array(3).fill("invalid_input"));
  expect(gone.errorCode).toBe("invitation_not_found");
});

describe("users.resetPassword", () => {
  const setPassword = (token: string, next: string) =>
    clientFor(server.url).auth.setPassword.mutate({ token, password: next });
  const next = "a different staple battery";

  test("makes a link that sets a password once, and ends the account's sessions", async () => {
    const dora = await addMember(server, ada, "Dora");
    const { url } = await ada.trpc.users.resetPassword.mutate({ id: dora.id });
    await dora.trpc.auth.session.query();

    const weak = await failureOf(setPassword(tokenOf(url), "short"));
    const { email } = await setPassword(tokenOf(url), next);
    const again = await failureOf(setPassword(tokenOf(url), "yet another staple battery"));

    const before = await failureOf(dora.trpc.auth.session.query());
    const old = await failureOf(clientFor(server.url).auth.signIn.mutate({ email, password }));
    const { user } = await clientFor(server.url).auth.signIn.mutate({ email, password: next });
    expect([weak.errorCode, again.errorCode]).toStrictEqual(["weak_password", "link_invalid"]);
    expect([before.errorCode, old.errorCode]).toStrictEqual(["unauthenticated", "unauthenticated"]);
    expect(user.id).toBe(dora.id);
    const { entries } = await ada.trpc.audit.list.query({ targetUid: dora.id, action: "auth.setPassword" });
    expect(entries).toMatchObject([{ actor: { id: dora.id }, after: { password: "changed" } }]);
    expect(JSON.stringify(await ada.trpc.audit.list.query({}))).not.toMatch(/argon2|token_hash/u);
  });

  test("a newer link ends the older one, and neither is an invitation", async () => {
    const fay = await addMember(server, ada, "Fay");
    const older = await ada.trpc.users.resetPassword.mutate({ id: fay.id });
    const newer = await ada.trpc.users.resetPassword.mutate({ id: fay.id });

    const failures = [
      await failureOf(setPassword(tokenOf(older.url), next)),
      await failureOf(accept(tokenOf(newer.url))),
    ];
    await setPassword(tokenOf(newer.url), next);

    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual(["link_invalid", "link_invalid"]);
  });

  test("is for administrators, and for people", async () => {
    const program = await ada.trpc.users.createService.mutate({ name: "No password" });

    const denied = await failureOf(bob.trpc.users.resetPassword.mutate({ id: ada.id }));
    const failures = [
      await failureOf(ada.trpc.users.resetPassword.mutate({ id: crypto.randomUUID() })),
      await failureOf(ada.trpc.users.resetPassword.mutate({ id: program.id })),
    ];
    const invalid = await failureOf(ada.trpc.users.resetPassword.mutate({ id: "ada" }));

    expect(denied.httpStatus).toBe(403);
    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual(["user_not_found", "user_not_found"]);
    expect(invalid.errorCode).toBe("invalid_input");
  });
});

test("RATE-1: guessing links is slowed down, and so is guessing a password through an open session", async () => {
  await using strict = await startTestServer({ CORRAL_SIGNIN_FAILURES_PER_MINUTE: "5" });
  await signUpAdministrator(strict);
  const guess = () =>
    clientFor(strict.url).auth.acceptInvitation.mutate({ token: "A".repeat(43), name: "Guess", password });

  const codes = [];
  for (let at = 0; at < 6; at += 1) codes.push((await failureOf(guess())).errorCode);

  expect(codes).toStrictEqual([...Array<string>(5).fill("link_invalid"), "rate_limited"]);
  await using other = await startTestServer({ CORRAL_SIGNIN_FAILURES_PER_MINUTE: "2" });
  const { trpc } = await signUpAdministrator(other);
  const change = (currentPassword: string) =>
    trpc.auth.changePassword.mutate({ currentPassword, newPassword: "a different staple battery" });

  const guesses = [];
  for (const guess of ["first guess", "second guess", password]) guesses.push(await failureOf(change(guess)));

  expect(guesses.map(({ errorCode }) => errorCode)).toStrictEqual([
    "invalid_input",
    "invalid_input",
    "rate_limited",
  ]);
});
