import { request } from "node:https";
import { describe, expect, test } from "vitest";
import { filterMarks } from "./azure-filters.ts";
import { startSimulatedAzure, type SimulatedAzureOptions } from "./simulated-azure.ts";
import { startSimulatedEntra } from "./simulated-entra.ts";

const version = "api-version=2024-10-21";
const chat = `/openai/deployments/chat-prod/chat/completions?${version}`;

async function post(url: string, body: object, headers: { [name: string]: string } = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }], ...body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function eventsOf(options: SimulatedAzureOptions, body: object = {}): Promise<unknown[]> {
  await using azure = await startSimulatedAzure({
    reply: () => ({ text: ["a", "b", "c", "d"] }),
    ...options,
  });
  const { text } = await post(azure.url + chat, { stream: true, ...body });
  const payloads = text.split("\n\n").filter((event) => event !== "" && !event.includes("[DONE]"));
  return payloads.map((event): unknown => JSON.parse(event.slice("data: ".length)));
}

describe("a simulated resource", () => {
  test.each([
    ["without api-version", "/openai/deployments/chat-prod/chat/completions", 404, "404"],
    [
      "with an unknown one",
      "/openai/deployments/chat-prod/chat/completions?api-version=2020-01-01",
      404,
      "404",
    ],
    [
      "of an unknown deployment",
      `/openai/deployments/nobody/chat/completions?${version}`,
      404,
      "DeploymentNotFound",
    ],
    ["outside of its paths", `/v1/chat/completions?${version}`, 404, "404"],
    ["of the v1 surface with a date", `/openai/v1/chat/completions?${version}`, 400, "BadRequest"],
  ])("refuses a call %s, with a code that is a text", async (...[, path, status, code]) => {
    await using azure = await startSimulatedAzure();

    const answer = await post(azure.url + path, { model: "chat-prod" });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ error: { code, message: expect.any(String) } });
    expect(answer.headers.get("apim-request-id")).not.toBeNull();
  });

  test("takes the key in its own header, and as a bearer token on the v1 surface alone", async () => {
    await using azure = await startSimulatedAzure({ apiKey: "key" });
    const v1 = `${azure.url}/openai/v1/chat/completions`;
    const bearer = { authorization: "Bearer key" };

    const answers = await Promise.all([
      post(azure.url + chat, {}, { "api-key": "key" }),
      post(azure.url + chat, {}, bearer),
      post(v1, { model: "chat-prod" }, bearer),
      post(v1, { model: "chat-prod" }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 401]);
  });

  test("answers by the name of the base model", async () => {
    await using azure = await startSimulatedAzure();

    const { text } = await post(azure.url + chat, {});

    expect(JSON.parse(text)).toMatchObject({
      model: "gpt-4o-2024-11-20",
      prompt_filter_results: expect.any(Array),
    });
  });

  test("reports on the prompt first, before there is an id, a model or a time", async () => {
    const [first, second] = await eventsOf({});

    expect(first).toMatchObject({
      id: "",
      model: "",
      created: 0,
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    });
    expect(second).toMatchObject({ choices: [{ content_filter_results: {} }] });
  });

  test("reports in chunks without delta, also after the end, when its filters are asynchronous", async () => {
    const events = await eventsOf({ filters: "async" });

    const late = events.at(-1);
    expect(late).toMatchObject({
      choices: [{ finish_reason: null, content_filter_offsets: { check_offset: 44 } }],
    });
    expect(JSON.stringify(late)).not.toContain("delta");
    expect(JSON.stringify(events.at(-2))).toContain('"finish_reason":"stop"');
  });

  test.each(["sync", "async"] as const)("cuts an answer that its filters dislike (%s)", async (filters) => {
    const messages = [{ role: "user", content: filterMarks.answer }];

    const events = await eventsOf({ filters }, { messages });

    expect(JSON.stringify(events.at(-1))).toContain('"finish_reason":"content_filter"');
  });
});

test("a simulated identity service is trusted by its certificate alone", async () => {
  await using entra = await startSimulatedEntra();
  const url = `${entra.authorityHost}/${entra.tenantId}/v2.0/.well-known/openid-configuration`;
  const get = (ca?: string) =>
    new Promise<number | string>((resolve) => {
      request(url, { ...(ca !== undefined && { ca }), agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on("error", (error) => resolve(error.message))
        .end();
    });

  expect(await get(entra.certificate)).toBe(200);
  expect(await get()).toMatch(/self.signed/u);
});
