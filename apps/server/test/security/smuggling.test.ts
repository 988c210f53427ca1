import { startSimulatedOpenAI, type JournalEntry, type SimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  baseIds,
  normalize,
  postChat,
  startGatewayWorld,
  upstreamKey,
  type GatewayWorld,
} from "../support/gateway-world.ts";
import { sendRaw } from "../support/raw-request.ts";
import { asJson, toMutation, toQuery } from "../support/refusals.ts";

let world: GatewayWorld;
/** Whoever is named in a body: it must never hear from us. */
let trap: SimulatedOpenAI;
beforeAll(async () => {
  world = await startGatewayWorld();
  trap = await startSimulatedOpenAI({ models: ["trap"] });
});
afterAll(async () => {
  await trap.stop();
  await world[Symbol.asyncDispose]();
});
beforeEach(() => {
  for (const { journal } of [world.ollama, world.openai, trap]) journal.clear();
});

const models = ["on-openai", "on-ollama"] as const;

function arrived(): readonly JournalEntry[] {
  return [...world.ollama.journal.entries(), ...world.openai.journal.entries()].filter(
    ({ method }) => method === "POST",
  );
}

/** Where a request went, with what credential: everything of it but its body. */
function addressOf({ method, url, headers }: JournalEntry) {
  const { "content-length": _length, ...others } = headers;
  return { method, url, headers: others };
}

/** Words by which other gateways were sent elsewhere, or talked out of their keys. */
const routingNames = [
  "api_base apiBase base_url baseUrl baseURL base_model url host hostname endpoint origin server proxy proxies http_proxy",
  "api_key apiKey key token authorization Authorization bearer credentials auth auth_token access_token secret password",
  "headers extra_headers extraHeaders default_headers extra_body extra_query organization project deployment deployment_id",
  "api_version apiVersion api_type region region_name location vertex_project vertex_location vertex_credentials",
  "aws_access_key_id aws_secret_access_key aws_session_token aws_region_name azure_ad_token tenant_id client_secret",
  "custom_llm_provider litellm_params model_list fallbacks mock_response callbacks metadata litellm_metadata user_config",
  "connection connectionUid connection_id url_idx urlIdx placement upstream upstreamId provider socketPath unix timeout",
].flatMap((line) => line.split(" "));

/** Each name at the root of a body of its own, then all of them further down. */
function listBodies(): readonly (readonly [what: string, body: object])[] {
  const value = `${trap.baseUrl}/v1`;
  const all = Object.fromEntries(routingNames.map((name) => [name, value]));
  const deeper = { extra: all, tools_config: [all, { list: [{ extra: { model_list: [all] } }] }] };
  return [
    ...routingNames.map((name) => [name, { [name]: value }] as const),
    ["all of them further down", deeper],
  ];
}

