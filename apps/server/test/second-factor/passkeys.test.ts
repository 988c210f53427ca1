import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { oneTimeCode } from "../support/one-time-code.ts";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
import { SoftwareAuthenticator, type AuthenticatorFaults } from "../support/software-authenticator.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const stranger = () => clientFor(server.url);
const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).errorCode;

async function register(trpc: Person["trpc"], faults: AuthenticatorFaults = {}) {
  const device = new SoftwareAuthenticator(server.url);
  const { ceremony, options } = await trpc.auth.passkeys.begin.mutate();
  const answer = { ceremony, name: "Laptop", response: device.create(options, faults) };
  return { device, answer, passkey: await trpc.auth.passkeys.register.mutate(answer) };
}

async function signIn(device: SoftwareAuthenticator, faults: AuthenticatorFaults = {}) {
  const { ceremony, options } = await stranger().auth.passkeys.beginSignIn.mutate();
  const answer = { ceremony, response: device.get(options, faults) };
  return { answer, signedIn: await stranger().auth.passkeys.signIn.mutate(answer) };
}

async function query(text: string): Promise<Record<string, unknown>[]> {
  await using connection = await connect(server.databaseUrl);
  return (await connection.query<Record<string, unknown>>(text)).rows;
}

test("signs somebody in without a password, as often as they like, until it is deleted", async () => {
  const person = await addMember(server, ada, "Wanda");
  const { device, passkey } = await register(person.trpc);

  const first = await signIn(device);
  const second = await signIn(device);
  const listed = await person.trpc.auth.passkeys.list.query();
  const sessions = await person.trpc.auth.sessions.query();
  await person.trpc.auth.passkeys.delete.mutate({ id: passkey.id });
  const deleted = await codeOf(signIn(device));
  const twice = await codeOf(person.trpc.auth.passkeys.delete.mutate({ id: passkey.id }));

  expect(first.signedIn.user).toMatchObject({ id: person.id, name: "Wanda", role: "user", status: "active" });
  expect(await clientFor(server.url, second.signedIn.token).auth.session.query()).toMatchObject({
    user: { id: person.id },
  });
  expect(listed.passkeys).toMatchObject([{ id: passkey.id, name: "Laptop" }]);
  expect(JSON.stringify(sessions)).toContain("127.0.0.1");
  expect([deleted, twice]).toEqual(["passkey_invalid", "passkey_not_found"]);
});

test("stands for password and code in one", async () => {
  const person = await addMember(server, ada, "Xaver");
  const { uri } = await person.trpc.auth.secondFactor.enroll.mutate({ password });
  const { token } = await person.trpc.auth.secondFactor.confirm.mutate({ code: oneTimeCode(uri) });
  const { device } = await register(clientFor(server.url, token));

  expect((await signIn(device)).signedIn.user.id).toBe(person.id);
});

test.each<[string, AuthenticatorFaults]>([
  ["of a page of somebody else", { origin: "https://evil.example" }],
  ["for another site", { rpId: "evil.example" }],
  ["of somebody whom the device did not check", { isVerified: false }],
])("refuses an answer %s, at registration and at sign-in", async (what, faults) => {
  const person = await addMember(server, ada, `Yves-${what.length}`);
  const { device } = await register(person.trpc);

  expect(await codeOf(register(person.trpc, faults))).toBe("passkey_invalid");
  expect(await codeOf(signIn(device, faults))).toBe("passkey_invalid");
  expect((await person.trpc.auth.passkeys.list.query()).passkeys).toHaveLength(1);
});

