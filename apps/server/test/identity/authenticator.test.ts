import type { PresentedCredential } from "@corral/core";
import { createHash } from "node:crypto";
import { describe, expect } from "vitest";
import { test } from "./identity-test.ts";
import {
  actorOf,
  cutDatabase,
  elsewhere,
  outcomeOf,
  settle,
  signInSomebody,
  startIdentity,
} from "./start-identity.ts";

const injections = [
  "' or 1=1 --",
  "'; drop table users; --",
  "$1",
  '"',
  "\\",
  "\u0000",
  "\uD800",
  "%00",
  "sk-' union select 1 --",
  "a'.b",
  "{}",
  "null",
  "\u202E",
  "😀".repeat(20),
];

test("is nobody without a credential, and nobody else with a bad one", async ({ identity }) => {
  const ask = async (presented: PresentedCredential) => identity.authenticator.authenticate(presented);

  expect(await ask({ bearer: undefined, cookie: undefined })).toBeNull();
  expect(await outcomeOf(ask({ bearer: "", cookie: undefined }))).toBe("unauthenticated");
  expect(await outcomeOf(ask({ bearer: "A".repeat(43), cookie: undefined }))).toBe("unauthenticated");
});

test("says who somebody is and what they may do", async ({ identity }) => {
  const { actor, user, email } = await signInSomebody(identity);

  expect(actor).toMatchObject({
    principal: { userId: user.id, role: "user", status: "active", bypass: expect.any(Boolean) as boolean },
    name: "Somebody",
    email,
    credential: { kind: "session", sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
  });
  expect(actor.permissions.has("models.create")).toBe(true);
  expect(actor.permissions.has("users.read")).toBe(false);
});

describe("SES-1: a change of the account holds from the next request on", () => {
  test("a demotion", async ({ identity }) => {
    await signInSomebody(identity, "admin");
    const { user, token } = await signInSomebody(identity, "admin");
    expect((await actorOf(identity, token)).permissions.has("users.read")).toBe(true);

    await identity.query("update users set role = 'user' where id = $1", [user.id]);
    await settle(identity);

    const actor = await actorOf(identity, token);
    expect(actor.principal.role).toBe("user");
    expect(actor.permissions.has("users.read")).toBe(false);
  });

  test("a suspension, and its end", async ({ identity }) => {
    const { user, token } = await signInSomebody(identity);

    await identity.query("update users set status = 'suspended' where id = $1", [user.id]);
    await settle(identity);
    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");

    await identity.query("update users set status = 'active' where id = $1", [user.id]);
    await settle(identity);
    expect(await outcomeOf(actorOf(identity, token))).toBe("ok");
  });

  test("a deletion, with session and key", async ({ identity }) => {
    const { user, token } = await signInSomebody(identity);
    const { key } = await identity.accounts.replaceDefaultKey(user.id, {
      actorId: user.id,
      action: "keys.replace",
    });
    await actorOf(identity, key.reveal());

    await identity.query("delete from users where id = $1", [user.id]);
    await settle(identity);

    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
    expect(await outcomeOf(actorOf(identity, key.reveal()))).toBe("unauthenticated");
  });

  test("a session that somebody deletes by hand", async ({ identity }) => {
    const { user, token } = await signInSomebody(identity);

    await identity.query("delete from sessions where user_id = $1", [user.id]);
    await settle(identity);

    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
  });
});

test("CACHE-3: credentials that begin alike are different people, in memory too", async ({ identity }) => {
  const one = await signInSomebody(identity);
  const other = await signInSomebody(identity);
  const twin = `${one.token.slice(0, 40)}${one.token.endsWith("zzz") ? "yyy" : "zzz"}`;
  expect(await outcomeOf(actorOf(identity, twin))).toBe("unauthenticated");

  const hash = createHash("sha256").update(twin).digest("hex");
  await identity.query("update sessions set token = $1 where user_id = $2", [hash, other.user.id]);
  identity.clock.advance(6_000);
  await settle(identity);

  expect((await actorOf(identity, one.token)).principal.userId).toBe(one.user.id);
  expect((await actorOf(identity, twin)).principal.userId).toBe(other.user.id);
});

test("a scope that this version does not know allows nothing", async ({ identity }) => {
  const { user } = await signInSomebody(identity);
  const { key } = await identity.accounts.replaceDefaultKey(user.id, {
    actorId: user.id,
    action: "keys.replace",
  });
  await identity.query("update api_keys set scopes = '{models:read,gateway:own}' where user_id = $1", [
    user.id,
  ]);
  await settle(identity);

  const { credential } = await actorOf(identity, key.reveal());

  expect(credential).toMatchObject({ kind: "key", scopes: new Set(["models:read"]) });
});

test("[AUTH-2] [DB-1] without the database, who is remembered goes on, and nobody else becomes somebody", async () => {
  await using identity = await startIdentity();
  const known = await signInSomebody(identity);
  const { key } = await identity.accounts.replaceDefaultKey(known.user.id, { actorId: null, action: "test" });

  await using _ = await cutDatabase(identity.url);

  // AUTH-2: not knowing is a 503, never an anonymous or a stranger's success.
  expect(await outcomeOf(actorOf(identity, key.reveal()))).toBe("database_unavailable");
  expect(await outcomeOf(actorOf(identity, "A".repeat(43)))).toBe("database_unavailable");
  expect(await outcomeOf(identity.accounts.signIn({ email: known.email, password: "x" }, elsewhere))).toBe(
    "database_unavailable",
  );
  expect(await outcomeOf(identity.accounts.setupState())).toBe("database_unavailable");
  expect(await outcomeOf(identity.accounts.signOut(known.actor))).toBe("database_unavailable");
  // A hit costs no query.
  expect((await actorOf(identity, known.token)).principal.userId).toBe(known.user.id);
  // DB-1: what could not be a credential does not reach it.
  for (const text of injections) {
    expect(await outcomeOf(actorOf(identity, text))).toBe("unauthenticated");
    expect(await outcomeOf(identity.authenticator.authenticate({ bearer: undefined, cookie: text }))).toBe(
      "unauthenticated",
    );
  }
});

test("after an outage of the database, everybody is known again", async () => {
  await using identity = await startIdentity();
  const { token, actor, user } = await signInSomebody(identity);
  {
    await using _ = await cutDatabase(identity.url);
    expect(await outcomeOf(identity.accounts.signOut(actor))).toBe("database_unavailable");
  }

  expect((await actorOf(identity, token)).principal.userId).toBe(user.id);
  await identity.accounts.signOut(actor);
  expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
});