describe("a body that names where to go, or with which key", () => {
  test.each(models)(
    "[GW-4] [AC-08] changes neither address, headers nor key of a call of %s",
    async (model) => {
      const plain = await postChat(world, { model });
      const [expected] = arrived().map(addressOf);
      const whole = normalize(plain.text).replace(/"usage":\{[^}]*\}/u, "");
      expect(plain.status).toBe(200);

      const elsewhere: string[] = [];
      let served = 0;
      for (const [what, body] of listBodies()) {
        world.openai.journal.clear();
        world.ollama.journal.clear();
        const answer = await postChat(world, { ...body, model });
        // a server that refuses a field is asked once more without it; some it refuses for good
        const addresses = arrived().map((entry) => JSON.stringify(addressOf(entry)));
        if (addresses.some((address) => address !== JSON.stringify(expected))) elsewhere.push(what);
        if (answer.status !== 200) continue;
        served += 1;
        expect(normalize(answer.text).replace(/"usage":\{[^}]*\}/u, "")).toBe(whole);
      }
      expect(elsewhere).toStrictEqual([]);
      expect(served).toBeGreaterThan(routingNames.length / 2);
      expect(trap.journal.entries()).toStrictEqual([]);
    },
  );

  test.each(models)("[GW-4] nor do headers and the query of a call of %s", async (model) => {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] });
    const call = { method: "POST", path: "/v1/chat/completions", headers: asJson(world.readersKey), body };
    await sendRaw(world.server.url, call);
    const [expected] = arrived().map(addressOf);
    world.openai.journal.clear();
    world.ollama.journal.clear();

    const foreign = Object.fromEntries(
      [
        "x-api-base",
        "x-upstream",
        "api-key",
        "x-api-key",
        "openai-organization",
        "x-forwarded-host",
        "x-original-url",
      ].map((name) => [name, trap.baseUrl]),
    );
    const path = `${call.path}?${routingNames.map((name) => `${name}=${encodeURIComponent(trap.baseUrl)}`).join("&")}`;
    const { status } = await sendRaw(world.server.url, {
      ...call,
      path,
      headers: { ...call.headers, ...foreign },
    });

    expect(status).toBe(200);
    expect(arrived().map(addressOf)).toStrictEqual([expected]);
    expect(JSON.stringify(expected)).not.toContain(world.readersKey);
    expect(trap.journal.entries()).toStrictEqual([]);
  });

  test("[AC-08] a reader cannot choose a connection by its name: what it lists does not exist for them", async () => {
    // who lists what another connection lists as well is called by its name: by those who may see it
    await using shadow = await startSimulatedOpenAI({ models: [baseIds.openai] });
    const { uid } = await world.ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "Shadow",
      url: shadow.baseUrl,
    });
    await world.ada.trpc.connections.refresh.mutate({ uid });
    const shadowed = `shadow/${baseIds.openai}`;
    await expect
      .poll(async () => (await postChat(world, { model: shadowed }, world.adasKey)).status, {
        timeout: 15_000,
      })
      .toBe(200);
    shadow.journal.clear();

    for (const model of [
      shadowed,
      `quiet/${baseIds.ollama}`,
      `loud/${baseIds.openai}`,
      "quiet/on-ollama",
      "0/on-ollama",
    ]) {
      const { status, text } = await postChat(world, { model });

      expect({ status, text }).toMatchObject({
        status: 404,
        text: expect.stringContaining("model_not_found"),
      });
    }
    expect([...arrived(), ...shadow.journal.of("/v1/chat/completions")]).toStrictEqual([]);
    await world.ada.trpc.connections.delete.mutate({ uid });
  });
});

test.each([
  ["GET", "/v1/files"],
  ["POST", "/v1/files"],
  ["POST", "/v1/fine_tuning/jobs"],
  ["POST", "/v1/images/generations"],
  ["POST", "/v1/audio/transcriptions"],
  ["POST", "/v1/batches"],
  ["POST", "/v1/moderations"],
  ["GET", "/v1/organization/admin_api_keys"],
  ["DELETE", "/v1/models/on-openai"],
  ["POST", "/v1/chat/completions/"],
  ["POST", "/v1/chat/completions/1"],
  ["GET", "/openai/deployments"],
  ["POST", "/api/pull"],
  ["DELETE", "/api/delete"],
])("[GW-1] %s %s is no route, and reaches no provider", async (method, path) => {
  const { status, text } = await sendRaw(world.server.url, {
    method,
    path,
    headers: method === "POST" ? asJson(world.adasKey) : { authorization: `Bearer ${world.adasKey}` },
    ...(method === "POST" && { body: JSON.stringify({ model: "on-openai" }) }),
  });

  expect({ status, text }).toMatchObject({ status: 404 });
  expect([...world.ollama.journal.entries(), ...world.openai.journal.entries()]).toStrictEqual([]);
});

/** Words by which peers were talked out of their checks. */
const internalNames =
  "bypass bypass_filter bypassFilter skip_auth skipAuth internal asUser as_user user_id userId isAdmin is_admin role admin principal actor permissions scopes trusted debug";

