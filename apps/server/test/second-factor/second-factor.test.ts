import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { oneTimeCode } from "../support/one-time-code.ts";
import { addMember, clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const stranger = () => clientFor(server.url);
const emailOf = (name: string) => `${name.toLowerCase()}@example.com`;
const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).errorCode;

/** Somebody whose password takes a code. */
async function protect(name: string) {
  const person = await addMember(server, ada, name);
  const { uri, backupCodes } = await person.trpc.auth.secondFactor.enroll.mutate({ password });
  // the code of the half minute before stays unused for the sign-ins that follow
  const { token } = await person.trpc.auth.secondFactor.confirm.mutate({ code: oneTimeCode(uri, -1) });
  return { person, uri, backupCodes, token, trpc: clientFor(server.url, token), email: emailOf(name) };
}

async function query(text: string): Promise<Record<string, unknown>[]> {
  await using connection = await connect(server.databaseUrl);
  return (await connection.query<Record<string, unknown>>(text)).rows;
}

describe("enrolment", () => {
  test("asks for nothing before a code is confirmed; then the caller's session is new and all others end", async () => {
    const person = await addMember(server, ada, "Nora");
    const other = await stranger().auth.signIn.mutate({ email: emailOf("Nora"), password });

    const { uri, backupCodes } = await person.trpc.auth.secondFactor.enroll.mutate({ password });
    const stillWithout = await stranger().auth.signIn.mutate({ email: emailOf("Nora"), password });
    const wrong = await codeOf(person.trpc.auth.secondFactor.confirm.mutate({ code: "000000" }));
    const before = await person.trpc.auth.secondFactor.get.query();
    const { token, user } = await person.trpc.auth.secondFactor.confirm.mutate({ code: oneTimeCode(uri) });

    expect(uri).toMatch(/^otpauth:\/\/totp\/Corral:nora%40example\.com\?.*issuer=Corral/u);
    expect(backupCodes).toHaveLength(10);
    expect([wrong, before.isOn, user.id]).toEqual(["second_factor_invalid", false, person.id]);
    for (const old of [person.token, other.token, stillWithout.token])
      expect(await codeOf(clientFor(server.url, old).auth.session.query())).toBe("unauthenticated");
    expect(await clientFor(server.url, token).auth.secondFactor.get.query()).toEqual({ isOn: true });
    expect(await codeOf(clientFor(server.url, token).auth.secondFactor.enroll.mutate({ password }))).toBe(
      "invalid_input",
    );
  });

  test("takes the password, from somebody with a session of their own", async () => {
    const person = await addMember(server, ada, "Otto");
    const { key } = await person.trpc.keys.replaceDefault.mutate();
    const wrong = { password: "wrong password wrong" };

    expect(await failureOf(person.trpc.auth.secondFactor.enroll.mutate(wrong))).toMatchObject({
      errorCode: "invalid_input",
      issues: ["password"],
    });
    expect(await codeOf(stranger().auth.secondFactor.enroll.mutate({ password }))).toBe("unauthenticated");
    expect(await codeOf(clientFor(server.url, key).auth.secondFactor.enroll.mutate({ password }))).toBe(
      "access_denied",
    );
    expect(await codeOf(person.trpc.auth.secondFactor.confirm.mutate({ code: "12345" }))).toBe(
      "invalid_input",
    );
    expect(await codeOf(person.trpc.auth.secondFactor.renewBackupCodes.mutate({ password }))).toBe(
      "invalid_input",
    );
    expect(await codeOf(person.trpc.auth.secondFactor.remove.mutate({ password }))).toBe("invalid_input");
  });

  test("keeps neither secret nor backup codes readable", async () => {
    const { uri, backupCodes } = await protect("Pia");
    const secret = new URL(uri).searchParams.get("secret") ?? "none";

    const stored = JSON.stringify([
      await query("select * from two_factors"),
      await query("select * from changes"),
    ]);

    for (const text of [secret, ...backupCodes]) {
      expect(stored).not.toContain(text);
      expect(server.logged()).not.toContain(text);
    }
  });
});

