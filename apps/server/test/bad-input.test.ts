import { afterAll, beforeAll, describe, test } from "vitest";
import { createBadInputWorld, type BadInputWorld } from "./support/bad-input-world.ts";
import { password } from "./support/people.ts";
import type { RawRequest } from "./support/raw-request.ts";
import { asJson, expectRefusalOf, invalid, nobody, toMutation, type Refusal } from "./support/refusals.ts";

let world: BadInputWorld;
beforeAll(async () => {
  world = await createBadInputWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const as = asJson;
const json = { "content-type": "application/json" };

async function expectRefusal(request: RawRequest, refusal: Refusal): Promise<void> {
  await expectRefusalOf(world, request, refusal);
}

function mutation(path: string, input: unknown, token = world.ada.token): RawRequest {
  return toMutation(path, input, token);
}

type Case = readonly [what: string, input: () => object | string, refusal: Refusal];

const model = (fields: object) => () => ({ id: "new", name: "New", baseModelId: "open-base", ...fields });
const restricted = (groupIds: readonly string[], userIds: readonly string[] = []) => ({
  kind: "restricted",
  read: { groupIds, userIds },
  write: { groupIds: [], userIds: [] },
});
const nested = (depth: number): object => (depth === 0 ? { end: 1 } : { in: nested(depth - 1) });

const newModels: readonly Case[] = [
  ["a name that is a number", model({ name: 5 }), invalid(/^name: .*string/u)],
  ["no name", model({ name: undefined }), invalid(/^name: /u)],
  ["an empty name", model({ name: "  " }), invalid(/^name: must not be empty/u)],
  ["[MASS-1] a field that only the server sets", model({ ownerId: nobody }), invalid(/ownerId/u)],
  [
    "an id of 257 characters",
    model({ id: "a".repeat(257) }),
    invalid(/^id: .*at most 256 characters, has 257/u),
  ],
  ["an empty id", model({ id: "" }), invalid(/^id: .*not be empty/u)],
  ["a comma in the id", model({ id: "a,b" }), invalid(/^id: .*comma/u)],
  ["a line break in the id", model({ id: "a\nb" }), invalid(/^id: .*control characters/u)],
  ["text direction in the id", model({ id: "a\u202eb" }), invalid(/^id: .*control characters/u)],
  ["[BODY-2] half a character in the id", model({ id: "a\ud800" }), invalid(/^id: .*surrogate/u)],
  ["a path in the id", model({ id: "a/../b" }), invalid(/^id: .*segments/u)],
  [
    "an unknown base",
    model({ baseModelId: "nothing" }),
    [422, "base_model_not_found", /"nothing" does not exist, or you may not read it/u],
  ],
  [
    "[AC-15] an unknown group",
    model({ access: restricted([nobody]) }),
    [422, "principal_not_found", new RegExp(nobody, "u")],
  ],
  [
    "an unknown person",
    model({ access: restricted([], [nobody]) }),
    [422, "principal_not_found", new RegExp(nobody, "u")],
  ],
  ["[AC-15] everyone as an id", model({ access: restricted(["*"]) }), invalid(/make the model public/u)],
  [
    "access that is inherited from nothing",
    model({ access: { kind: "inherit" } }),
    invalid(/Only a provider's own model/u),
  ],
  ["an unknown kind of access", model({ access: { kind: "all" } }), invalid(/^access/u)],
  ["an id that is taken", model({ id: "preset" }), [409, "model_id_taken", /already/u]],
  ["an id that is taken in other letters", model({ id: "PreSet" }), [409, "model_id_taken", /already/u]],
  ["a provider's id without its tag", model({ id: "llama3.2" }), [409, "model_id_taken", /already/u]],
  [
    "a provider's id with its tag in other letters",
    model({ id: "LLAMA3.2:Latest" }),
    [409, "model_id_taken", /already/u],
  ],
  [
    "settings for a model that nobody lists",
    model({ baseModelId: null }),
    [422, "base_model_not_found", /No connection lists a model "new"/u],
  ],
  [
    "settings for a custom model",
    model({ id: "preset", baseModelId: null }),
    [409, "model_id_taken", /already/u],
  ],
  ["a parameter in camel case", model({ params: { maxTokens: 5 } }), invalid(/did you mean "max_tokens"\?/u)],
  [
    "a parameter of some provider",
    model({ params: { safety_prompt: true } }),
    invalid(/put provider-specific ones under custom_params/u),
  ],
  ["a parameter as text", model({ params: { temperature: "0.7" } }), invalid(/^params\.temperature: /u)],
  ["a parameter out of range", model({ params: { temperature: 3 } }), invalid(/^params\.temperature: /u)],
  [
    "too many stops",
    model({ params: { stop: Array.from({ length: 17 }, String) } }),
    invalid(/^params\.stop: /u),
  ],
  [
    "a prompt beyond all bounds",
    model({ params: { system: "x".repeat(100_001) } }),
    invalid(/^params\.system: .*100000/u),
  ],
  [
    "[MASS-2] a reserved custom parameter",
    model({ params: { custom_params: { model: "other" } } }),
    invalid(/"model" is set by Corral/u),
  ],
  [
    "custom parameters too deep",
    model({ params: { custom_params: nested(7) } }),
    invalid(/at most 6 levels/u),
  ],
  [
    "too many custom parameters",
    model({
      params: { custom_params: Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, 1])) },
    }),
    invalid(/at most 200 keys/u),
  ],
  [
    "[POLL-1] [LIB-3] a prototype among the custom parameters",
    () =>
      '{"id":"new","name":"New","baseModelId":"open-base","params":{"custom_params":{"__proto__":{"isAdmin":true}}}}',
    invalid(/__proto__/u),
  ],
  [
    "[POLL-1] [LIB-3] a prototype as a field",
    () => '{"id":"new","name":"New","baseModelId":"open-base","__proto__":{"isActive":false}}',
    invalid(/__proto__/u),
  ],
  [
    "[POLL-1] a constructor among the custom parameters",
    model({ params: { custom_params: { a: { constructor: 1 } } } }),
    invalid(/not a usable name/u),
  ],
  [
    "a mode that its parameter cannot have",
    model({ paramModes: { stop: "max" } }),
    invalid(/^paramModes\.stop: "max" applies to/u),
  ],
  [
    "a picture that is none",
    model({ meta: { profile_image_url: "data:image/png;base64,aGVsbG8=" } }),
    invalid(/does not hold png data/u),
  ],
  [
    "[XSS-1] a picture with a script",
    model({ meta: { profile_image_url: "data:image/svg+xml;base64,PHN2Zy8+" } }),
    invalid(/PNG, JPEG, GIF or WebP/u),
  ],
  [
    "too much unknown meta",
    model({ meta: { extra: { blob: "x".repeat(17_000) } } }),
    invalid(/16384 bytes/u),
  ],
];

