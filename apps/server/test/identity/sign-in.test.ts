import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { isDomainError } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "./identity-test.ts";
import {
  author,
  client,
  elsewhere,
  goodPassword,
  openIdentity,
  outcomeOf,
  settle,
  signInSomebody,
  startIdentity,
} from "./start-identity.ts";

const cheapHash =
  "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" +
  crypto
    .argon2Sync("argon2id", {
      message: goodPassword,
      nonce: Buffer.from("c29tZXNhbHRzb21lc2FsdA", "base64"),
      parallelism: 1,
      memory: 8192,
      passes: 1,
      tagLength: 32,
    })
    .toString("base64")
    .replaceAll("=", "");

/** How many hashes, at what cost, a piece of work computes. */
async function countHashes(work: () => Promise<unknown>): Promise<number[]> {
  const { argon2 } = crypto;
  const costs: number[] = [];
  crypto.argon2 = (...call: Parameters<typeof argon2>) => {
    costs.push(call[1].memory);
    argon2(...call);
  };
  syncBuiltinESMExports();
  try {
    await work();
    return costs;
  } finally {
    crypto.argon2 = argon2;
    syncBuiltinESMExports();
  }
}

describe("addresses", () => {
  test("are the same in any case and with spaces around", async ({ identity }) => {
    const { email, user } = await signInSomebody(identity);

    const { user: found } = await identity.accounts.signIn(
      { email: ` ${email.toUpperCase()} `, password: goodPassword },
      client,
    );

    expect(found).toEqual(user);
  });

  test("belong to one account", async ({ identity }) => {
    const { email } = await signInSomebody(identity);
    const twin = { email: email.toUpperCase(), password: goodPassword, name: "Twin", role: "user" } as const;

    expect(await outcomeOf(identity.accounts.addUser(twin, author))).toBe("email_taken");
    expect(await identity.query("select from users where name = 'Twin'")).toEqual([]);
  });

  test.for(["", "nobody", "a@b", "a\u0000@example.com", "'; drop table users; --@example.com"])(
    "that are none are unknown: %j",
    async (email, { identity }) => {
      expect(await outcomeOf(identity.accounts.signIn({ email, password: goodPassword }, client))).toBe(
        "unauthenticated",
      );
      const added = identity.accounts.addUser(
        { email, password: goodPassword, name: "N", role: "user" },
        author,
      );
      expect(await outcomeOf(added)).toBe("invalid_input");
    },
  );
});

describe("TIM-2: refusals cost one hash and say the same", () => {
  test("of an unknown account, a wrong password and a suspended account", async ({ identity }) => {
    const { email } = await signInSomebody(identity);
    const suspended = await signInSomebody(identity);
    await identity.query("update users set status = 'suspended' where id = $1", [suspended.user.id]);
    await settle(identity);
    const attempts = [
      { email: "nobody@example.com", password: goodPassword },
      { email, password: "wrong wrong wrong wrong" },
      { email: suspended.email, password: goodPassword },
    ];
    const errors: unknown[] = [];

    for (const attempt of attempts) {
      const costs = await countHashes(async () =>
        identity.accounts.signIn(attempt, client).catch((error: unknown) => errors.push(error)),
      );
      expect(costs).toEqual([19_456]);
    }

    expect(errors).toHaveLength(3);
    expect(new Set(errors.map((error) => JSON.stringify(error) + String(error))).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: "unauthenticated" });
    expect(await identity.query("select from sessions where user_id = $1", [suspended.user.id])).toHaveLength(
      1,
    );
  });
});

test("a hash that was cheaper than today's is renewed at the next sign-in, and only then", async ({
  identity,
}) => {
  const { email, user } = await signInSomebody(identity);
  const stored = async () =>
    (await identity.query("select password from accounts where user_id = $1", [user.id]))[0]?.["password"];
  await identity.query("update accounts set password = $1 where user_id = $2", [cheapHash, user.id]);

  expect(
    await outcomeOf(identity.accounts.signIn({ email, password: "wrong wrong wrong wrong" }, client)),
  ).toBe("unauthenticated");
  expect(await stored()).toBe(cheapHash);
  await identity.accounts.signIn({ email, password: goodPassword }, client);
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);

  expect(await outcomeOf(identity.accounts.signIn({ email, password: goodPassword }, client))).toBe("ok");
});

