import { expect, test } from "vitest";
import {
  client,
  goodPassword,
  openIdentity,
  outcomeOf,
  setupCode,
  startIdentity,
  type TestIdentity,
} from "./start-identity.ts";

const newcomer = (index: number) => ({
  email: `person-${index}@example.com`,
  password: goodPassword,
  name: `Person ${index}`,
});

test("AUTH-1: of fifty people who use the setup code at once, one becomes the administrator, twenty times over", async () => {
  await using shared = await startIdentity();
  for (let round = 0; round < 20; round += 1) {
    await shared.query("truncate users cascade");
    await using identity = await openIdentity(shared);

    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        outcomeOf(identity.accounts.signUp({ ...newcomer(index), setupCode }, client)),
      ),
    );

    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(["ok", "signup_closed", "overloaded"]));
    expect(await shared.query("select role, is_first_administrator from users")).toEqual([
      { role: "admin", is_first_administrator: true },
    ]);
    expect(await shared.query("select count(*)::int as n from accounts")).toEqual([{ n: 1 }]);
  }
}, 60_000);

test("the setup code is dead once there is an administrator", async () => {
  await using identity = await startIdentity();
  await identity.signUpAdministrator();

  const again = outcomeOf(identity.accounts.signUp({ ...newcomer(1), setupCode }, client));

  expect(await again).toBe("signup_closed");
  expect(await identity.accounts.setupState()).toEqual({ needsAdministrator: false, signUpOpen: false });
});

test.each([
  ["a wrong code", "MAPLE-7401-RIVEN"],
  ["no code", undefined],
  ["an empty code", ""],
])("nobody becomes the administrator with %s", async (_, code) => {
  await using identity = await startIdentity();

  const outcome = await outcomeOf(
    identity.accounts.signUp({ ...newcomer(1), ...(code !== undefined && { setupCode: code }) }, client),
  );

  expect(outcome).toBe("setup_code_invalid");
  expect(await identity.query("select from users")).toEqual([]);
  expect(await identity.accounts.setupState()).toEqual({ needsAdministrator: true, signUpOpen: false });
});

test("no code at all opens a server whose administrator comes from the environment", async () => {
  await using identity = await startIdentity({ setupCode: null });

  expect(await outcomeOf(identity.accounts.signUp({ ...newcomer(1), setupCode: "" }, client))).toBe(
    "setup_code_invalid",
  );
});

test("guessing the setup code is slowed down", async () => {
  await using identity = await startIdentity();
  const guess = async () =>
    outcomeOf(identity.accounts.signUp({ ...newcomer(1), setupCode: "GUESS" }, client));

  const outcomes = [];
  for (let index = 0; index < 6; index += 1) outcomes.push(await guess());

  expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "setup_code_invalid"));
  expect(outcomes[5]).toBe("rate_limited");
});

test("the first administrator is signed in, and acts as one at once", async () => {
  await using identity = await startIdentity();

  const { user, token, expiresAt } = await identity.signUpAdministrator();

  expect(user).toMatchObject({ email: "ada@example.com", name: "Ada", role: "admin", status: "active" });
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
  const actor = await identity.authenticator.authenticate({ bearer: token.reveal(), cookie: undefined });
  expect(actor).toMatchObject({
    principal: { userId: user.id, role: "admin" },
    credential: { kind: "session" },
  });
  expect(actor?.permissions.has("users.read")).toBe(true);
});

test("where sign-up is open, newcomers are pending and may do nothing", async () => {
  await using identity = await startIdentity({ isSignUpOpen: () => true });
  await identity.signUpAdministrator();

  const { user, token } = await identity.accounts.signUp(newcomer(1), client);

  expect(user.role).toBe("pending");
  const actor = await identity.authenticator.authenticate({ bearer: token.reveal(), cookie: undefined });
  expect(actor?.principal.role).toBe("pending");
  expect(actor?.permissions.size).toBe(0);
});

test("an administrator from the environment is made once, whatever several processes do", async () => {
  await using identity = await startIdentity({ setupCode: null });
  const make = async (index: number) => identity.ensureAdministrator(newcomer(index));

  const made = await Promise.all([make(1), make(1), make(1), make(1)]);
  const later = await make(2);

  expect(made.filter((user) => user !== undefined)).toHaveLength(1);
  expect(later).toBeUndefined();
  expect(await emailsOf(identity)).toEqual(["person-1@example.com"]);
});

test("a weak password from the environment makes no administrator", async () => {
  await using identity = await startIdentity();

  expect(await outcomeOf(identity.ensureAdministrator({ ...newcomer(1), password: "admin1234567890" }))).toBe(
    "weak_password",
  );
  expect(await emailsOf(identity)).toEqual([]);
});

async function emailsOf(identity: TestIdentity): Promise<unknown[]> {
  return (await identity.query("select email from users order by email")).map(({ email }) => email);
}
