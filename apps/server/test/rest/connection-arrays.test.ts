import {
  startSimulatedAzure,
  startSimulatedOllama,
  startSimulatedOpenAI,
  type SimulatedOllama,
  type SimulatedOpenAI,
} from "@corral/simulated-providers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { RestCaller, type RestAnswer } from "./rest-caller.ts";

const keys = ["sk-canary-one", "sk-canary-two", "sk-canary-three"] as const;
type Config = Record<string, unknown>;
type Arrays = { urls: string[]; keys: string[]; configs: Record<string, Config> };

let server: TestServer;
let ada: Person;
let rest: RestCaller;
let upstreams: readonly SimulatedOpenAI[];
let elsewhere: SimulatedOpenAI;
let ollama: SimulatedOllama;
const resources = new AsyncDisposableStack();
beforeAll(async () => {
  ollama = resources.use(await startSimulatedOllama({ models: ["llama3:8b"], apiKey: "sk-canary-ollama" }));
  elsewhere = resources.use(await startSimulatedOpenAI({ models: ["stolen"] }));
  upstreams = await Promise.all(
    keys.map(async (apiKey, at) =>
      resources.use(await startSimulatedOpenAI({ models: [`model-${at}`], apiKey })),
    ),
  );
  server = resources.use(await startTestServer());
  ada = await signUpAdministrator(server);
  rest = new RestCaller(server.url, ada.token);
});
afterAll(async () => resources.disposeAsync());
beforeEach(async () => {
  elsewhere.journal.clear();
  const entries = upstreams.map(({ baseUrl }, at) => ({
    url: baseUrl,
    key: keys[at] ?? "",
    prefix_id: `p${at}`,
  }));
  await update({
    urls: entries.map(({ url }) => url),
    keys: entries.map(({ key }) => key),
    configs: Object.fromEntries(
      entries.map(({ prefix_id }, at) => [at, { prefix_id, tags: [{ name: "t" }] }]),
    ),
  });
});
afterEach(async () => {
  await rest.post("/openai/config/update", { OPENAI_API_BASE_URLS: [] });
  await rest.post("/ollama/config/update", { OLLAMA_BASE_URLS: [] });
});

const stored = async () => {
  const { connections } = await ada.trpc.connections.list.query();
  // how they fare changes by itself
  return connections.map((connection) => ({ ...connection, health: null }));
};
const uidsByUrl = async () => new Map((await stored()).map(({ url, uid }) => [url, uid]));
const urlOf = (at: number) => upstreams[at]?.baseUrl ?? "";

function update({ urls, keys: texts, configs }: Arrays, more: object = {}): Promise<RestAnswer> {
  return rest.post("/openai/config/update", {
    OPENAI_API_BASE_URLS: urls,
    OPENAI_API_KEYS: texts,
    OPENAI_API_CONFIGS: configs,
    ...more,
  });
}

async function read(): Promise<Arrays> {
  const { body } = await rest.get("/openai/config");
  // safe: what the route is said to answer
  return {
    urls: body["OPENAI_API_BASE_URLS"] as unknown as string[],
    keys: body["OPENAI_API_KEYS"] as unknown as string[],
    configs: body["OPENAI_API_CONFIGS"] as unknown as Record<string, Config>,
  };
}

/** Which of the servers accept what is stored for them. */
async function accepted(): Promise<readonly string[]> {
  const { urls } = await read();
  const answers = await Promise.all(urls.map((_, at) => rest.get(`/openai/models/${at}`)));
  return answers.map(({ status, body }) =>
    status === 200 ? String(body["data"]?.[0]?.["id"]) : String(status),
  );
}

