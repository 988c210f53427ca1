import { describe, expect } from "vitest";
import { test } from "./identity-test.ts";
import {
  actorOf,
  openIdentity,
  outcomeOf,
  settle,
  signInSomebody,
  type TestIdentity,
} from "./start-identity.ts";

const replace = async (identity: TestIdentity, userId: string) => {
  const { apiKey, key } = await identity.accounts.replaceDefaultKey(userId, {
    actorId: userId,
    action: "keys.replace",
  });
  return { apiKey, key: key.reveal() };
};

describe("the default key", () => {
  test("is shown once, kept as its SHA-256, and recognized by a masked form", async ({ identity }) => {
    const { user } = await signInSomebody(identity);

    const { apiKey, key } = await replace(identity, user.id);

    expect(key).toMatch(/^sk-[0-9A-Za-z]{49}$/);
    expect(apiKey).toMatchObject({
      name: "default",
      masked: `${key.slice(0, 7)}…${key.slice(-2)}`,
      lastUsedAt: null,
    });
    expect(await identity.accounts.findDefaultKey(user.id)).toEqual(apiKey);
    const everywhere = await identity.query(
      "select (select json_agg(k) from api_keys k) as keys, (select json_agg(c) from changes c) as changes",
    );
    expect(JSON.stringify(everywhere)).not.toContain(key);
    expect(JSON.stringify(everywhere)).toContain(apiKey.masked);
  });

  test("has the rights of its owner as they are now", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const { key } = await replace(identity, user.id);
    expect((await actorOf(identity, key)).credential).toMatchObject({
      kind: "key",
      name: "default",
      scopes: "owner",
    });

    await identity.query("update users set role = 'admin' where id = $1", [user.id]);
    await settle(identity);

    expect((await actorOf(identity, key)).principal.role).toBe("admin");
  });

  test("is replaced: the old one is dead when the new one is shown", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const first = await replace(identity, user.id);
    await actorOf(identity, first.key);

    const second = await replace(identity, user.id);

    expect(await outcomeOf(actorOf(identity, first.key))).toBe("unauthenticated");
    expect(await outcomeOf(actorOf(identity, second.key))).toBe("ok");
  });

  test("there is one, however many ask for a new one at once", async ({ identity }) => {
    const { user } = await signInSomebody(identity);

    const made = await Promise.all(Array.from({ length: 8 }, async () => replace(identity, user.id)));

    const outcomes = await Promise.all(made.map(async ({ key }) => outcomeOf(actorOf(identity, key))));
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
  });

  test("is deleted, and its absence is no error", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const { key } = await replace(identity, user.id);
    await actorOf(identity, key);
    const author = { actorId: user.id, action: "keys.delete" };

    expect(await identity.accounts.deleteDefaultKey(user.id, author)).toBe(true);

    expect(await outcomeOf(actorOf(identity, key))).toBe("unauthenticated");
    expect(await identity.accounts.findDefaultKey(user.id)).toBeUndefined();
    expect(await identity.accounts.deleteDefaultKey(user.id, author)).toBe(false);
  });

  test("of nobody cannot be made", async ({ identity }) => {
    const nobody = "00000000-0000-4000-8000-000000000000";

    expect(await outcomeOf(replace(identity, nobody))).toBe("user_not_found");
  });
});

test("KEY-5: expired, revoked, mistyped, altered and foreign keys are refused in the same words", async ({
  identity,
}) => {
  const { user } = await signInSomebody(identity);
  const expired = await replace(identity, user.id);
  await identity.query(
    "update api_keys set name = 'old', expires_at = now() where key_hash is not null and user_id = $1",
    [user.id],
  );
  const revoked = await replace(identity, user.id);
  await identity.query("update api_keys set revoked_at = now() where name = 'default' and user_id = $1", [
    user.id,
  ]);
  const { key } = await replace(identity, user.id);
  await settle(identity);
  const middle = key.charAt(20) === "A" ? "B" : "A";
  const bad = [
    expired.key,
    revoked.key,
    `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`,
    `${key.slice(0, 20)}${middle}${key.slice(21)}`,
    key.slice(0, 40),
    ` ${key}`,
    key.toUpperCase(),
    `sk-${"a".repeat(49)}`,
    "x".repeat(8 * 1024 * 1024),
  ];

  const errors = await Promise.all(
    bad.map(async (text) => actorOf(identity, text).catch((error: unknown) => error)),
  );

  expect(new Set(errors.map(String))).toEqual(new Set([String(errors[0])]));
  expect(errors[0]).toMatchObject({ code: "unauthenticated", details: undefined });
  expect(await outcomeOf(actorOf(identity, key))).toBe("ok");
});

test("KEY-6: ten thousand uses at once never outlive a revocation", async ({ identity }) => {
  const { user } = await signInSomebody(identity);
  const { key } = await replace(identity, user.id);
  let isRevoked = false;
  let usesAfter = 0;
  const use = async (): Promise<void> => {
    const wasRevoked = isRevoked;
    const outcome = await outcomeOf(actorOf(identity, key));
    if (wasRevoked && outcome === "ok") usesAfter += 1;
  };

  const users = Array.from({ length: 100 }, async () => {
    for (let index = 0; index < 100; index += 1) {
      await use();
      if (index % 10 === 0) await new Promise(setImmediate);
    }
  });
  await identity.accounts.deleteDefaultKey(user.id, { actorId: user.id, action: "keys.delete" });
  isRevoked = true;
  await Promise.all(users);
  await use();

  expect(usesAfter).toBe(0);
});

test("the last use is written down later, and at the latest when the server stops", async ({ identity }) => {
  const { user } = await signInSomebody(identity);
  const { key } = await replace(identity, user.id);
  const other = await openIdentity(identity);
  await actorOf(other, key);
  expect((await identity.accounts.findDefaultKey(user.id))?.lastUsedAt).toBeNull();

  await other[Symbol.asyncDispose]();

  const lastUsedAt = (await identity.accounts.findDefaultKey(user.id))?.lastUsedAt;
  expect(Math.abs(Date.parse(lastUsedAt ?? "") - Date.now())).toBeLessThan(10_000);
});