const changedModels: readonly Case[] = [
  ["no revision", () => ({ id: "preset", name: "Other" }), invalid(/revision/u)],
  [
    "a stale revision",
    () => ({ id: "preset", name: "Other", revision: world.revision + 1 }),
    [409, "revision_conflict", /is at revision \d+, your change is based on/u],
  ],
  [
    "an unknown model",
    () => ({ id: "nothing", name: "Other", revision: 1 }),
    [404, "model_not_found", /"nothing" does not exist, or you may not see it/u],
  ],
  [
    "itself as the base",
    () => ({ id: "preset", baseModelId: "preset", revision: world.revision }),
    [400, "base_cycle", /come back to this model/u],
  ],
  [
    "what is built on it as the base",
    () => ({ id: "preset", baseModelId: "on-preset", revision: world.revision }),
    [400, "base_cycle", /come back to this model/u],
  ],
  [
    "no base any more",
    () => ({ id: "preset", baseModelId: null, revision: world.revision }),
    [400, "kind_is_fixed", /cannot become/u],
  ],
  [
    "a base for a provider's model",
    () => ({ id: "open-base", baseModelId: "llama3.2", revision: 1 }),
    [400, "kind_is_fixed", /cannot become/u],
  ],
  [
    "a wrong value in a patch of parameters",
    () => ({ id: "preset", paramsPatch: { temperature: "hot" }, revision: world.revision }),
    invalid(/^paramsPatch: /u),
  ],
  [
    "a wrong value in a patch of meta",
    () => ({ id: "preset", metaPatch: { tags: 5 }, revision: world.revision }),
    invalid(/^metaPatch: /u),
  ],
];