describe("the connections as arrays", () => {
  test("show no key, and sent back change nothing", async () => {
    const before = await stored();
    const arrays = await read();

    const answer = await update(arrays);

    expect(arrays.keys).toStrictEqual(before.map(({ uid }) => `corral-key:${uid}`));
    expect(JSON.stringify(answer.body)).not.toContain("sk-canary");
    expect(await stored()).toStrictEqual(before);
    expect(await accepted()).toStrictEqual(["model-0", "model-1", "model-2"]);
  });

  test("22: taking the first out leaves the others their keys, prefixes and routes", async () => {
    const uids = await uidsByUrl();
    const { urls, keys: texts, configs } = await read();

    const answer = await update({
      urls: urls.slice(1),
      keys: texts.slice(1),
      configs: Object.fromEntries([1, 2].map((at) => [at - 1, configs[at] ?? {}])),
    });
    const listed = async () => (await rest.get("/openai/models")).body["data"]?.map(({ id }) => String(id));
    await expect.poll(listed, { timeout: 20_000 }).toContain("p1.model-1");
    const called = await rest.post("/openai/chat/completions", {
      model: "p1.model-1",
      messages: [{ role: "user", content: "hi" }],
    });

    expect(answer.status).toBe(200);
    expect((await stored()).map(({ uid, prefix }) => [uid, prefix])).toStrictEqual([
      [uids.get(urlOf(1)), "p1"],
      [uids.get(urlOf(2)), "p2"],
    ]);
    expect(await accepted()).toStrictEqual(["model-1", "model-2"]);
    expect([called.status, called.body["model"]]).toStrictEqual([200, "p1.model-1"]);
  });

  test("are not mixed up by a client that forgets to move the settings along", async () => {
    const { urls, keys: texts } = await read();

    await update({ urls: urls.slice(1), keys: texts.slice(1), configs: {} });

    expect((await stored()).map(({ prefix, tags }) => [prefix, tags])).toStrictEqual([
      ["p1", ["t"]],
      ["p2", ["t"]],
    ]);
    expect(await accepted()).toStrictEqual(["model-1", "model-2"]);
  });

  test("change places with everything that is theirs", async () => {
    const uids = await uidsByUrl();
    const { urls, keys: texts, configs } = await read();
    const order = [2, 0, 1];

    await update({
      urls: order.map((at) => urls[at] ?? ""),
      keys: order.map((at) => texts[at] ?? ""),
      configs: Object.fromEntries(order.map((from, at) => [at, configs[from] ?? {}])),
    });

    expect(await accepted()).toStrictEqual(["model-2", "model-0", "model-1"]);
    expect((await stored()).map(({ uid, prefix }) => [uid, prefix])).toStrictEqual(
      order.map((at) => [uids.get(urlOf(at)), `p${at}`]),
    );
  });

  test("keep others' places among all connections", async () => {
    await rest.post("/ollama/config/update", { OLLAMA_BASE_URLS: [ollama.url] });
    const before = (await stored()).map(({ name }) => name);
    const arrays = await read();

    await update({ ...arrays, urls: arrays.urls.toReversed(), keys: arrays.keys.toReversed(), configs: {} });

    expect((await stored()).map(({ name }) => name)).toStrictEqual([
      ...before.slice(0, 3).toReversed(),
      ...before.slice(3),
    ]);
  });

  test.each([
    ["in its own place", (all: Arrays, url: string) => ({ ...all, urls: [url, ...all.urls.slice(1)] })],
    ["in the last place", (all: Arrays, url: string) => ({ ...all, urls: [...all.urls.slice(0, 2), url] })],
    ["in a new place", (all: Arrays, url: string) => moved(all, url, [...all.keys, all.keys[0] ?? ""])],
    ["in another's place", (all: Arrays) => ({ ...all, keys: [all.keys[1] ?? "", all.keys[0] ?? "", "x"] })],
  ])(
    "never send a stored key to another server: its placeholder %s is refused, and nothing lands",
    async (_, change) => {
      const before = await stored();
      const changed = change(await read(), elsewhere.baseUrl);

      const answer = await update({
        ...changed,
        configs: { ...changed.configs, 1: { prefix_id: "changed" } },
      });

      expect([answer.status, String(answer.body["code"])]).toStrictEqual([
        400,
        expect.stringMatching(/^(?:key_bound_to_origin|invalid_input)$/u),
      ]);
      expect(answer.body["error"]?.["message"]).toBe(answer.body["detail"]);
      expect(await stored()).toStrictEqual(before);
      expect(elsewhere.journal.entries()).toStrictEqual([]);
    },
  );

  test("take a new key for one of them, and none for another", async () => {
    const arrays = await read();
    const before = await stored();

    await update({ ...arrays, keys: ["sk-canary-new", "", arrays.keys[2] ?? ""] });

    const after = await stored();
    expect(after.map(({ uid }) => uid)).toStrictEqual(before.map(({ uid }) => uid));
    expect(after[0]?.keyFingerprint).not.toBe(before[0]?.keyFingerprint);
    expect(after.slice(1).map(({ keyFingerprint }) => keyFingerprint)).toStrictEqual([
      null,
      before[2]?.keyFingerprint,
    ]);
    expect(await accepted()).toStrictEqual(["500", "500", "model-2"]);
  });

  test.each(["••••••••", "corral-key:", "corral-key:6f1d7c1e-11c5-4f35-8a39-3c8f8a1f6f7e", "sk with blanks"])(
    "save no %j as a key",
    async (text) => {
      const arrays = await read();
      const before = await stored();

      const answer = await update({ ...arrays, keys: [text, ...arrays.keys.slice(1)] });

      expect([answer.status, String(answer.body["detail"])]).toStrictEqual([
        400,
        expect.stringContaining("onnection 0"),
      ]);
      expect((await stored()).map(({ keySetAt }) => keySetAt)).toStrictEqual(
        before.map(({ keySetAt }) => keySetAt),
      );
    },
  );

  test("are all switched off and on; saying nothing leaves it", async () => {
    const arrays = await read();
    const enabled = async () => (await stored()).map((one) => one.enabled);
    const off = await update(arrays, { ENABLE_OPENAI_API: false });
    const seen = [await enabled()];
    await update(await read());
    seen.push(await enabled());
    const on = await update(await read(), { ENABLE_OPENAI_API: true });
    seen.push(await enabled());
    const one = await read();
    await update({ ...one, configs: { 1: { enable: false } } }, { ENABLE_OPENAI_API: true });
    seen.push(await enabled());

    expect([off, on].map(({ body }) => body["ENABLE_OPENAI_API"])).toStrictEqual([false, true]);
    expect(seen).toStrictEqual([
      [false, false, false],
      [false, false, false],
      [true, true, true],
      [true, false, true],
    ]);
  });

  test("edit the only one that is left unmatched instead of making another", async () => {
    await update({ urls: [elsewhere.baseUrl], keys: [""], configs: {} });
    const [before] = await stored();

    await update({ urls: [`${elsewhere.baseUrl}/moved`], keys: [""], configs: {} });

    expect((await stored()).map(({ uid, url }) => [uid, url])).toStrictEqual([
      [before?.uid, `${elsewhere.baseUrl}/moved`],
    ]);
  });

  test("show the names of headers, keep their values, and take them out", async () => {
    const { urls } = await read();
    const send = (headers?: Config) =>
      update({ urls: urls.slice(0, 1), keys: ["sk-canary-one"], configs: { 0: headers ? { headers } : {} } });
    await send({ "x-team": "canary-header", "x-other": "canary-two" });
    const shown = (await read()).configs["0"]?.["headers"] as Record<string, string>;
    await send({ "x-team": shown["x-team"] ?? "" });
    await send();
    const kept = await stored();
    await send({});

    expect(shown["x-team"]).toBe(`corral-key:${kept[0]?.uid}`);
    expect(kept[0]?.headerNames).toStrictEqual(["x-team"]);
    expect((await stored())[0]?.headerNames).toStrictEqual([]);
  });

  test.each(["session", "system_oauth", "microsoft_entra_id"])(
    "refuse to sign in by %s",
    async (authType) => {
      const arrays = await read();

      const answer = await update({ ...arrays, configs: { 0: { auth_type: authType } } });

      expect([answer.status, answer.body["errors"]?.[0]?.["path"]]).toStrictEqual([400, [0, "auth_type"]]);
    },
  );
});

