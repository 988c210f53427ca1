import { limits, Secret } from "@corral/core";
import { readCredential, sessionCookie } from "@corral/identity";
import { describe, expect } from "vitest";
import { test } from "./identity-test.ts";
import {
  actorOf,
  client,
  goodPassword,
  openIdentity,
  outcomeOf,
  settle,
  signInSomebody,
  startIdentity,
} from "./start-identity.ts";

const hourMs = 60 * 60_000;

describe("tokens", () => {
  test("have 256 bits, and are in the database only as their SHA-256", async ({ identity }) => {
    const { token, user } = await signInSomebody(identity);

    expect(token).toMatch(/^[0-9A-Za-z]{43}$/);
    const rows = await identity.query("select * from sessions where user_id = $1", [user.id]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.["token"]).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows[0]).toMatchObject({ ip_address: client.address, user_agent: client.userAgent });
  });

  test("SES-2: each sign-in makes a new one, and the old one goes on until it is ended", async ({
    identity,
  }) => {
    const { email, token: first } = await signInSomebody(identity);
    const { token: second } = await identity.accounts.signIn({ email, password: goodPassword }, client);

    expect(second.reveal()).not.toBe(first);
    await identity.accounts.signOut(await actorOf(identity, first));

    expect(await outcomeOf(actorOf(identity, first))).toBe("unauthenticated");
    expect(await outcomeOf(actorOf(identity, second.reveal()))).toBe("ok");
  });

  test("a stored hash is no token", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const [row] = await identity.query("select token from sessions where user_id = $1", [user.id]);

    expect(await outcomeOf(actorOf(identity, String(row?.["token"])))).toBe("unauthenticated");
  });
});

describe("the cookie", () => {
  test("carries a signed session token, and nothing that we did not sign", async ({ identity }) => {
    const { token, user } = await signInSomebody(identity);
    const value = identity.cookie.sign(new Secret(token));
    const read = async (cookie: string) => identity.authenticator.authenticate({ bearer: undefined, cookie });

    expect((await read(value))?.principal.userId).toBe(user.id);
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${"A".repeat(43)}=`,
      value.slice(0, -2),
      `x${value}`,
      "",
      ".",
    ]) {
      expect(`${forged}: ${await outcomeOf(read(forged))}`).toBe(`${forged}: unauthenticated`);
    }
  });

  test("never carries an API key", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const { key } = await identity.accounts.replaceDefaultKey(user.id, {
      actorId: user.id,
      action: "keys.replace",
    });

    const asked = identity.authenticator.authenticate({
      bearer: undefined,
      cookie: identity.cookie.sign(key),
    });

    expect(await outcomeOf(asked)).toBe("unauthenticated");
  });

  test("counts for nothing beside a bearer, even a bad one", async ({ identity }) => {
    const { token } = await signInSomebody(identity);
    const cookie = identity.cookie.sign(new Secret(token));

    expect(await outcomeOf(identity.authenticator.authenticate({ bearer: "", cookie }))).toBe(
      "unauthenticated",
    );
    expect(await identity.authenticator.authenticate({ bearer: undefined, cookie: undefined })).toBeNull();
    expect(readCredential({ authorization: "Bearer", cookie })).toEqual({ bearer: "", cookie });
  });

  test("is bound to the host over https", () => {
    expect(sessionCookie("https://corral.example")).toMatchObject({
      name: "__Host-sid",
      attributes: { httpOnly: true, sameSite: "lax", path: "/", secure: true },
    });
    expect(sessionCookie("http://127.0.0.1:8420")).toMatchObject({
      name: "sid",
      attributes: { secure: false },
    });
  });
});

describe("ends", () => {
  test("SES-expired: a session whose time is over in the database is over", async ({ identity }) => {
    const { token, user } = await signInSomebody(identity);

    await identity.query("update sessions set expires_at = now() - interval '1 day' where user_id = $1", [
      user.id,
    ]);
    await settle(identity);

    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
  });

  test("twelve hours without use", async () => {
    await using identity = await startIdentity();
    const { token } = await signInSomebody(identity);

    identity.clock.advance(limits.sessionIdleMs - 60_000);
    expect(await outcomeOf(actorOf(identity, token))).toBe("ok");
    identity.clock.advance(limits.sessionIdleMs - 60_000);
    expect(await outcomeOf(actorOf(identity, token))).toBe("ok");
    identity.clock.advance(limits.sessionIdleMs + 60_000);

    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
  });

  test("fourteen days after sign-in, however busy it was", async () => {
    await using identity = await startIdentity();
    const { token } = await signInSomebody(identity);

    for (let hour = 0; hour < 14 * 24 - 6; hour += 6) {
      identity.clock.advance(6 * hourMs);
      expect(await outcomeOf(actorOf(identity, token))).toBe("ok");
    }
    identity.clock.advance(6 * hourMs + 60_000);

    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
  });

  test("use outlives a restart: it is written down without anybody waiting, and never past fourteen days", async () => {
    await using identity = await startIdentity();
    const { token, user } = await signInSomebody(identity);
    const now = Date.now() + 11 * hourMs;
    const other = await openIdentity(identity, { now: () => now });
    await actorOf(other, token);
    await other[Symbol.asyncDispose]();

    const [row] = await identity.query(
      "select (extract(epoch from expires_at) * 1000)::float8 as ends from sessions where user_id = $1",
      [user.id],
    );
    const expiresAt = Number(row?.["ends"]);
    expect(expiresAt).toBeGreaterThan(now + limits.sessionIdleMs - 5_000);
    expect(expiresAt).toBeLessThanOrEqual(now + limits.sessionIdleMs);
  });

  test("signing out, whose change is attributed to the one who does it", async ({ identity }) => {
    const { actor, token, user } = await signInSomebody(identity);

    await identity.accounts.signOut(actor);

    expect(await outcomeOf(actorOf(identity, token))).toBe("unauthenticated");
    expect(await identity.query("select from sessions where user_id = $1", [user.id])).toEqual([]);
    const changes = await identity.query(
      "select actor_id, action from changes where target_kind = 'session' and actor_id = $1",
      [user.id],
    );
    expect(changes).toEqual([{ actor_id: user.id, action: "auth.signOut" }]);
  });

  test("signing out with a key leaves it alone", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const { key } = await identity.accounts.replaceDefaultKey(user.id, {
      actorId: user.id,
      action: "keys.replace",
    });

    await identity.accounts.signOut(await actorOf(identity, key.reveal()));

    expect(await outcomeOf(actorOf(identity, key.reveal()))).toBe("ok");
  });
});