describe("sign-in", () => {
  test("takes the code beside the password, on tRPC and REST alike", async () => {
    const { uri, email, person } = await protect("Quin");
    const rest = async (body: object) => {
      const answer = await fetch(`${server.url}/api/v1/auths/signin`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password, ...body }),
      });
      return { status: answer.status, body: await answer.json() };
    };

    const without = await failureOf(stranger().auth.signIn.mutate({ email, password }));
    const wrong = await codeOf(stranger().auth.signIn.mutate({ email, password, code: "000000" }));
    const late = await codeOf(stranger().auth.signIn.mutate({ email, password, code: oneTimeCode(uri, -9) }));
    const right = await stranger().auth.signIn.mutate({ email, password, code: oneTimeCode(uri) });
    const [restWithout, restRight] = [await rest({}), await rest({ code: oneTimeCode(uri, 1) })];

    expect(without).toMatchObject({ errorCode: "second_factor_required", httpStatus: 401 });
    expect([wrong, late]).toEqual(["second_factor_invalid", "second_factor_invalid"]);
    expect(right.user).toMatchObject({ id: person.id, role: "user", status: "active" });
    expect(restWithout).toMatchObject({ status: 401, body: { code: "second_factor_required" } });
    expect(restRight).toMatchObject({ status: 200, body: { id: person.id } });
  });

  test("tells nobody who does not know the password that a code is asked for", async () => {
    const { email, uri } = await protect("Rita");
    const wrong = { email, password: "wrong password wrong" };

    const plain = await failureOf(stranger().auth.signIn.mutate(wrong));
    const withCode = await failureOf(stranger().auth.signIn.mutate({ ...wrong, code: oneTimeCode(uri) }));
    const unknown = await failureOf(stranger().auth.signIn.mutate({ ...wrong, email: "nobody@example.com" }));

    expect(plain).toStrictEqual(unknown);
    expect(withCode).toStrictEqual(unknown);
  });

  test("a code is good once, also for two at the same time, and leaves no session behind when it is refused", async () => {
    const { email, uri, person } = await protect("Sven");
    const code = oneTimeCode(uri);

    const [one, other] = await Promise.all(
      [1, 2].map(async () =>
        stranger()
          .auth.signIn.mutate({ email, password, code })
          .catch(() => null),
      ),
    );
    const again = await codeOf(stranger().auth.signIn.mutate({ email, password, code }));

    expect([one, other].filter((signedIn) => signedIn !== null)).toHaveLength(1);
    expect(again).toBe("second_factor_invalid");
    expect(await query(`select from sessions where user_id = '${person.id}'`)).toHaveLength(2);
  });

  test("a backup code is good once, and new ones end the old", async () => {
    const { email, backupCodes, trpc } = await protect("Tara");
    const [first = "", second = ""] = backupCodes;

    const signedIn = await stranger().auth.signIn.mutate({ email, password, code: first });
    const twice = await codeOf(stranger().auth.signIn.mutate({ email, password, code: first }));
    const renewed = await trpc.auth.secondFactor.renewBackupCodes.mutate({ password });
    const old = await codeOf(stranger().auth.signIn.mutate({ email, password, code: second }));
    const fresh = await stranger().auth.signIn.mutate({
      email,
      password,
      code: renewed.backupCodes[0] ?? "",
    });

    expect([twice, old]).toEqual(["second_factor_invalid", "second_factor_invalid"]);
    expect(signedIn.user.id).toBe(fresh.user.id);
  });

  test("wrong codes are as few as wrong passwords", async () => {
    await using strict = await startTestServer({ CORRAL_SIGNIN_FAILURES_PER_MINUTE: "3" });
    const admin = await signUpAdministrator(strict);
    const { uri } = await admin.trpc.auth.secondFactor.enroll.mutate({ password });
    await admin.trpc.auth.secondFactor.confirm.mutate({ code: oneTimeCode(uri, -1) });
    const attempt = async (code: string) =>
      codeOf(clientFor(strict.url).auth.signIn.mutate({ email: "ada@example.com", password, code }));

    const guesses = [await attempt("000001"), await attempt("000002"), await attempt("000003")];

    expect(guesses).toEqual(Array.from({ length: 3 }, () => "second_factor_invalid"));
    expect(await attempt(oneTimeCode(uri))).toBe("rate_limited");
  });
});

describe("the end of it", () => {
  test("auth.secondFactor.remove takes the password again, renews the session and ends the others", async () => {
    const { email, uri, trpc, token } = await protect("Uma");
    const other = await stranger().auth.signIn.mutate({ email, password, code: oneTimeCode(uri) });
    const wrong = await codeOf(trpc.auth.secondFactor.remove.mutate({ password: "wrong password wrong" }));

    const removed = await trpc.auth.secondFactor.remove.mutate({ password });
    const plain = await stranger().auth.signIn.mutate({ email, password });

    expect([wrong, plain.user.email]).toEqual(["invalid_input", email]);
    for (const old of [token, other.token])
      expect(await codeOf(clientFor(server.url, old).auth.session.query())).toBe("unauthenticated");
    expect(await clientFor(server.url, removed.token).auth.secondFactor.get.query()).toEqual({ isOn: false });
  });

  test("auth.secondFactor.reset is an administrator's, for somebody who has lost app and codes", async () => {
    const { email, person, trpc, token } = await protect("Vera");
    const denied = await codeOf(trpc.auth.secondFactor.reset.mutate({ userId: person.id }));

    await ada.trpc.auth.secondFactor.reset.mutate({ userId: person.id });
    const unknown = await codeOf(ada.trpc.auth.secondFactor.reset.mutate({ userId: crypto.randomUUID() }));

    expect([denied, unknown]).toEqual(["access_denied", "user_not_found"]);
    expect(await codeOf(clientFor(server.url, token).auth.session.query())).toBe("unauthenticated");
    expect((await stranger().auth.signIn.mutate({ email, password })).user.id).toBe(person.id);
  });
});