const connection = (fields: object) => () => ({
  provider: "openai",
  name: "Other",
  url: "http://127.0.0.1:9",
  ...fields,
});
const newConnections: readonly Case[] = [
  ["a file", connection({ url: "file:///etc/passwd" }), invalid(/^url: must be an http or https address/u)],
  ["no address", connection({ url: "localhost" }), invalid(/^url: must be an http or https address/u)],
  [
    "credentials in the address",
    connection({ url: "http://user:secret@127.0.0.1:9" }),
    invalid(/must not contain a user name or password/u),
  ],
  [
    "a query in the address",
    connection({ url: "http://127.0.0.1:9/v1?key=secret" }),
    invalid(/must not contain a query/u),
  ],
  [
    "a metadata service",
    connection({ url: "http://169.254.169.254/v1" }),
    [400, "outbound_denied", /never connects to/u],
  ],
  [
    "a metadata service in disguise",
    connection({ url: "http://0xa9fea9fe/v1" }),
    [400, "outbound_denied", /never connects to/u],
  ],
  [
    "a metadata service by name",
    connection({ url: "http://metadata.google.internal" }),
    [400, "outbound_denied", /metadata service/u],
  ],
  [
    "a placeholder for a key",
    connection({ authType: "bearer", key: "****" }),
    invalid(/^key: is a placeholder, not a key/u),
  ],
  [
    "a key with a space",
    connection({ authType: "bearer", key: "sk one" }),
    invalid(/^key: must be printable ASCII/u),
  ],
  ["a header of ours", connection({ headers: { Host: "example.com" } }), invalid(/set by Corral itself/u)],
  ["a header with a line break", connection({ headers: { "x-a": "1\r\nx-b: 2" } }), invalid(/line breaks/u)],
  ["a short name that is taken", connection({ slug: "lab" }), [409, "name_taken", /short name/u]],
  ["an unknown kind of provider", connection({ provider: "azure" }), invalid(/^provider: /u)],
  [
    "an unknown group in its visibility",
    connection({ defaultVisibility: restricted([nobody]) }),
    [422, "principal_not_found", new RegExp(nobody, "u")],
  ],
];

const changedConnections: readonly Case[] = [
  [
    "another machine for the stored key",
    () => ({ uid: world.connectionUid, revision: 1, url: "http://127.0.0.2:9" }),
    [400, "key_bound_to_origin", /belongs to the address/u],
  ],
  [
    "a stale revision",
    () => ({ uid: world.connectionUid, revision: 7, name: "Other" }),
    [409, "revision_conflict", /newer version/u],
  ],
  [
    "an unknown connection",
    () => ({ uid: nobody, revision: 1, name: "Other" }),
    [404, "connection_not_found", /no such connection/u],
  ],
  ["something that is no id", () => ({ uid: "lab", revision: 1, name: "Other" }), invalid(/^uid: /u)],
];

const others: readonly (readonly [
  what: string,
  path: string,
  ...(Case extends readonly [string, ...infer Rest] ? Rest : never),
])[] = [
  [
    "deleting what others are built on",
    "models.delete",
    () => ({ id: "preset" }),
    [409, "dependants_exist", /on-preset/u],
  ],
  [
    "deleting what a provider lists",
    "models.delete",
    () => ({ id: "open-base" }),
    invalid(/no stored settings to delete/u),
  ],
  [
    "toggling an unknown model",
    "models.toggle",
    () => ({ id: "nothing" }),
    [404, "model_not_found", /does not exist/u],
  ],
  [
    "trying a stored key on another machine",
    "connections.verify",
    () => ({
      draft: { provider: "openai", url: "http://127.0.0.2:9", authType: "bearer" },
      keepSecretsOf: world.connectionUid,
    }),
    [400, "key_bound_to_origin", /belongs to the address/u],
  ],
  [
    "trying a metadata service",
    "connections.verify",
    () => ({ draft: { provider: "openai", url: "http://169.254.169.254" } }),
    [400, "outbound_denied", /never connects to/u],
  ],
  [
    "an e-mail address that is taken",
    "users.create",
    () => ({ email: "BOB@example.com", password, name: "Bob" }),
    [409, "email_taken", /already/u],
  ],
  [
    "a short password",
    "users.create",
    () => ({ email: "eve@example.com", password: "short", name: "Eve" }),
    [400, "weak_password", /15/u],
  ],
  [
    "a password that everybody knows",
    "users.create",
    () => ({ email: "eve@example.com", password: "passwordpassword", name: "Eve" }),
    [400, "weak_password", /first that are tried/u],
  ],
  [
    "an unknown role",
    "users.create",
    () => ({ email: "eve@example.com", password, name: "Eve", role: "root" }),
    invalid(/^role: /u),
  ],
  [
    "no administrator any more",
    "users.update",
    () => ({ id: world.ada.id, role: "user" }),
    [409, "last_admin", /last active administrator/u],
  ],
  [
    "an unknown person",
    "users.update",
    () => ({ id: nobody, name: "Eve" }),
    [404, "user_not_found", /no such user/u],
  ],
  [
    "a group's name in other letters",
    "groups.create",
    () => ({ name: "STRANGERS" }),
    [409, "name_taken", /already/u],
  ],
  [
    "a member without an account",
    "groups.create",
    () => ({ name: "New", memberIds: [nobody] }),
    [404, "user_not_found", /no account/u],
  ],
  ["an unknown group", "groups.delete", () => ({ id: nobody }), [404, "group_not_found", /no such group/u]],
  [
    "a wrong password",
    "auth.signIn",
    () => ({ email: "bob@example.com", password: "not the password of bob" }),
    [401, "unauthenticated", /./u],
  ],
  [
    "signing up where that is closed",
    "auth.signUp",
    () => ({ email: "eve@example.com", password, name: "Eve" }),
    [403, "signup_closed", /sign up/u],
  ],
  [
    "a call of an unknown model",
    "chat.complete",
    () => ({ model: "nothing", messages: [{ role: "user", content: "hi" }] }),
    [404, "model_not_found", /"nothing"/u],
  ],
  [
    "a call without messages",
    "chat.complete",
    () => ({ model: "preset", messages: [] }),
    invalid(/^messages: needs at least one/u),
  ],
];