describe("RATE-1: guessing", () => {
  const wrong = "wrong wrong wrong wrong";

  test("is over after five failures, for the account from anywhere, until the pause is over", async () => {
    await using identity = await startIdentity();
    const { email } = await signInSomebody(identity);
    const guess = async (password: string, from = client) =>
      outcomeOf(identity.accounts.signIn({ email, password }, from));

    for (let index = 0; index < 5; index += 1) expect(await guess(wrong)).toBe("unauthenticated");

    expect(await guess(goodPassword)).toBe("rate_limited");
    expect(await guess(goodPassword, elsewhere)).toBe("rate_limited");
    identity.clock.advance(60_000);
    expect(await guess(goodPassword)).toBe("ok");
  });

  test("many accounts from one network is over too, and its neighbors are left alone", async () => {
    await using identity = await startIdentity();
    const { email } = await signInSomebody(identity);
    const attempt = async (address: string) =>
      outcomeOf(identity.accounts.signIn({ email, password: goodPassword }, { ...client, address }));

    for (let index = 0; index < 5; index += 1) {
      const guessed = { email: `guess-${index}@example.com`, password: wrong };
      expect(
        await outcomeOf(identity.accounts.signIn(guessed, { ...client, address: `192.0.2.${index}` })),
      ).toBe("unauthenticated");
    }

    expect(await attempt("192.0.2.200")).toBe("rate_limited");
    expect(await attempt("192.0.3.1")).toBe("ok");
  });

  test("all at once gains nothing", async () => {
    await using identity = await startIdentity();
    const { email } = await signInSomebody(identity);

    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async () =>
        outcomeOf(identity.accounts.signIn({ email, password: wrong }, client)),
      ),
    );

    // Two are being judged when the fifth fails.
    expect(outcomes.filter((outcome) => outcome === "unauthenticated").length).toBeLessThanOrEqual(6);
    expect(outcomes).toContain("rate_limited");
  });

  test("says when to come back", async () => {
    await using identity = await startIdentity({ signInFailuresPerMinute: 1 });
    const { email } = await signInSomebody(identity);
    await outcomeOf(identity.accounts.signIn({ email, password: wrong }, client));

    const error: unknown = await identity.accounts
      .signIn({ email, password: wrong }, client)
      .catch((thrown: unknown) => thrown);

    const retryAfterMs = isDomainError(error) ? error.details?.retryAfterMs : undefined;
    expect(retryAfterMs).toBeGreaterThan(55_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });
});

test("a flood of sign-ins is turned away before it fills the machine", async ({ identity }) => {
  const { email } = await signInSomebody(identity);

  const outcomes = await Promise.all(
    Array.from({ length: 60 }, async () =>
      outcomeOf(identity.accounts.signIn({ email, password: goodPassword }, client)),
    ),
  );

  expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(34);
  expect(outcomes.filter((outcome) => outcome === "overloaded")).toHaveLength(26);
});

test("failed sign-ins are in the audit log: of whom and from where, and not what strangers typed", async ({
  identity,
}) => {
  const { email, user } = await signInSomebody(identity);
  const other = await openIdentity(identity);
  // Nobody else in this file comes from there.
  const from = { ...client, address: "198.18.0.9" };
  const guess = async (address: string) =>
    outcomeOf(other.accounts.signIn({ email: address, password: "wrong wrong wrong wrong" }, from));

  for (const address of [email, email.toUpperCase(), "maybe-a-password@example.com"]) {
    expect(await guess(address)).toBe("unauthenticated");
  }
  await other[Symbol.asyncDispose]();

  const network = "198.18.0";
  const lines = await identity.query(
    "select target_kind, target_uid, actor_id, after from changes where after ->> 'network' = $1 order by id",
    [network],
  );
  expect(lines).toEqual([
    { target_kind: "user", target_uid: user.id, actor_id: "system", after: { failures: 2, network } },
    { target_kind: "network", target_uid: network, actor_id: "system", after: { failures: 1, network } },
  ]);
});
