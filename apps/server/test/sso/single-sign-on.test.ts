import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CookieBrowser } from "../support/cookie-browser.ts";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, signUpAdministrator, type Person } from "../support/people.ts";
import { startOidcProvider, type OidcPerson, type OidcServer } from "../support/start-oidc-provider.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let oidc: OidcServer;
let ada: Person;
type Provider = Awaited<ReturnType<Person["trpc"]["sso"]["providers"]["create"]["mutate"]>>;
let provider: Provider;

const slug = "acme";
const grace: OidcPerson = {
  sub: "grace",
  email: "grace@acme.example",
  email_verified: true,
  name: "Grace Hopper",
};

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  oidc = await startOidcProvider({ id: "corral", slug, url: server.url });
  provider = await ada.trpc.sso.providers.create.mutate({
    slug,
    name: "Acme",
    issuer: oidc.issuer,
    clientId: "corral",
    clientSecret: oidc.clientSecret,
    scopes: ["openid", "email", "profile", "groups"],
    newUsers: { kind: "domains", domains: ["acme.example"] },
    newUserRole: "user",
  });
});
afterAll(async () => {
  await oidc[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await configure({
    groupsClaim: null,
    roleClaim: null,
    groups: { mapped: [], others: "existing" },
    linkByEmail: false,
    enabled: true,
  });
});

type Changes = Omit<Parameters<Person["trpc"]["sso"]["providers"]["update"]["mutate"]>[0], "id" | "revision">;

async function configure(changes: Changes): Promise<void> {
  const { id, revision } = provider;
  provider = await ada.trpc.sso.providers.update.mutate({ id, revision, ...changes });
}

const start = (query = "") => `${server.url}/auth/sso/${slug}${query}`;
const isOurs = (url: URL) => url.origin === server.url && !url.pathname.startsWith("/auth/sso/");
const isCallback = (url: URL) => url.pathname.endsWith("/callback");

/** As far as the way back: the address that the provider sends the browser to, not opened yet. */
async function comeBack(
  person: OidcPerson,
  browser = new CookieBrowser(),
): Promise<{ browser: CookieBrowser; at: URL }> {
  oidc.signInAs(person);
  return { browser, at: await browser.follow(start(), isCallback) };
}

/** The whole way; where it ends, and what the browser has then. */
async function signIn(person: OidcPerson, browser = new CookieBrowser(), query = "") {
  oidc.signInAs(person);
  const end = await browser.follow(start(query), isOurs);
  return { browser, end, session: await sessionOf(browser) };
}

async function sessionOf(browser: CookieBrowser) {
  const answer = await browser.open(`${server.url}/trpc/auth.session`);
  const body: {
    result: { data: { user: { id: string; role: string; email: string }; groupIds: string[] } | null };
  } = JSON.parse(await answer.text());
  return body.result.data;
}

/** What a browser cannot do with a link alone. */
const post = async (browser: CookieBrowser, procedure: string) =>
  browser.open(`${server.url}/trpc/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: server.url },
    body: "{}",
  });

async function query(text: string): Promise<Record<string, unknown>[]> {
  await using connection = await connect(server.databaseUrl);
  return (await connection.query<Record<string, unknown>>(text)).rows;
}

describe("sign-in", () => {
  test("makes an account at the first time and finds it at the next, with a cookie as the password gives", async () => {
    const first = await signIn(grace, undefined, "?return_to=/catalog%3Fview=shared");
    const second = await signIn(grace);

    expect(first.end.pathname + first.end.search).toBe("/catalog?view=shared");
    expect(first.session?.user).toMatchObject({ email: "grace@acme.example", role: "user" });
    expect(second.end.pathname).toBe("/");
    expect(second.session?.user.id).toBe(first.session?.user.id);
    expect(second.browser.cookie(server.url, "sid")).not.toBe(first.browser.cookie(server.url, "sid"));
    const dump = JSON.stringify(await query("select * from sessions"));
    for (const { browser } of [first, second]) {
      const token = decodeURIComponent(browser.cookie(server.url, "sid") ?? "").split(".")[0] ?? "";
      expect(token).toHaveLength(43);
      expect(dump).not.toContain(token);
    }
  });

  test("sends PKCE, state and nonce along, and the cookie is the browser's alone", async () => {
    const answer = await new CookieBrowser().open(start());
    const sent = new URL(answer.headers.get("location") ?? "");

    expect(answer.status).toBe(303);
    expect(sent.origin).toBe(oidc.issuer);
    expect(sent.searchParams.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"])
      expect(sent.searchParams.get(name)?.length).toBeGreaterThanOrEqual(43);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^sso=[^;]+; Max-Age=600; Path=\/auth\/sso\/; HttpOnly; SameSite=Lax$/u);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("never adopts the session that a browser had before", async () => {
    const member = await addMember(server, ada, "Mallory");
    const browser = new CookieBrowser();
    browser.set(server.url, "sid", encodeURIComponent(`${member.token}.forged`));

    const { session } = await signIn(grace, browser);

    expect(session?.user.email).toBe("grace@acme.example");
  });

  test.each(["https://evil.example/", "//evil.example", String.raw`/\evil.example`, "/%09/evil.example"])(
    "leads nowhere else afterwards: %s",
    async (target) => {
      const { end } = await signIn(grace, undefined, `?return_to=${encodeURIComponent(target)}`);

      expect(end.origin).toBe(server.url);
      expect(end.href).not.toContain("//evil");
    },
  );
});

describe("who may come in", () => {
  const refusals: readonly (readonly [string, OidcPerson, string])[] = [
    ["of another domain", { ...grace, sub: "h", email: "h@evil.example" }, "sso_refused"],
    [
      "whose address nobody verified",
      { ...grace, sub: "i", email: "i@acme.example", email_verified: false },
      "sso_refused",
    ],
    ["without an address", { sub: "j", name: "J" }, "sso_refused"],
  ];
  test.each(refusals)("refuses a newcomer %s", async (_, person, code) => {
    const { end, session } = await signIn(person);

    expect(end.pathname + end.search).toBe(`/sign-in?error=${code}`);
    expect(session).toBeNull();
    expect(await query(`select from users where email in ('h@evil.example', 'i@acme.example')`)).toEqual([]);
  });

  test("refuses a suspended account, and ends its sessions at the suspension", async () => {
    const before = await signIn({ ...grace, sub: "susan", email: "susan@acme.example" });
    const id = before.session?.user.id ?? "";
    await ada.trpc.users.update.mutate({ id, status: "suspended" });

    const still = await sessionOf(before.browser);
    const again = await signIn({ ...grace, sub: "susan", email: "susan@acme.example" });

    expect([still, again.session]).toEqual([null, null]);
    expect(again.end.search).toBe("?error=sso_refused");
  });

  test("an account with the same address stays its owner's, unless linking is switched on and the address verified", async () => {
    const lena = await addMember(server, ada, "Lena");
    const elsewhere = { sub: "lena", email: "Lena@example.com", name: "Lena", email_verified: true };

    const off = await signIn(elsewhere);
    await configure({ linkByEmail: true });
    const unverified = await signIn({ ...elsewhere, email_verified: false });
    const text = await signIn({ ...elsewhere, email_verified: "true" });
    const on = await signIn(elsewhere);
    await configure({ linkByEmail: false });
    const linked = await signIn({ ...elsewhere, email: "renamed@example.com" });
    await configure({ linkByEmail: true });
    const recycled = await signIn({ ...elsewhere, sub: "another-lena" });

    for (const { end } of [off, unverified, text, recycled]) expect(end.search).toBe("?error=email_taken");
    expect([on.session?.user.id, linked.session?.user.id]).toEqual([lena.id, lena.id]);
  });

  test("nobody becomes a program, whatever address the provider verified", async () => {
    const robot = await ada.trpc.users.createService.mutate({ name: "Robot" });
    await configure({ linkByEmail: true });

    const { end } = await signIn({ sub: "robot", email: robot.email, email_verified: true });

    expect(robot.email).toContain("@service.invalid");
    expect(end.search).toBe("?error=email_taken");
  });

  test("nobody comes in by a provider that is switched off or unknown", async () => {
    await configure({ enabled: false });

    const off = await signIn(grace);
    const unknown = await new CookieBrowser().open(`${server.url}/auth/sso/other`);

    expect(off.end.search).toBe("?error=identity_provider_not_found");
    expect(unknown.headers.get("location")).toBe("/sign-in?error=identity_provider_not_found");
  });
});

describe("roles and groups", () => {
  test("come from the claims, and what changed there holds from the next sign-in on", async () => {
    const research = await ada.trpc.groups.create.mutate({ name: "Research" });
    const people = await ada.trpc.groups.create.mutate({ name: "People" });
    await configure({
      groupsClaim: "groups",
      groups: { mapped: [{ value: "dep-7", groupId: people.id }], others: "existing" },
      roleClaim: "role",
      roles: { admin: ["boss"], user: ["staff"], pending: [] },
      newUserRole: "pending",
    });
    const ivan = { ...grace, sub: "ivan", email: "ivan@acme.example" };

    const first = await signIn({ ...ivan, groups: ["RESEARCH", "dep-7", "unknown"], role: "staff" });
    const manual = await ada.trpc.groups.create.mutate({
      name: "Choir",
      memberIds: [first.session?.user.id ?? ""],
    });
    const second = await signIn({ ...ivan, groups: ["research"], role: "staff" });
    const others = await sessionOf(first.browser);
    const third = await signIn({ ...ivan, groups: ["research"], role: ["boss", "staff"] });
    const ended = await sessionOf(second.browser);
    const fourth = await signIn({ ...ivan, role: "stranger" });

    expect(first.session).toMatchObject({ user: { role: "user" } });
    expect(first.session?.groupIds.toSorted()).toEqual([research.id, people.id].toSorted());
    expect(second.session?.groupIds.toSorted()).toEqual([research.id, manual.id].toSorted());
    // the session that was there before has the new rights too; another role ends it
    expect(others).toEqual(second.session);
    expect(third.session).toMatchObject({ user: { role: "admin" } });
    expect(ended).toBeNull();
    expect(fourth.session).toMatchObject({ user: { role: "pending" }, groupIds: [manual.id] });
  });

  test("groups are made where the provider may, and left alone where it may not", async () => {
    const jane = { ...grace, sub: "jane", email: "jane@acme.example", groups: ["Astronomy"] };
    await configure({ groupsClaim: "groups", groups: { mapped: [], others: "ignore" } });
    const ignored = await signIn(jane);
    await configure({ groups: { mapped: [], others: "create" } });
    const made = await signIn(jane);

    const { groups } = await ada.trpc.groups.list.query();
    expect(ignored.session?.groupIds).toEqual([]);
    expect(groups.find(({ name }) => name === "Astronomy")?.id).toBe(made.session?.groupIds[0]);
  });

  test("the last administrator stays one, whatever the provider says", async () => {
    await configure({
      roleClaim: "role",
      roles: { admin: ["boss"], user: ["staff"], pending: [] },
      linkByEmail: true,
    });
    await query("update users set role = 'user' where email = 'ivan@acme.example'");

    const { end } = await signIn({ ...grace, sub: "ada", email: "ada@example.com", role: "staff" });

    expect(end.search).toBe("?error=last_admin");
    expect((await ada.trpc.auth.session.query())?.user.role).toBe("admin");
  });
});

describe("what was tampered with", () => {
  const failed = "/sign-in?error=sso_failed";
  const locationOf = async (browser: CookieBrowser, at: URL) =>
    (await browser.open(at)).headers.get("location");

  test("a wrong state, a missing one, and a code of somebody else are refused", async () => {
    const wrong = await comeBack(grace);
    wrong.at.searchParams.set("state", "x".repeat(43));
    const missing = await comeBack(grace);
    missing.at.searchParams.delete("state");
    const [one, other] = [await comeBack(grace), await comeBack({ ...grace, sub: "eve" })];
    one.at.searchParams.set("code", other.at.searchParams.get("code") ?? "");

    expect(await locationOf(wrong.browser, wrong.at)).toBe(failed);
    expect(await locationOf(missing.browser, missing.at)).toBe(failed);
    // the code is bound to the other's PKCE challenge and nonce
    expect(await locationOf(one.browser, one.at)).toBe(failed);
    for (const { browser } of [wrong, missing, one])
      expect(browser.cookie(server.url, "sid")).toBeUndefined();
  });

  test("a browser that did not begin, an altered cookie, and another issuer are refused", async () => {
    const stranger = await comeBack(grace);
    const altered = await comeBack(grace);
    const value = altered.browser.cookie(server.url, "sso") ?? "";
    altered.browser.set(server.url, "sso", `${value.slice(0, -2)}${value.endsWith("AA") ? "BB" : "AA"}`);
    const mixed = await comeBack(grace);
    mixed.at.searchParams.set("iss", "https://evil.example");

    expect(await locationOf(new CookieBrowser(), stranger.at)).toBe(failed);
    expect(await locationOf(altered.browser, altered.at)).toBe(failed);
    expect(await locationOf(mixed.browser, mixed.at)).toBe(failed);
  });

  test("a callback is good once", async () => {
    const { browser, at } = await comeBack(grace);
    const cookie = browser.cookie(server.url, "sso") ?? "";

    const first = await locationOf(browser, at);
    const withoutCookie = await locationOf(browser, at);
    const thief = new CookieBrowser();
    thief.set(server.url, "sso", cookie);
    const stolen = await locationOf(thief, at);

    expect([first, withoutCookie, stolen]).toEqual(["/", failed, failed]);
  });

  test("what the provider refuses is refused here", async () => {
    const { browser, at } = await comeBack(grace);
    const state = at.searchParams.get("state") ?? "";
    const denied = new URL(
      `${at.origin}${at.pathname}?error=access_denied&state=${state}&iss=${oidc.issuer}`,
    );

    expect(await locationOf(browser, denied)).toBe(failed);
  });
});

describe("sign-out", () => {
  test("ends the session here and at the provider", async () => {
    const { browser } = await signIn(grace);
    const cookie = browser.cookie(server.url, "sid") ?? "";
    const before = await query("select sealed_id_token from provider_sessions");

    const answer = await post(browser, "sso.signOut");
    const { result }: { result: { data: { url: string } } } = JSON.parse(await answer.text());
    const page = await (await browser.open(result.data.url)).text();
    const xsrf = /name="xsrf" value="([^"]+)"/u.exec(page)?.[1] ?? "";
    const confirmed = await browser.open(`${oidc.issuer}/session/end/confirm`, {
      method: "POST",
      body: new URLSearchParams({ xsrf, logout: "yes" }),
    });

    const thief = new CookieBrowser();
    thief.set(server.url, "sid", cookie);
    expect(await sessionOf(thief)).toBeNull();
    expect(confirmed.headers.get("location")).toBe(`${server.url}/`);
    expect(JSON.stringify(before)).not.toContain(
      new URL(result.data.url).searchParams.get("id_token_hint")?.slice(0, 40),
    );
  });

  test("of a session that began with a password leads nowhere", async () => {
    const member = await addMember(server, ada, "Peter");

    expect(await member.trpc.sso.signOut.mutate()).toEqual({ url: null });
    expect((await failureOf(member.trpc.auth.session.query())).errorCode).toBe("unauthenticated");
  });
});

describe("sso.providers", () => {
  test("sso.providers.list, create, update and delete are administrators', and the secret stays inside", async () => {
    const bob = await addMember(server, ada, "Bob");
    const wanted = {
      slug: "lab",
      name: "Lab",
      issuer: "https://id.example.com",
      clientId: "c",
      clientSecret: "s3cret-of-lab",
    };
    const made = await ada.trpc.sso.providers.create.mutate(wanted);
    const twice = await failureOf(ada.trpc.sso.providers.create.mutate(wanted));
    const stale = { id: made.id, revision: made.revision + 1, name: "X" };
    const elsewhere = { id: made.id, revision: made.revision, issuer: "https://evil.example" };

    expect(made).not.toHaveProperty("clientSecret");
    expect(made.clientSecretFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    expect(twice.errorCode).toBe("name_taken");
    expect((await failureOf(ada.trpc.sso.providers.update.mutate(stale))).errorCode).toBe(
      "revision_conflict",
    );
    expect((await failureOf(ada.trpc.sso.providers.update.mutate(elsewhere))).errorCode).toBe(
      "key_bound_to_origin",
    );
    const renamed = await ada.trpc.sso.providers.update.mutate({ ...stale, revision: made.revision });
    expect(renamed).toMatchObject({ name: "X", clientSecretFingerprint: made.clientSecretFingerprint });

    for (const denied of [
      bob.trpc.sso.providers.list.query(),
      bob.trpc.sso.providers.create.mutate({ ...wanted, slug: "mine" }),
      bob.trpc.sso.providers.update.mutate({ ...stale, revision: 2 }),
      bob.trpc.sso.providers.delete.mutate({ id: made.id }),
    ])
      expect((await failureOf(denied)).errorCode).toBe("access_denied");

    const listed = await ada.trpc.sso.providers.list.query();
    const options = await clientFor(server.url).sso.options.query();
    expect(options.providers).toContainEqual({ slug, name: "Acme", url: "/auth/sso/acme" });
    const seen = JSON.stringify([listed, options, await query("select * from identity_providers, changes")]);
    expect(seen).not.toContain("s3cret-of-lab");
    await ada.trpc.sso.providers.delete.mutate({ id: made.id });
    expect((await failureOf(ada.trpc.sso.providers.delete.mutate({ id: made.id }))).errorCode).toBe(
      "identity_provider_not_found",
    );
  });

  test.each([
    "http://id.example.com",
    "http://169.254.169.254/latest",
    "https://[::ffff:a9fe:a9fe]/",
    "https://user:pass@id.example.com",
    "ftp://id.example.com",
  ])("sso.providers.create refuses the issuer %s", async (issuer) => {
    const wanted = { slug: "bad", name: "Bad", issuer, clientId: "c" };

    expect((await failureOf(ada.trpc.sso.providers.create.mutate(wanted))).errorCode).toBe("outbound_denied");
  });

  test("refuses itself as a provider, and wrong input", async () => {
    const wanted = { slug: "self", name: "Self", issuer: server.url, clientId: "c" };
    const invalid = { ...wanted, issuer: "https://id.example.com", scopes: ["email"] };

    expect((await failureOf(ada.trpc.sso.providers.create.mutate(wanted))).errorCode).toBe("outbound_denied");
    expect((await failureOf(ada.trpc.sso.providers.create.mutate(invalid))).issues).toEqual(["scopes"]);
  });

  test("a provider that does not answer is no fault of ours, and says so", async () => {
    await ada.trpc.sso.providers.create.mutate({
      slug: "dead",
      name: "Dead",
      issuer: "http://127.0.0.1:9",
      clientId: "c",
    });

    const answer = await new CookieBrowser().open(`${server.url}/auth/sso/dead`);

    expect(answer.headers.get("location")).toBe("/sign-in?error=upstream_unavailable");
  });

  test("deleting one ends the sessions that it began, and keeps the accounts", async () => {
    const {
      id,
      slug: _,
      createdAt: __,
      updatedAt: ___,
      revision: ____,
      clientSecretFingerprint: _____,
      ...rest
    } = provider;
    const { browser, session } = await signIn(grace);
    await ada.trpc.sso.providers.delete.mutate({ id });

    expect(await sessionOf(browser)).toBeNull();
    expect(await query(`select from users where id = '${session?.user.id}'`)).toHaveLength(1);
    provider = await ada.trpc.sso.providers.create.mutate({ ...rest, slug, clientSecret: oidc.clientSecret });
  });
});