function moved(all: Arrays, url: string, texts: string[]): Arrays {
  return { ...all, urls: [...all.urls, url], keys: texts };
}

test("Azure OpenAI is made with its deployments and its version, and stays what it is", async () => {
  await using azure = await startSimulatedAzure({ apiKey: "azure-key" });
  const config = { azure: true, api_version: "2024-10-21", model_ids: ["chat-prod"], auth_type: "bearer" };
  await update({ urls: [azure.url], keys: ["azure-key"], configs: { 0: config } });
  const arrays = await read();
  const added = {
    ...arrays.configs["0"],
    model_ids: ["chat-prod", "thinker"],
    api_version: "2025-01-01-preview",
  };
  await update({ ...arrays, configs: { 0: added } });
  const refused = await update({ ...(await read()), configs: { 0: { azure: false } } });
  const listed = await rest.get("/openai/models/0");

  expect(arrays.configs["0"]).toMatchObject(config);
  expect(
    (await stored()).map(({ provider, authType, azure: settings }) => ({ provider, authType, settings })),
  ).toMatchObject([
    {
      provider: "azure-openai",
      authType: "api-key",
      settings: {
        apiVersion: "2025-01-01-preview",
        deployments: [{ name: "chat-prod" }, { name: "thinker" }],
      },
    },
  ]);
  expect([refused.status, listed.body["data"]?.map(({ id }) => String(id))]).toStrictEqual([
    400,
    ["chat-prod", "thinker"],
  ]);
});

