import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let ada: Person;
let secret: string;

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  ({ secret } = await ada.trpc.scim.tokens.create.mutate({ name: "Directory" }));
});
afterAll(async () => server[Symbol.asyncDispose]());

type Answer = { readonly status: number; readonly body: Body; readonly headers: Headers };
type Member = { readonly value: string };
// What the tests look at; the rest of each document is compared as it is.
type Body = {
  readonly id: string;
  readonly active: boolean;
  readonly members: readonly Member[];
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly Body[];
  readonly scimType?: string;
  readonly detail: string;
  readonly displayName: string;
  readonly userName: string;
};

/** One request, as a directory makes it. */
async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return send({ method, path, body, token: secret });
}

async function send(request: {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token: string;
}): Promise<Answer> {
  const { method, path, body, token } = request;
  const answer = await fetch(`${server.url}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/scim+json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text), headers: answer.headers };
}

const user = (name: string, more: object = {}) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: `${name}@corp.example`,
  externalId: `ext-${name}`,
  name: { givenName: name, familyName: "Doe" },
  emails: [{ value: `${name}@corp.example`, type: "work", primary: true }],
  active: true,
  ...more,
});
const make = async (name: string, more: object = {}) => (await call("POST", "/Users", user(name, more))).body;
const group = async (displayName: string, ids: readonly string[] = []) =>
  (await call("POST", "/Groups", { displayName, members: ids.map((value) => ({ value })) })).body;
const patch = (...operations: object[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});
const find = async (kind: string, filter: string) =>
  (await call("GET", `/${kind}?filter=${encodeURIComponent(filter)}`)).body;

async function query(text: string): Promise<Record<string, unknown>[]> {
  await using connection = await connect(server.databaseUrl);
  return (await connection.query<Record<string, unknown>>(text)).rows;
}

describe("users", () => {
  test("are made, found, replaced and deleted, and the catalog follows", async () => {
    const made = await call("POST", "/Users", user("anna"));
    const { id } = made.body;
    const inCorral = await ada.trpc.users.list.query({ search: "anna@" });
    const replaced = await call("PUT", `/Users/${id}`, user("anna", { displayName: "Anna B." }));
    const got = await call("GET", `/Users/${id}`);
    const deleted = await call("DELETE", `/Users/${id}`);
    const gone = await call("GET", `/Users/${id}`);

    expect(made.status).toBe(201);
    expect(made.headers.get("content-type")).toContain("application/scim+json");
    expect(made.headers.get("location")).toBe(`${server.url}/scim/v2/Users/${id}`);
    expect(made.body).toMatchObject({
      userName: "anna@corp.example",
      externalId: "ext-anna",
      displayName: "anna Doe",
      name: { formatted: "anna Doe", givenName: "anna", familyName: "Doe" },
      emails: [{ value: "anna@corp.example", type: "work", primary: true }],
      active: true,
      groups: [],
      meta: { resourceType: "User" },
    });
    expect(inCorral.users).toMatchObject([{ id, name: "anna Doe", role: "user", status: "active" }]);
    expect(replaced.body.displayName).toBe("Anna B.");
    expect(got.body).toEqual(replaced.body);
    expect([deleted.status, deleted.body, gone.status]).toEqual([204, undefined, 404]);
    expect((await ada.trpc.users.list.query({ search: "anna@" })).total).toBe(0);
  });

  test("are found by what directories ask for, accounts of people that were there before too", async () => {
    const made = await make("bert");

    for (const filter of [
      'userName eq "BERT@corp.example"',
      'externalId eq "ext-bert"',
      'displayName eq "bert Doe"',
      'emails.value eq "bert@corp.example"',
      'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bert@corp.example"',
      `id eq "${made.id}"`,
    ])
      expect((await find("Users", filter)).Resources.map(({ id }) => id)).toEqual([made.id]);
    expect((await find("Users", 'userName eq "ada@example.com"')).Resources[0]?.id).toBe(ada.id);
    expect(await find("Users", 'externalId eq "EXT-BERT"')).toMatchObject({ totalResults: 0, Resources: [] });
    expect((await find("Users", String.raw`userName eq "%' or 1=1 --\""`)).totalResults).toBe(0);
  });

  test("come in pages", async () => {
    await make("page-one");
    await make("page-two");
    const all = (await call("GET", "/Users")).body;
    const second = (await call("GET", "/Users?startIndex=2&count=1")).body;
    const none = (await call("GET", "/Users?count=0")).body;
    const slim = (await call("GET", "/Users?count=1&attributes=userName")).body;

    expect(second).toMatchObject({ totalResults: all.totalResults, startIndex: 2, itemsPerPage: 1 });
    expect(second.Resources[0]?.id).toBe(all.Resources[1]?.id);
    expect([none.totalResults, none.Resources]).toEqual([all.totalResults, []]);
    expect(Object.keys(slim.Resources[0] ?? {})).toEqual(["schemas", "id", "userName"]);
  });

  test("are changed by patches as directories write them", async () => {
    const { id } = await make("carl");

    await call("PATCH", `/Users/${id}`, patch({ op: "Replace", path: "name.givenName", value: "Carlo" }));
    const renamed = (await call("GET", `/Users/${id}`)).body;
    const whole = await call(
      "PATCH",
      `/Users/${id}`,
      patch({
        op: "replace",
        value: { displayName: "C. D.", 'emails[type eq "work"].value': "carlo@corp.example", nickName: "C" },
      }),
    );
    const other = await call(
      "PATCH",
      `/Users/${id}`,
      patch(
        {
          op: "add",
          path: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
          value: "x",
        },
        { op: "remove", path: "externalId" },
        { op: "replace", path: "userName", value: "carlo" },
      ),
    );

    expect(renamed.displayName).toBe("Carlo Doe");
    expect(whole.body).toMatchObject({ displayName: "C. D.", emails: [{ value: "carlo@corp.example" }] });
    expect(other.body).toMatchObject({ userName: "carlo", displayName: "C. D." });
    expect(other.body).not.toHaveProperty("externalId");
  });

  test.each([
    [
      "a patch",
      (id: string) => call("PATCH", `/Users/${id}`, patch({ op: "replace", path: "active", value: false })),
    ],
    [
      "a patch of Entra's",
      (id: string) => call("PATCH", `/Users/${id}`, patch({ op: "Replace", path: "active", value: "False" })),
    ],
    [
      "a patch without a path",
      (id: string) => call("PATCH", `/Users/${id}`, patch({ op: "replace", value: { active: false } })),
    ],
    ["a put", (id: string) => call("PUT", `/Users/${id}`, { userName: "x@example.com", active: false })],
    ["a deletion", (id: string) => call("DELETE", `/Users/${id}`)],
  ])(
    "%s that takes somebody out is acknowledged when their session and key are dead",
    async (what, deactivate) => {
      const person = await addMember(server, ada, `out-${what.replaceAll(/[^a-z]/gu, "")}`);
      const { key } = await person.trpc.keys.replaceDefault.mutate();
      const byKey = clientFor(server.url, key);
      await byKey.models.list.query({});

      const answer = await deactivate(person.id);

      expect(answer.status).toBeLessThan(300);
      expect((await failureOf(person.trpc.models.list.query({}))).errorCode).toBe("unauthenticated");
      expect((await failureOf(byKey.models.list.query({}))).errorCode).toBe("unauthenticated");
      expect(await query(`select from sessions where user_id = '${person.id}'`)).toEqual([]);
    },
  );

  test("who is let in again signs in anew", async () => {
    const person = await addMember(server, ada, "Returner");
    await call("PATCH", `/Users/${person.id}`, patch({ op: "replace", path: "active", value: false }));

    const back = await call(
      "PATCH",
      `/Users/${person.id}`,
      patch({ op: "replace", path: "active", value: true }),
    );

    expect(back.body.active).toBe(true);
    expect((await failureOf(person.trpc.models.list.query({}))).errorCode).toBe("unauthenticated");
  });

  test("the last administrator stays", async () => {
    const off = await call(
      "PATCH",
      `/Users/${ada.id}`,
      patch({ op: "replace", path: "active", value: false }),
    );
    const deleted = await call("DELETE", `/Users/${ada.id}`);

    expect([off.status, off.body.scimType, deleted.status]).toEqual([409, "mutability", 409]);
    expect((await ada.trpc.auth.session.query())?.user.role).toBe("admin");
  });

  test("a name or an address is one person's", async () => {
    await make("dora");
    const { id } = await make("elsa");

    for (const [answer, status] of [
      [await call("POST", "/Users", user("dora")), 409],
      [await call("POST", "/Users", user("dora", { userName: "DORA@CORP.EXAMPLE" })), 409],
      [await call("POST", "/Users", user("dora", { userName: "other" })), 409],
      [await call("PUT", `/Users/${id}`, user("dora")), 409],
    ] as const) {
      expect(answer.status).toBe(status);
      expect(answer.body.scimType).toBe("uniqueness");
    }
    expect((await call("GET", `/Users/${id}`)).body.userName).toBe("elsa@corp.example");
  });
});

describe("groups", () => {
  test("are made, patched and deleted, and the catalog follows at once", async () => {
    const [one, two, three] = [await make("g-one"), await make("g-two"), await make("g-three")];
    const { id } = await group("Crew", [one.id]);
    const membersOf = async () => {
      const { groups } = await ada.trpc.groups.list.query();
      return groups.find((found) => found.id === id)?.memberIds.toSorted();
    };
    const apply = async (...operations: object[]) => {
      expect((await call("PATCH", `/Groups/${id}`, patch(...operations))).status).toBe(200);
      return membersOf();
    };
    const sorted = (...people: readonly Body[]) => people.map((person) => person.id).toSorted();

    expect(await membersOf()).toEqual(sorted(one));
    const both = [{ value: two.id }, { value: one.id }];
    expect(await apply({ op: "add", path: "members", value: both })).toEqual(sorted(one, two));
    expect(await apply({ op: "Remove", path: `members[value eq "${one.id}"]` })).toEqual(sorted(two));
    expect(await apply({ op: "replace", path: "members", value: [{ value: three.id }] })).toEqual(
      sorted(three),
    );
    expect(await apply({ op: "add", value: { members: [{ value: one.id }] } })).toEqual(sorted(one, three));
    expect(await apply({ op: "remove", path: "members", value: [{ value: one.id }] })).toEqual(sorted(three));
    expect((await call("GET", `/Users/${three.id}`)).body).toMatchObject({
      groups: [{ value: id, display: "Crew" }],
    });
    expect(await apply({ op: "remove", path: "members" })).toEqual([]);
    const renamed = await call(
      "PATCH",
      `/Groups/${id}`,
      patch({ op: "replace", value: { id, displayName: "Staff" } }),
    );
    expect(renamed.body.displayName).toBe("Staff");
    expect(
      (await call("PUT", `/Groups/${id}`, { displayName: "Staff", externalId: "e1" })).body,
    ).toMatchObject({
      externalId: "e1",
      members: [],
    });
    expect((await find("Groups", 'displayName eq "staff"')).Resources.map((found) => found.id)).toEqual([id]);
    expect((await find("Groups", 'externalId eq "e1"')).totalResults).toBe(1);
    const slim = await call("GET", `/Groups/${id}?excludedAttributes=members`);
    expect(slim.body).not.toHaveProperty("members");
    expect((await call("DELETE", `/Groups/${id}`)).status).toBe(204);
    expect(await membersOf()).toBeUndefined();
  });

  test("a removed member loses what the group could read, before the answer", async () => {
    const person = await addMember(server, ada, "Reader");
    const { id } = await group("Readers", [person.id]);
    const before = await person.trpc.auth.session.query();

    await call("PATCH", `/Groups/${id}`, patch({ op: "remove", path: `members[value eq "${person.id}"]` }));
    const after = await person.trpc.auth.session.query();

    expect([before?.groupIds, after?.groupIds]).toEqual([[id], []]);
  });

  test("patches at the same time are all there", async () => {
    const people = await Promise.all(Array.from({ length: 8 }, async (_, at) => make(`parallel-${at}`)));
    const { id } = await group("Parallel");

    await Promise.all(
      people.map((person) =>
        call("PATCH", `/Groups/${id}`, patch({ op: "add", path: "members", value: [{ value: person.id }] })),
      ),
    );

    expect((await call("GET", `/Groups/${id}`)).body.members).toHaveLength(8);
  });

  test("a member that does not exist, and a name that is taken, change nothing", async () => {
    const { id } = await group("Strict");
    const stranger = await call(
      "PATCH",
      `/Groups/${id}`,
      patch({ op: "add", path: "members", value: [{ value: crypto.randomUUID() }] }),
    );
    const taken = await call("POST", "/Groups", { displayName: "STRICT" });

    expect([stranger.status, stranger.body.scimType]).toEqual([400, "invalidValue"]);
    expect([taken.status, taken.body.scimType]).toEqual([409, "uniqueness"]);
    expect((await call("GET", `/Groups/${id}`)).body.members).toEqual([]);
  });
});

describe("errors", () => {
  const refused: readonly (readonly [string, string, unknown, number, string | undefined])[] = [
    ["GET", '/Users?filter=userName co "a"', undefined, 400, "invalidFilter"],
    ["GET", '/Users?filter=password eq "a"', undefined, 400, "invalidFilter"],
    ["GET", '/Users?filter=constructor eq "a"', undefined, 400, "invalidFilter"],
    ["POST", "/Users", { displayName: "nobody" }, 400, "invalidValue"],
    ["POST", "/Users", { userName: "no-address" }, 400, "invalidValue"],
    ["POST", "/Users", { userName: "a\u0000b@example.com" }, 400, "invalidValue"],
    ["POST", "/Users", [], 400, "invalidValue"],
    ["PATCH", `/Users/${crypto.randomUUID()}`, { Operations: [{ op: "erase" }] }, 400, "invalidSyntax"],
    [
      "PATCH",
      `/Users/${crypto.randomUUID()}`,
      patch({ op: "replace", path: "active", value: true }),
      404,
      undefined,
    ],
    ["GET", "/Users/1", undefined, 404, undefined],
    ["GET", "/Users/'; drop table users", undefined, 404, undefined],
    ["GET", "/Nothing", undefined, 404, undefined],
    ["POST", "/Bulk", {}, 404, undefined],
  ];
  test.each(refused)("%s %s is refused in SCIM's form", async (...row) => {
    const [method, path, body, status, scimType] = row;
    const answer = await call(method, encodeURI(path), body);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
      detail: expect.any(String),
    });
    expect(answer.body.scimType).toBe(scimType);
    expect(answer.headers.get("content-type")).toContain("application/scim+json");
  });

  test("a wrong operation takes the right ones before it back", async () => {
    const { id } = await make("halfway");
    const answer = await call(
      "PATCH",
      `/Users/${id}`,
      patch({ op: "replace", path: "displayName", value: "Changed" }, { op: "remove", path: "userName" }),
    );

    expect([answer.status, answer.body.scimType]).toEqual([400, "mutability"]);
    expect((await call("GET", `/Users/${id}`)).body.displayName).toBe("halfway Doe");
  });
});

describe("tokens", () => {
  test("scim.tokens.list, create and delete are administrators', and a deleted one is dead at once", async () => {
    const bob = await addMember(server, ada, "Bob");
    const made = await ada.trpc.scim.tokens.create.mutate({ name: "Second", newUserRole: "pending" });
    const maker = await send({ method: "POST", path: "/Users", body: user("waits"), token: made.secret });
    await ada.trpc.scim.tokens.delete.mutate({ id: made.token.id });
    const dead = await send({ method: "GET", path: "/Users", token: made.secret });
    const twice = await failureOf(ada.trpc.scim.tokens.delete.mutate({ id: made.token.id }));
    const invalid = await failureOf(ada.trpc.scim.tokens.create.mutate({ name: " " }));

    expect(maker.status).toBe(201);
    expect((await ada.trpc.users.list.query({ search: "waits@" })).users[0]?.role).toBe("pending");
    expect([dead.status, twice.errorCode, invalid.errorCode]).toEqual([
      401,
      "scim_token_not_found",
      "invalid_input",
    ]);
    for (const denied of [
      async () => bob.trpc.scim.tokens.list.query(),
      async () => bob.trpc.scim.tokens.create.mutate({ name: "Mine" }),
      async () => bob.trpc.scim.tokens.delete.mutate({ id: made.token.id }),
    ])
      expect((await failureOf(denied())).errorCode).toBe("access_denied");
    const stored = JSON.stringify([
      await ada.trpc.scim.tokens.list.query(),
      await query("select * from scim_tokens"),
      await query("select * from changes where target_kind = 'scim_token'"),
    ]);
    for (const text of [secret, made.secret]) expect(stored).not.toContain(text.slice(0, 20));
  });

  test("nothing else opens the door: no session, no API key, no cookie, no altered token", async () => {
    const { key } = await ada.trpc.keys.replaceDefault.mutate();
    const altered = secret.slice(0, -1) + (secret.endsWith("0") ? "1" : "0");

    for (const token of [ada.token, key, altered, "", `${secret} `.repeat(2).trim()]) {
      const answer = await send({ method: "GET", path: "/Users", token });
      expect(answer.status).toBe(401);
      expect(answer.body.detail).not.toContain(secret);
    }
    for (const path of ["/Users", "/ServiceProviderConfig", "/Schemas"]) {
      const bare = await fetch(`${server.url}/scim/v2${path}`, { headers: { cookie: `sid=${ada.token}` } });
      expect(bare.status).toBe(401);
    }
    // a directory's token is none of a person's
    expect((await failureOf(clientFor(server.url, secret).users.list.query({}))).errorCode).toBe(
      "unauthenticated",
    );
  });
});

test("says what it can do", async () => {
  const config = await call("GET", "/ServiceProviderConfig");
  const kinds = await call("GET", "/ResourceTypes");
  const schemas = await call("GET", "/Schemas");
  const one = await call("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User");

  expect(config.body).toMatchObject({
    patch: { supported: true },
    bulk: { supported: false },
    filter: { supported: true },
  });
  expect(kinds.body.Resources).toMatchObject([{ endpoint: "/Users" }, { endpoint: "/Groups" }]);
  expect([schemas.body.totalResults, one.body.id]).toEqual([2, "urn:ietf:params:scim:schemas:core:2.0:User"]);
});