test("refuses an answer twice, one to another question, and a device whose counter goes back", async () => {
  const person = await addMember(server, ada, "Zoe");
  const { device, answer: registration } = await register(person.trpc);
  const { answer } = await signIn(device, { counter: 50 });
  const other = await stranger().auth.passkeys.beginSignIn.mutate();

  const again = await codeOf(stranger().auth.passkeys.signIn.mutate(answer));
  const mixed = { ceremony: other.ceremony, response: answer.response };
  const elsewhere = await codeOf(stranger().auth.passkeys.signIn.mutate(mixed));
  const cloned = await codeOf(signIn(device, { counter: 10 }));
  const registeredAgain = await codeOf(person.trpc.auth.passkeys.register.mutate(registration));
  const forged = await codeOf(
    stranger().auth.passkeys.signIn.mutate({ ceremony: "forged.signature", response: answer.response }),
  );

  expect([again, elsewhere, cloned, registeredAgain, forged]).toEqual(
    Array.from({ length: 5 }, () => "passkey_invalid"),
  );
});

test("is somebody's own: a ceremony that one began registers nothing for another", async () => {
  const [eve, mallory] = [await addMember(server, ada, "Eve"), await addMember(server, ada, "Mallory")];
  const device = new SoftwareAuthenticator(server.url);
  const { ceremony, options } = await eve.trpc.auth.passkeys.begin.mutate();
  const answer = { ceremony, name: "Mine", response: device.create(options) };
  const { passkey } = await register(eve.trpc);

  expect(await codeOf(mallory.trpc.auth.passkeys.register.mutate(answer))).not.toBe("ok");
  expect(await codeOf(mallory.trpc.auth.passkeys.delete.mutate({ id: passkey.id }))).toBe(
    "passkey_not_found",
  );
  expect((await mallory.trpc.auth.passkeys.list.query()).passkeys).toEqual([]);
  expect((await eve.trpc.auth.passkeys.list.query()).passkeys).toHaveLength(1);
});

test("opens nothing for a suspended account", async () => {
  const person = await addMember(server, ada, "Suspended");
  const { device } = await register(person.trpc);
  await ada.trpc.users.update.mutate({ id: person.id, status: "suspended" });

  expect(await codeOf(signIn(device))).toBe("passkey_invalid");
  expect(await query(`select from sessions where user_id = '${person.id}'`)).toEqual([]);
});

test("is added only by somebody with a session of their own, who signed in a moment ago", async () => {
  const person = await addMember(server, ada, "Stale");
  const { key } = await person.trpc.keys.replaceDefault.mutate();
  const { ceremony, options } = await person.trpc.auth.passkeys.begin.mutate();
  const response = new SoftwareAuthenticator(server.url).create(options);
  await query(
    `update sessions set created_at = now() - interval '20 minutes' where user_id = '${person.id}'`,
  );

  expect(await codeOf(person.trpc.auth.passkeys.begin.mutate())).toBe("session_not_fresh");
  expect(await codeOf(person.trpc.auth.passkeys.register.mutate({ ceremony, name: "Late", response }))).toBe(
    "session_not_fresh",
  );
  expect(await codeOf(stranger().auth.passkeys.begin.mutate())).toBe("unauthenticated");
  expect(await codeOf(clientFor(server.url, key).auth.passkeys.begin.mutate())).toBe("access_denied");
  expect(await codeOf(stranger().auth.passkeys.list.query())).toBe("unauthenticated");
  const smuggled = { ceremony: "a; sid=b", name: "x", response };
  expect(await codeOf(person.trpc.auth.passkeys.register.mutate(smuggled))).toBe("invalid_input");
});

test("begun sign-ins that nobody ends leave nothing behind for long, and are bounded", async () => {
  await query("update verifications set expires_at = now() - interval '1 minute'");
  await stranger().auth.passkeys.beginSignIn.mutate();

  expect(await query("select from verifications")).toHaveLength(1);
  let outcome = "";
  for (let count = 0; count < 70 && outcome === ""; count += 1) {
    outcome = await stranger()
      .auth.passkeys.beginSignIn.mutate()
      .then(
        () => "",
        () => "refused",
      );
  }
  expect(await codeOf(stranger().auth.passkeys.beginSignIn.mutate())).toBe("rate_limited");
});