test("Ollama's servers have their key in their settings", async () => {
  const made = await rest.post("/ollama/config/update", {
    OLLAMA_BASE_URLS: [`${ollama.url}/`],
    OLLAMA_API_CONFIGS: { 0: { key: "sk-canary-ollama", model_ids: ["llama3:8b"], prefix_id: "lab" } },
  });
  const read = await rest.get("/ollama/config");
  const again = await rest.post("/ollama/config/update", read.body);
  const version = await rest.get("/ollama/api/version/0");
  const [connection] = (await stored()).filter(({ provider }) => provider === "ollama");

  expect([made.status, again.body, version.status]).toStrictEqual([200, read.body, 200]);
  expect(read.body).toStrictEqual({
    ENABLE_OLLAMA_API: true,
    OLLAMA_BASE_URLS: [ollama.url],
    OLLAMA_API_CONFIGS: {
      0: {
        enable: true,
        prefix_id: "lab",
        model_ids: ["llama3:8b"],
        tags: [],
        connection_type: "local",
        key: `corral-key:${connection?.uid}`,
      },
    },
  });
  expect(connection).toMatchObject({ models: { mode: "only", ids: ["llama3:8b"] }, authType: "bearer" });
});

describe("a try", () => {
  test("answers the models, or the version, also with the key that is stored", async () => {
    const { keys: texts } = await read();

    const openai = await rest.post("/openai/verify", { url: urlOf(0), key: texts[0] });
    const typed = await rest.post("/openai/verify", { url: urlOf(0), key: "sk-canary-one", config: {} });
    const version = await rest.post("/ollama/verify", { url: ollama.url, key: "sk-canary-ollama" });

    expect([openai, typed].map(({ body }) => body["data"]?.[0]?.["id"])).toStrictEqual([
      "model-0",
      "model-0",
    ]);
    expect(version.body).toStrictEqual({ version: "0.33.0" });
  });

  test("sends a stored key to no other server", async () => {
    const { keys: texts } = await read();

    const answer = await rest.post("/openai/verify", { url: elsewhere.baseUrl, key: texts[0] });

    expect([answer.status, answer.body["code"]]).toStrictEqual([400, "key_bound_to_origin"]);
    expect(elsewhere.journal.entries()).toStrictEqual([]);
  });

  test.each([
    ["a wrong key", () => [urlOf(0), ollama.url], "authentication"],
    ["nobody there", () => ["http://127.0.0.1:9/v1", "http://127.0.0.1:9"], "connection"],
  ])("says with %s what failed, where its clients look", async (_, urls, kind) => {
    for (const [at, url] of urls().entries()) {
      const path = ["/openai/verify", "/ollama/verify"][at] ?? "";
      const { status, body } = await rest.post(path, { url, key: "sk-wrong" });

      expect([status, body["kind"]]).toStrictEqual([500, kind]);
      expect(body["error"]?.["message"]).toBe(body["detail"]);
      expect(String(body["detail"])).toMatch(/\w+\. \w+/u);
    }
  });
});

test("what one connection lists comes by its number, and a failure says why", async () => {
  const [first, beyond, word] = await Promise.all(
    ["0", "3", "-1"].map((at) => rest.get(`/openai/models/${at}`)),
  );
  upstreams[0]?.faults.set({ fault: { kind: "refuse" } });
  const failed = await rest.get("/openai/models/0");
  upstreams[0]?.faults.clear();

  expect(first?.body["data"]?.map(({ id }) => id)).toStrictEqual(["model-0"]);
  expect([beyond?.status, word?.status, failed.status]).toStrictEqual([404, 400, 500]);
  expect(failed.body["error"]?.["message"]).toBe(failed.body["detail"]);
});

test("the whole configuration goes out without a key and comes back as it was", async () => {
  await rest.post("/ollama/config/update", { OLLAMA_BASE_URLS: [ollama.url] });
  const exported = await rest.get("/api/v1/configs/export");
  const [before, uids] = [await stored(), await uidsByUrl()];

  const same = await rest.post("/api/v1/configs/import", { config: exported.body });
  const foreign = await rest.post("/api/v1/configs/import", {
    config: {
      version: 0,
      audio: { tts: { engine: "" } },
      ui: { default_models: "gone", default_pinned_models: null, model_order_list: null },
      openai: {
        enable: true,
        api_base_urls: [urlOf(1), urlOf(0)],
        api_keys: ["sk-canary-two", "sk-canary-one"],
      },
    },
  });

  expect(JSON.stringify(exported.body)).not.toContain("sk-canary");
  expect(same.body).toStrictEqual(exported.body);
  expect((await stored()).length).toBe(3);
  expect(before.length).toBe(4);
  expect(foreign.body["openai"]?.["api_keys"]?.map(String)).toStrictEqual(
    [1, 0].map((at) => `corral-key:${uids.get(urlOf(at))}`),
  );
  expect(await accepted()).toStrictEqual(["model-1", "model-0"]);
});
