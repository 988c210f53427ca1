import { startSimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { password } from "../support/people.ts";
import { startRecordsWorld } from "../support/records-world.ts";
import { adminOnly, both, firstOf, isRow, onOwn, type StockCase, type StockWorld } from "./stock-case.ts";
import { createStockClient, type Outcome, type StockClient } from "./stock-client.ts";
import { inTwoShapes, stockNames } from "./stock-names.ts";
import { providerCases } from "./stock-provider-cases.ts";

const resources = new AsyncDisposableStack();
let world: StockWorld;
let administrator: StockClient;
let user: StockClient;
let groupId: string;
beforeAll(async () => {
  const records = resources.use(await startRecordsWorld());
  const { server, ada, bob } = records;
  const other = resources.use(await startSimulatedOllama({ models: ["spare:1b", "nomic-embed-text"] }));
  administrator = createStockClient(server.url, ada.token);
  user = createStockClient(server.url, bob.token);
  ({ id: groupId } = await ada.trpc.groups.create.mutate({ name: "Team", memberIds: [bob.id] }));
  const defaultVisibility = { kind: "public" } as const;
  const second = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Second",
    url: other.url,
    defaultVisibility,
  });
  await ada.trpc.connections.refresh.mutate({ uid: second.uid });
  world = { ...records, groupId, second, administrator };
});
afterAll(async () => resources.disposeAsync());

/** As the older version sends a model: the whole object, with the access in one field. */
const older = (id: string) => ({
  id,
  base_model_id: "qwen3:8b",
  name: `Model ${id}`,
  meta: {
    profile_image_url: "/static/favicon.png",
    description: null,
    capabilities: { vision: true },
    tags: [],
  },
  params: { stop: null, temperature: "0.8", function_calling: "native" },
  access_control: {},
  is_active: true,
});

/** As the newer one does: seven keys, the access as grants. */
const newer = (id: string) => {
  const { access_control: _, ...model } = older(id);
  return { ...model, access_grants: [] };
};

const row = { id: expect.any(String), params: expect.any(Object), meta: expect.any(Object) };

