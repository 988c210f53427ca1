import { limits } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "./identity-test.ts";
import {
  actorOf,
  settle,
  signInSomebody,
  startIdentity,
  type Somebody,
  type TestIdentity,
} from "./start-identity.ts";

const withinMs = 5_000;

/** Milliseconds until somebody's running request is told to end. */
async function endOf(identity: TestIdentity, { actor }: Pick<Somebody, "actor">): Promise<number> {
  const from = performance.now();
  return new Promise((resolve) => {
    identity.authenticator.watch(actor, () => resolve(performance.now() - from));
  });
}

describe("SES-1, SES-4: a running request is told within five seconds when", () => {
  const deaths: Record<string, (identity: TestIdentity, somebody: Somebody) => Promise<unknown>> = {
    "the session signs out": async ({ accounts }, { actor }) => accounts.signOut(actor),
    "the session is deleted by hand": async (identity, { user }) =>
      identity.query("delete from sessions where user_id = $1", [user.id]),
    "the session is shortened by hand": async (identity, { user }) =>
      identity.query("update sessions set expires_at = now() where user_id = $1", [user.id]),
    "the account is suspended": async (identity, { user }) =>
      identity.query("update users set status = 'suspended' where id = $1", [user.id]),
    "the account is deleted": async (identity, { user }) =>
      identity.query("delete from users where id = $1", [user.id]),
    "the account loses its role": async (identity, { user }) =>
      identity.query("update users set role = 'pending' where id = $1", [user.id]),
  };

  test.for(Object.entries(deaths))("%s", async ([, kill], { identity }) => {
    const somebody = await signInSomebody(identity);
    const end = endOf(identity, somebody);

    await kill(identity, somebody);

    expect(await end).toBeLessThan(withinMs);
  });

  test("its key is replaced", async ({ identity }) => {
    const { user } = await signInSomebody(identity);
    const author = { actorId: user.id, action: "keys.replace" };
    const { key } = await identity.accounts.replaceDefaultKey(user.id, author);
    const end = endOf(identity, { actor: await actorOf(identity, key.reveal()) });

    await identity.accounts.replaceDefaultKey(user.id, author);

    expect(await end).toBeLessThan(withinMs);
  });

  test("its time is over", async () => {
    await using identity = await startIdentity();
    const end = endOf(identity, await signInSomebody(identity));

    identity.clock.advance(limits.sessionIdleMs + 1_000);

    expect(await end).toBeLessThan(withinMs);
  });

  test("it ended between the request's authentication and its watch", async ({ identity }) => {
    const somebody = await signInSomebody(identity);
    await identity.accounts.signOut(somebody.actor);

    expect(await endOf(identity, somebody)).toBeLessThan(withinMs);
  });
});

test("a running request is left alone by what does not end it", async ({ identity }) => {
  const { user, token } = await signInSomebody(identity);
  const { key } = await identity.accounts.replaceDefaultKey(user.id, {
    actorId: user.id,
    action: "keys.replace",
  });
  const ended: string[] = [];
  identity.authenticator.watch(await actorOf(identity, key.reveal()), () => ended.push("key"));
  identity.authenticator.watch(await actorOf(identity, token), () => ended.push("session"));
  const unwatch = identity.authenticator.watch(await actorOf(identity, token), () => ended.push("unwatched"));
  const witness = await signInSomebody(identity);
  const end = endOf(identity, witness);

  unwatch();
  await identity.query("update api_keys set name = 'renamed', masked = 'sk-…' where user_id = $1", [user.id]);
  await identity.query("update users set name = 'Renamed', role = 'admin' where id = $1", [user.id]);
  await settle(identity);
  await identity.accounts.signOut(witness.actor);
  await end;

  expect(ended).toEqual([]);
});