describe("tRPC refuses", () => {
  test.each(newModels)("a new model with %s", async (_, input, refusal) => {
    await expectRefusal(mutation("models.create", input()), refusal);
  });
  test.each(changedModels)("a change of a model with %s", async (_, input, refusal) => {
    await expectRefusal(mutation("models.update", input()), refusal);
  });
  test.each(newConnections)("a connection with %s", async (_, input, refusal) => {
    await expectRefusal(mutation("connections.create", input()), refusal);
  });
  test.each(changedConnections)("a change of a connection with %s", async (_, input, refusal) => {
    await expectRefusal(mutation("connections.update", input()), refusal);
  });
  test.each(others.map(([what, path, ...rest]) => [what, { path }, rest] as const))(
    "%s",
    async (_, { path }, [input, refusal]) => {
      await expectRefusal(mutation(path, input()), refusal);
    },
  );
  test.each<Case>([
    ["1,000 rows", () => ({ limit: 1_000 }), invalid(/^limit: /u)],
    ["an unknown order", () => ({ sort: "id; drop table users" }), invalid(/^sort: /u)],
    ["a text of 129 characters", () => ({ query: "x".repeat(129) }), invalid(/^query: /u)],
  ])("a list with %s", async (_, input, refusal) => {
    const path = `/trpc/models.list?input=${encodeURIComponent(JSON.stringify(input()))}`;
    await expectRefusal({ path, headers: as(world.ada.token) }, refusal);
  });
});

describe("a member is refused", () => {
  const member = (path: string, input: object) => mutation(path, input, world.bob.token);
  const mine = { id: "new", name: "New", baseModelId: "open-base" };

  test("a base that he may not read as one that does not exist", async () => {
    await expectRefusal(member("models.create", { ...mine, baseModelId: "preset" }), [
      422,
      "base_model_not_found",
      /"preset" does not exist, or you may not read it/u,
    ]);
  });
  test("somebody else's group as one that does not exist", async () => {
    const { strangersGroupId: id } = world;
    await expectRefusal(member("models.create", { ...mine, access: restricted([id]) }), [
      422,
      "principal_not_found",
      new RegExp(`Nobody you can share with has the id ${id}`, "u"),
    ]);
  });
  test("sharing with everyone", async () => {
    await expectRefusal(member("models.create", { ...mine, access: { kind: "public" } }), [
      403,
      "access_denied",
      /models\.share_public/u,
    ]);
  });
  test.each([
    ["connections.create", { provider: "openai", name: "Mine", url: "http://127.0.0.1:9" }],
    ["users.create", { email: "eve@example.com", password, name: "Eve" }],
    ["groups.create", { name: "Mine" }],
    ["models.update", { id: "open-base", name: "Mine" }],
  ])("%s", async (path, input) => {
    await expectRefusal(member(path, input), [403, "access_denied", /administrators/iu]);
  });
});