describe("a request that names an internal option", () => {
  const names = internalNames.split(" ");

  test("[AC-07] [MASS-1] is refused by every procedure that takes an input", async () => {
    for (const name of names) {
      for (const request of [
        toQuery("models.get", { id: "on-openai", [name]: true }, world.reader.token),
        toQuery("models.list", { [name]: true }, world.reader.token),
        toMutation("models.update", { id: "on-openai", revision: 1, [name]: true }, world.reader.token),
        toMutation(
          "chat.complete",
          { model: baseIds.openai, messages: [], [name]: true },
          world.reader.token,
        ),
      ]) {
        const { status, text } = await sendRaw(world.server.url, request);

        expect({ name, status, text }).toMatchObject({
          status: 400,
          text: expect.stringContaining("invalid_input"),
        });
      }
    }
  });

  test("[AC-07] sees and calls no more by a query, a header or a field of a call", async () => {
    const query = names.map((name) => `${name}=true`).join("&");
    const headers = Object.fromEntries(
      names.flatMap((name) => [
        [name.replaceAll("_", "-"), "true"],
        [`x-${name.replaceAll("_", "-")}`, world.ada.id],
      ]),
    );
    const ask = async (path: string, more: Record<string, string> = {}) => {
      const { status, text } = await sendRaw(world.server.url, {
        path,
        headers: { ...asJson(world.readersKey), ...more },
      });
      return { status, text };
    };

    expect(await ask(`/v1/models?${query}`, headers)).toStrictEqual(await ask("/v1/models"));
    expect(await ask(`/v1/models/${baseIds.openai}?${query}`, headers)).toMatchObject({ status: 404 });
    const fields = Object.fromEntries(names.map((name) => [name, true]));
    const call = await postChat(world, { ...fields, model: baseIds.openai });
    expect(call).toMatchObject({ status: 404, text: expect.stringContaining("model_not_found") });
    expect(arrived()).toStrictEqual([]);
  });
});

describe("a call beyond its bounds", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => at);
  test.each([
    ["nine answers", { n: 9 }],
    ["17 stops", { stop: many(17).map(String) }],
    ["1,001 biases", { logit_bias: Object.fromEntries(many(1_001).map((token) => [token, 1])) }],
    ["2,001 messages", { messages: many(2_001).map(() => ({ role: "user", content: "" })) }],
    ["21 log probabilities", { logprobs: true, top_logprobs: 21 }],
    ["no tokens", { max_tokens: 0 }],
    ["half a token", { max_tokens: 1.5 }],
  ])("[GW-6] asks for %s, and is refused before any provider hears of it", async (_, fields) => {
    const { status, text } = await postChat(world, { model: "on-openai", ...fields });

    expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining("invalid_input") });
    expect(arrived()).toStrictEqual([]);
  });
});

test("[GW-3] events, ids, retries and comments of a provider stay there: what is sent on is data of ours", async () => {
  const stream = { model: "on-openai", stream: true };
  const plain = await postChat(world, stream);
  for (const kind of ["sse-fields", "comments"] as const) {
    world.openai.faults.set({ path: "/v1/chat/completions", fault: { kind } });
    const { status, text } = await postChat(world, stream);

    expect(status).toBe(200);
    expect(normalize(text)).toBe(normalize(plain.text));
    for (const line of text.split("\n").filter((one) => one !== ""))
      expect(line).toMatch(/^data: (?:\{.*\}|\[DONE\])$/u);
  }
  world.openai.faults.clear();
  expect(JSON.stringify(plain)).not.toContain(upstreamKey);
});

test.each(["\r\n\r\ndata: forged", "\n\nevent: error\n", "\rdata: x", "a\u2028b\u2029c", "data: [DONE]\n\n"])(
  "[GW-3] a text that looks like an event stays a text: %j",
  async (text) => {
    await using openai = await startSimulatedOpenAI({
      models: ["echo"],
      reply: () => ({ text: ["<", text, ">"] }),
    });
    const { uid } = await world.ada.trpc.connections.create.mutate({
      provider: "openai",
      name: `Echo ${text.length}`,
      url: openai.baseUrl,
      prefix: `echo${text.length}`,
    });
    await world.ada.trpc.connections.refresh.mutate({ uid });

    const answer = await postChat(world, { model: `echo${text.length}.echo`, stream: true }, world.adasKey);

    const chunks = answer.text.split("\n\n").filter((one) => one.startsWith("data: {"));
    const texts = chunks.map((one) => {
      // safe: what we write ourselves; a forged event would not parse
      const chunk = JSON.parse(one.slice("data: ".length)) as { choices: { delta: { content?: string } }[] };
      return chunk.choices[0]?.delta.content ?? "";
    });
    expect(texts.join("")).toBe(`<${text}>`);
    expect(answer.text.split("\n\n").filter((one) => one === "data: [DONE]")).toHaveLength(1);
  },
);