/** Every call of the description's sections 12.1, 12.2, 12.5 and 7.7 that is served, in both shapes where there are two. */
const served: Readonly<Record<string, StockCase>> = {
  ...providerCases,
  getModelItems: {
    run: (client) =>
      client.getModelItems({
        query: "a",
        view_option: "created",
        tag: "",
        order_by: "name",
        direction: "asc",
        page: "1",
      }),
    administrator: 200,
    user: 200,
    reads: (body: { items: []; total: number }) => [Array.isArray(body.items), typeof body.total],
    found: [true, "number"],
  },
  getModelTags: both((client) => client.getModelTags(), Array.isArray, true),
  getBaseModelTags: adminOnly((client) => client.getBaseModelTags(), Array.isArray, true),
  getBaseModels: adminOnly((client) => client.getBaseModels(), Array.isArray, true),
  "getBaseModels with a tag": adminOnly((client) => client.getBaseModels("x"), Array.isArray, true),
  importModels: both((client, id) => client.importModels([older(`${id}-in`)]), Boolean, true),
  "createNewModel, older": both((client, id) => client.createNewModel(older(id)), isRow, row),
  "createNewModel, newer": both((client, id) => client.createNewModel(newer(id)), isRow, row),
  getModelById: onOwn((client, id) => client.getModelById(id), isRow, { ...row, write_access: true }),
  toggleModelById: onOwn((client, id) => client.toggleModelById(id), isRow, { ...row, is_active: false }),
  "updateModelById, older": onOwn(
    (client, id) => client.updateModelByIdInAddress(id, { ...older(id), name: "Renamed" }),
    isRow,
    { ...row, name: "Renamed" },
  ),
  "updateModelById, newer": onOwn(
    (client, id) => client.updateModelById(id, { ...newer(id), name: "Renamed" }),
    isRow,
    { ...row, name: "Renamed" },
  ),
  updateModelAccessGrants: onOwn(
    (client, id) =>
      client.updateModelAccessGrants(id, "x", [
        { principal_type: "group", principal_id: groupId, permission: "read", id: "ignored" },
      ]),
    (body: { access_grants: { principal_id: string }[] }) =>
      body.access_grants.map((grant) => grant.principal_id === groupId),
    [true],
  ),
  "deleteModelById, newer": onOwn((client, id) => client.deleteModelById(id), Boolean, true),
  "deleteModelById, older": onOwn((client, id) => client.deleteModelByIdInAddress(id), Boolean, true),
  deleteAllModels: adminOnly((client) => client.deleteAllModels(), Boolean, true),
  exportModels: both((client) => client.exportModels(), Array.isArray, true),
  "getModelById of somebody else": {
    run: (client, id) => client.getModelById(id),
    on: "model of somebody else",
    administrator: 200,
    user: 404,
    reads: isRow,
    found: row,
  },
  "deleteModelById of somebody else": {
    run: (client, id) => client.deleteModelById(id),
    on: "model of somebody else",
    administrator: 200,
    user: 404,
    reads: Boolean,
    found: true,
  },
  getModels: both((client) => client.getModels(), firstOf, {
    id: expect.any(String),
    name: expect.any(String),
    object: "model",
    owned_by: expect.any(String),
  }),
  "getModels, refreshed": both((client) => client.getModels(false, true), firstOf, { object: "model" }),
  "getModels, base": adminOnly((client) => client.getModels(true), firstOf, { object: "model" }),
  "getModels at /api/v1": both((client) => client.getModelsOfVersion1(), firstOf, { object: "model" }),
  unloadModel: adminOnly((client) => client.unloadModel("qwen3:8b"), isRow, { status: true }),
  getBackendConfig: both((client) => client.getBackendConfig(), isRow, {
    status: true,
    features: { auth: true, enable_direct_connections: false },
  }),
  getVersion: both((client) => client.getVersion(), isRow, { version: "0.0.0-test" }),
  setModelsConfig: adminOnly(
    (client) =>
      client.setModelsConfig({ DEFAULT_MODELS: "gpt-4o", MODEL_ORDER_LIST: ["gpt-4o", "qwen3:8b"] }),
    isRow,
    { DEFAULT_MODELS: "gpt-4o", MODEL_ORDER_LIST: ["gpt-4o", "qwen3:8b"] },
  ),
  getModelsConfig: adminOnly((client) => client.getModelsConfig(), isRow, { DEFAULT_MODELS: "gpt-4o" }),
  getConnectionsConfig: adminOnly((client) => client.getConnectionsConfig(), isRow, {
    ENABLE_DIRECT_CONNECTIONS: false,
  }),
  setConnectionsConfig: adminOnly(
    (client) =>
      client.setConnectionsConfig({ ENABLE_DIRECT_CONNECTIONS: false, ENABLE_BASE_MODELS_CACHE: true }),
    isRow,
    { ENABLE_BASE_MODELS_CACHE: true },
  ),
  getGroups: both(
    (client) => client.getGroups(),
    (body: object[]) => body[0],
    { name: "Team" },
  ),
  createNewGroup: adminOnly((client, id) => client.createNewGroup({ name: id, description: "d" }), isRow, {
    description: "d",
    user_ids: [],
  }),
  getGroupById: adminOnly((client) => client.getGroupById(groupId), isRow, { name: "Team", member_count: 1 }),
  exportGroup: adminOnly((client) => client.exportGroup(groupId), isRow, { name: "Team" }),
  getGroupUsers: adminOnly(
    (client) => client.getGroupUsers(groupId),
    (body: object[]) => body[0],
    { email: "bob@example.com" },
  ),
  updateGroupById: adminOnly(
    (client) => client.updateGroupById(groupId, { name: "Team", description: "new" }),
    isRow,
    { description: "new" },
  ),
  addUsersToGroup: adminOnly((client) => client.addUsersToGroup(groupId, [world.eve.id]), isRow, {
    member_count: 2,
  }),
  removeUsersFromGroup: adminOnly((client) => client.removeUsersFromGroup(groupId, [world.eve.id]), isRow, {
    member_count: 1,
  }),
  deleteGroupById: adminOnly(
    async (client) => {
      const { id } = await world.ada.trpc.groups.create.mutate({ name: crypto.randomUUID() });
      return client.deleteGroupById(id);
    },
    Boolean,
    true,
  ),
  getUsers: adminOnly((client) => client.getUsers("eve", 1), isRow, { total: 1, users: [{ name: "Eve" }] }),
  getAllUsers: adminOnly((client) => client.getAllUsers(), isRow, { users: expect.any(Array) }),
  searchUsers: both((client) => client.searchUsers("eve"), isRow, { users: [{ name: "Eve" }] }),
  getUserGroups: both((client) => client.getUserGroups(), Array.isArray, true),
  getUserPermissions: both((client) => client.getUserPermissions(), isRow, { workspace: { models: true } }),
  getUserDefaultPermissions: adminOnly((client) => client.getUserDefaultPermissions(), isRow, {
    sharing: { models: true, public_models: false },
  }),
  updateUserDefaultPermissions: adminOnly(
    (client) =>
      client.updateUserDefaultPermissions({ workspace: { models: true }, chat: { controls: true } }),
    isRow,
    { workspace: { models: true }, sharing: { models: true } },
  ),
  updateUserRole: adminOnly((client) => client.updateUserRole(world.eve.id, "user"), isRow, { role: "user" }),
  getUserById: adminOnly((client) => client.getUserById(world.eve.id), isRow, { name: "Eve" }),
  deleteUserById: adminOnly(
    async (client, id) => {
      const account = { email: `${id}@example.com`, password, name: "Gone", role: "user" } as const;
      const gone = await world.ada.trpc.users.create.mutate(account);
      return client.deleteUserById(gone.id);
    },
    Boolean,
    true,
  ),
  getSessionUser: both((client) => client.getSessionUser(), isRow, {
    id: expect.any(String),
    role: expect.any(String),
    permissions: { workspace: { models: true } },
  }),
  updateUserProfile: both((client) => client.updateUserProfile("Renamed", "/user.png"), isRow, {
    name: "Renamed",
  }),
  userSignIn: both((client) => client.userSignIn("bob@example.com", password), isRow, {
    token: expect.any(String),
    token_type: "Bearer",
    role: "user",
  }),
  addUser: adminOnly((client, id) => client.addUser("New", `${id}@example.com`, password), isRow, {
    role: "user",
  }),
  createAPIKey: both((client) => client.createAPIKey(), isRow, { api_key: expect.stringMatching(/^sk-/u) }),
  getAPIKey: both((client) => client.getAPIKey(), isRow, { api_key: expect.stringContaining("…") }),
  deleteAPIKey: both((client) => client.deleteAPIKey(), Boolean, true),
};