const chat = (fields: object) => () => ({
  model: "preset",
  messages: [{ role: "user", content: "hi" }],
  ...fields,
});
const calls: readonly Case[] = [
  ["no model", chat({ model: undefined }), invalid(/^model: /u)],
  ["an id of 257 characters", chat({ model: "a".repeat(257) }), invalid(/^model: .*at most 256/u)],
  ["an unknown model", chat({ model: "nothing" }), [404, "model_not_found", /"nothing" does not exist/u]],
  ["no messages", chat({ messages: undefined }), invalid(/^messages/u)],
  [
    "an unknown role",
    chat({ messages: [{ role: "boss", content: "hi" }] }),
    invalid(/^messages\.0\.role: /u),
  ],
  [
    "content that is a number",
    chat({ messages: [{ role: "user", content: 5 }] }),
    invalid(/^messages\.0\.content/u),
  ],
  [
    "too many messages",
    chat({ messages: Array.from({ length: 2_001 }, () => ({ role: "user", content: "" })) }),
    invalid(/^messages: /u),
  ],
  ["no answers", chat({ n: 0 }), invalid(/^n: /u)],
  ["a temperature out of range", chat({ temperature: 3 }), invalid(/^temperature: /u)],
  ["a temperature as text", chat({ temperature: "hot" }), invalid(/^temperature: /u)],
  [
    "stream options without a stream",
    chat({ stream_options: { include_usage: true } }),
    invalid(/^stream_options: goes with stream: true/u),
  ],
  ["top_logprobs alone", chat({ top_logprobs: 2 }), invalid(/^top_logprobs: goes with logprobs: true/u)],
  [
    "a tool without a name",
    chat({ tools: [{ type: "function", function: {} }] }),
    invalid(/^tools\.0\.function\.name: /u),
  ],
  ["a list as the body", () => [], invalid(/must be a JSON object/u)],
  ["null as the body", () => "null", invalid(/must be a JSON object/u)],
  ["a prototype in the body", () => '{"model":"preset","__proto__":{"stream":true}}', invalid(/__proto__/u)],
];

describe("/v1 refuses", () => {
  test.each(calls)("a chat with %s", async (_, input, refusal) => {
    const { body } = mutation("", input());
    await expectRefusal(
      { method: "POST", path: "/v1/chat/completions", headers: as(world.key), body: body ?? "" },
      refusal,
    );
  });
  test.each<Case>([
    ["nothing", () => ({ model: "preset", input: [] }), invalid(/^input: /u)],
    [
      "tokens",
      () => ({ model: "preset", input: [1, 2] }),
      invalid(/^input: must be a text or a list of texts/u),
    ],
    ["no model", () => ({ input: "hi" }), invalid(/^model: /u)],
    [
      "an unknown encoding",
      () => ({ model: "preset", input: "hi", encoding_format: "hex" }),
      invalid(/^encoding_format: /u),
    ],
  ])("embeddings of %s", async (_, input, refusal) => {
    const body = JSON.stringify(input());
    await expectRefusal({ method: "POST", path: "/v1/embeddings", headers: as(world.key), body }, refusal);
  });
  test("a model that does not exist", async () => {
    await expectRefusal({ path: "/v1/models/no/such:model", headers: as(world.key) }, [
      404,
      "model_not_found",
      /"no\/such:model" does not exist/u,
    ]);
  });
});

describe("/api/v1/auths refuses", () => {
  test.each<readonly [...Case, path: string]>([
    ["no password", () => ({ email: "bob@example.com" }), invalid(/^password: /u), "signin"],
    [
      "an address that is none",
      () => ({ email: "bob", password }),
      invalid(/^email: must be an e-mail address/u),
      "signin",
    ],
    [
      "a wrong password",
      () => ({ email: "bob@example.com", password: "not the password of bob" }),
      [401, "unauthenticated", /./u],
      "signin",
    ],
    ["a list", () => [], invalid(/./u), "signin"],
    ["nothing", () => "", invalid(/./u), "signin"],
    [
      "a late setup code",
      () => ({ email: "eve@example.com", password, setup_code: "anything" }),
      [403, "signup_closed", /sign up/u],
      "signup",
    ],
    // the seed's status for this one
    [
      "an address that is taken",
      () => ({ email: "bob@example.com", password, name: "Bob" }),
      [400, "email_taken", /already/u],
      "add",
    ],
    [
      "a short password",
      () => ({ email: "eve@example.com", password: "short", name: "Eve" }),
      [400, "weak_password", /15/u],
      "add",
    ],
    [
      "an unknown role",
      () => ({ email: "eve@example.com", password, name: "Eve", role: "root" }),
      invalid(/^role: /u),
      "add",
    ],
  ])("%s", async (_, input, ...[refusal, path]) => {
    const { body } = mutation("", input());
    const headers = path === "add" ? as(world.ada.token) : json;
    await expectRefusal(
      { method: "POST", path: `/api/v1/auths/${path}`, headers, body: body ?? "" },
      refusal,
    );
  });
});
