import { randomBytes } from "node:crypto";
import { Secret } from "@corral/core";
import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { sessionCookie, signSessionToken } from "../credential/session-cookie.ts";
import { type IdentityDatabase, openIdentityDatabase, writeAs } from "../database/identity-database.ts";
import { hashPassword } from "../password/hash-password.ts";
import { type BetterAuth, createBetterAuth } from "./create-better-auth.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
    templateDatabase: string;
  }
}

const publicUrl = "http://127.0.0.1:8420";
const secret = new Secret("a signing secret for tests, 32 characters or more");
const password = "orbit velvet cactus 41";

interface Opened extends AsyncDisposable {
  readonly database: IdentityDatabase;
  readonly auth: BetterAuth;
  readonly messages: string[];
  query(text: string): Promise<Record<string, unknown>[]>;
}

/** better-auth on a migrated database of its own, with one account. */
async function open(): Promise<Opened> {
  const messages: string[] = [];
  const name = `identity_${randomBytes(6).toString("hex")}`;
  const url = new URL(inject("databaseUrl"));
  await run(url, `create database ${name} template ${inject("templateDatabase")}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = openIdentityDatabase({ url: own.href, onLostConnection: () => undefined });
  const log = { warn: (_: object, message: string) => messages.push(message) };
  const auth = await createBetterAuth({ database, publicUrl, secret, log });
  const { id } = await auth.internal.createUser(
    { email: "ada@example.com", name: "Ada", emailVerified: false, role: "user", status: "active" },
    { method: "admin" },
  );
  const hash = await hashPassword(password);
  await auth.internal.linkAccount({ userId: id, accountId: id, providerId: "credential", password: hash });
  return {
    database,
    auth,
    messages,
    query: async (text) => run(own, text),
    [Symbol.asyncDispose]: async () => {
      await database.destroy();
      await run(url, `drop database ${name} with (force)`);
    },
  };
}

async function run(url: URL, text: string): Promise<Record<string, unknown>[]> {
  const connection = new Client({ connectionString: url.href });
  await connection.connect();
  try {
    return (await connection.query<Record<string, unknown>>(text)).rows;
  } finally {
    await connection.end();
  }
}

const signIn = async ({ auth }: Opened) =>
  auth.api.signInEmail({ body: { email: "ada@example.com", password } });
const ask = async ({ auth }: Opened, token: string) =>
  auth.api.getSession({
    headers: {
      cookie: `${sessionCookie(publicUrl).name}=${encodeURIComponent(signSessionToken(token, secret))}`,
    },
  });

test("finds the session behind our cookie, and gives nobody its stored form", async () => {
  await using opened = await open();
  const { token } = await signIn(opened);

  const found = await ask(opened, token);

  expect(found?.user.email).toBe("ada@example.com");
  expect(found?.session.token).toBe(token);
  expect(JSON.stringify(await opened.query("select * from sessions"))).not.toContain(token);
  expect(opened.messages).toEqual([]);
});

test("SES-expired: better-auth itself sees that a session is over", async () => {
  await using opened = await open();
  const { token } = await signIn(opened);

  await opened.query("update sessions set expires_at = now() - interval '1 day'");

  expect(await ask(opened, token)).toBeNull();
});

test("VERIFY-expired: better-auth itself sees that a verification is over", async () => {
  await using opened = await open();
  const { internal } = opened.auth;
  const inAnHour = new Date(Date.now() + 3_600_000);
  for (const identifier of ["alive", "dead"]) {
    await internal.createVerificationValue({ identifier, value: "v", expiresAt: inAnHour });
  }

  await opened.query(
    "update verifications set expires_at = now() - interval '1 day' where identifier = 'dead'",
  );

  expect((await internal.consumeVerificationValue("alive"))?.value).toBe("v");
  expect(await internal.consumeVerificationValue("dead")).toBeNull();
});

test("makes no account by itself", async () => {
  await using opened = await open();
  const body = { email: "eve@example.com", password, name: "Eve" };

  await expect(opened.auth.api.signUpEmail({ body })).rejects.toThrow("sign up is not enabled");

  expect(await opened.query("select from users")).toHaveLength(1);
});

test("starts no session for a suspended account, in our transactions too", async () => {
  await using opened = await open();
  const [user] = await opened.query("update users set status = 'suspended' returning id");

  await expect(signIn(opened)).rejects.toThrow("Failed to create session");
  const started = await writeAs(opened.database, { actorId: null, action: "test" }, async (transaction) =>
    opened.auth.within(transaction, async () => opened.auth.internal.createSession(String(user?.["id"]))),
  );

  expect(started).toBeNull();
  expect(await opened.query("select from sessions")).toEqual([]);
});

test("what fails in a transaction of ours leaves nothing of better-auth's behind", async () => {
  await using opened = await open();

  const failed = writeAs(opened.database, { actorId: null, action: "test" }, async (transaction) =>
    opened.auth.within(transaction, async () => {
      await opened.auth.internal.createUser(
        { email: "eve@example.com", name: "Eve", emailVerified: false },
        { method: "admin" },
      );
      throw new Error("afterwards");
    }),
  );

  await expect(failed).rejects.toThrow("afterwards");
  expect(await opened.query("select from users")).toHaveLength(1);
});

test("ends a session by the token its owner has", async () => {
  await using opened = await open();
  const [{ token: one }, { token: other }] = [await signIn(opened), await signIn(opened)];

  await opened.auth.internal.deleteSession(one);

  expect([await ask(opened, one), (await ask(opened, other))?.session.token]).toEqual([null, other]);
});