type LeftOut = readonly [run: (client: StockClient) => Promise<Outcome>, status: number, user?: number];
const absent = (run: LeftOut[0]): LeftOut => [run, 404];
/** To others than administrators it is a right that they have not. */
const notOffered = (run: LeftOut[0]): LeftOut => [run, 501, 403];

/** What is not offered, with the status that says so. */
const leftOut: Readonly<Record<string, LeftOut>> = {
  chatCompleted: absent((client) => client.chatCompleted({ model: "gpt-4o", messages: [], chat_id: "c" })),
  chatAction: absent((client) => client.chatAction("any", { model: "gpt-4o" })),
  stopTask: absent((client) => client.stopTask("any")),
  stopTasksByChatId: absent((client) => client.stopTasksByChatId("any")),
  getTaskIdsByChatId: absent((client) => client.getTaskIdsByChatId("any")),
  synthesizeOpenAISpeech: absent((client) => client.synthesizeOpenAISpeech("hello")),
  getOllamaUrls: absent((client) => client.getOllamaUrls()),
  updateOllamaUrls: absent((client) => client.updateOllamaUrls(["http://127.0.0.1:9"])),
  getOpenAIUrls: absent((client) => client.getOpenAIUrls()),
  updateOpenAIUrls: absent((client) => client.updateOpenAIUrls(["http://127.0.0.1:9"])),
  getOpenAIKeys: absent((client) => client.getOpenAIKeys()),
  updateOpenAIKeys: absent((client) => client.updateOpenAIKeys(["sk-x"])),
  responses: absent((client) => client.call("POST", "/openai/responses", { model: "gpt-4o", input: "x" })),
  messages: absent((client) => client.call("POST", "/ollama/v1/messages", { model: "gpt-4o", messages: [] })),
  passthrough: absent((client) => client.call("GET", "/openai/files")),
  downloadModel: notOffered((client) => client.downloadModel("https://huggingface.co/a/b.gguf")),
  "downloadModel at the second": notOffered((client) =>
    client.downloadModel("https://huggingface.co/a/b.gguf", 1),
  ),
  uploadModel: notOffered((client) => client.uploadModel(new Blob(["GGUF"]))),
  "uploadModel at the second": notOffered((client) => client.uploadModel(new Blob(["GGUF"]), 1)),
  // the browser itself would ask the provider: this is what would let it
  getOpenAIModelsDirect: notOffered((client) =>
    client.setConnectionsConfig({ ENABLE_DIRECT_CONNECTIONS: true }),
  ),
};

describe("the list of the stock clients' functions", () => {
  const nameOf = (key: string) => key.split(/[ ,]/u)[0] ?? key;
  const names: readonly string[] = Object.values(stockNames).flat();
  const servedNames = new Set(Object.keys(served).map(nameOf));
  const leftOutNames = new Set(Object.keys(leftOut).map(nameOf));

  test("is closed: each is either served or left out", () => {
    expect(names.filter((name) => servedNames.has(name) === leftOutNames.has(name))).toStrictEqual([]);
    expect([...leftOutNames].filter((name) => !names.includes(name))).toStrictEqual([]);
    expect([names.length, new Set(names).size, leftOutNames.size]).toStrictEqual([56, 56, 18]);
  });

  test("holds both shapes of what is sent in two", () => {
    const shapes = inTwoShapes.flatMap((name) => [`${name}, older`, `${name}, newer`]);

    expect(shapes.filter((name) => served[name] === undefined)).toStrictEqual([]);
  });

  test("is the client's own: it has no function that is never called", () => {
    const called = new Set([...servedNames, ...leftOutNames, ...onlyInStories]);
    const own = Object.keys(administrator).map((name) => sameAs[name] ?? name);

    expect(own.filter((name) => !called.has(name))).toStrictEqual([]);
  });
});

/** Called by tests of their own below, or by the left out ones by address. */
const onlyInStories = ["userSignUp", "userSignOut", "updateUserPassword", "call"];
/** Other spellings of a call. */
const sameAs: Readonly<Record<string, string>> = {
  updateModelByIdInAddress: "updateModelById",
  deleteModelByIdInAddress: "deleteModelById",
  getModelsOfVersion1: "getModels",
};

describe.each(["administrator", "user"] as const)("as %s", (who) => {
  test.each(Object.keys(served))("%s is answered as its client reads it", async (name) => {
    const call = served[name];
    if (call === undefined) throw new Error(name);
    const id = `${who}-${crypto.randomUUID().slice(0, 8)}`;
    const client = who === "user" ? user : administrator;
    if (call.on === "own model") await client.createNewModel(older(id));
    if (call.on === "model of somebody else") {
      const { trpc } = world.eve;
      await trpc.models.create.mutate({ id, name: id, baseModelId: "qwen3:8b" });
    }

    const outcome = await call.run(client, id, world);

    expect([outcome.status, outcome.detail]).toStrictEqual([
      call[who],
      call[who] === 200 ? outcome.detail : expect.stringMatching(/\w+\. \w+/u),
    ]);
    // safe: what the call is said to answer
    if (call[who] === 200) {
      const found: unknown = call.reads(outcome.body as never);
      if (typeof found === "object") expect(found).toMatchObject(call.found as object);
      else expect(found).toBe(call.found);
    }
  });

  test.each(Object.keys(leftOut))("%s is not offered, and says so", async (name) => {
    const [run, status, usersStatus = status] = leftOut[name] ?? [];
    if (run === undefined || status === undefined) throw new Error(name);

    const outcome = await run(who === "user" ? user : administrator);

    expect([outcome.status, typeof outcome.detail]).toStrictEqual([
      who === "user" ? usersStatus : status,
      "string",
    ]);
    if (outcome.status === 501 && name.includes("load")) expect(outcome.detail).toMatch(/pull.*hf\.co/iu);
  });
});

test("an account signs up, changes its password and signs out", async () => {
  await world.ada.trpc.settings.update.mutate({ signUpOpen: true });
  const made = await user.userSignUp("Nora", "nora@example.com", password);
  const nora = createStockClient(world.server.url, tokenOf(made));
  const pending = await nora.getSessionUser();
  const waiting = await nora.getModels();
  await world.ada.trpc.users.update.mutate({ id: idOf(made), role: "user" });
  const signedIn = createStockClient(
    world.server.url,
    tokenOf(await user.userSignIn("nora@example.com", password)),
  );

  const wrong = await signedIn.updateUserPassword("something else entirely", `${password} too`);
  const changed = await signedIn.updateUserPassword(password, `${password} too`);
  const again = createStockClient(world.server.url, tokenOf(changed));
  const out = await again.userSignOut();
  const after = await again.getSessionUser();

  expect([made.status, pending.status, waiting.status]).toStrictEqual([200, 200, 403]);
  expect([wrong.status, changed.status, out.status, after.status]).toStrictEqual([400, 200, 200, 401]);
});

// safe: what the calls are said to answer
const tokenOf = ({ body }: Outcome): string => (body as { token: string }).token;
const idOf = ({ body }: Outcome): string => (body as { id: string }).id;
