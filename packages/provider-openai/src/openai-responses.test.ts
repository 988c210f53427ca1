import type { JsonObject } from "@corral/core";
import { inOnePiece, serveInProcess, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { createOpenAIProvider } from "./openai-provider.ts";
import type { OpenAIResponseEvent } from "./openai-responses.ts";

const options = { signal: new AbortController().signal };
const body = { model: "gpt-5-pro", input: "Hi", max_output_tokens: 9, store: false };
const named = (...list: object[]) =>
  list
    .map((event) => `event: ${String(Reflect.get(event, "type"))}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
const created = {
  type: "response.created",
  sequence_number: 0,
  response: { id: "resp_1", status: "in_progress" },
};
const delta = { type: "response.output_text.delta", sequence_number: 1, delta: "data: [DONE]" };
const ended = (status: string) => ({
  type: `response.${status}`,
  sequence_number: 2,
  response: { id: "resp_1", status },
});

async function responsesOn(reply: ScriptedReply) {
  const upstream = await serveInProcess(() => reply, inOnePiece);
  const { responses } = createOpenAIProvider({
    baseUrl: "http://upstream.test",
    transport: upstream.transport,
  });
  const sent = () => JSON.parse(upstream.requests[0]?.body ?? "null") as JsonObject; // safe: JSON
  return { responses, upstream, sent };
}

async function read(reply: ScriptedReply) {
  const { responses, sent, upstream } = await responsesOn(reply);
  const events: OpenAIResponseEvent[] = [];
  for await (const batch of await responses.stream(body, options)) events.push(...batch);
  return { events, sent, upstream };
}

describe("the Responses API", () => {
  test("takes the body as it is, and gives the response whatever its status", async () => {
    const answer = {
      id: "resp_1",
      object: "response",
      status: "failed",
      error: { code: "server_error" },
      x: [1],
    };
    const { responses, sent, upstream } = await responsesOn({ body: JSON.stringify(answer) });

    expect(await responses.create(body, options)).toEqual(answer);
    expect(upstream.requests[0]?.path).toBe("/v1/responses");
    expect(sent()).toEqual({ ...body, stream: false });
  });

  test.each([
    [{ error: { message: "no credit", code: "insufficient_quota" } }, "insufficient_quota"],
    [{ object: "list" }, "upstream_invalid_response"],
    [[], "upstream_invalid_response"],
  ])("refuses %j as no response", async (answer, code) => {
    const { responses } = await responsesOn({ body: JSON.stringify(answer) });

    await expect(responses.create(body, options)).rejects.toMatchObject({ code });
  });

  test.each(["completed", "incomplete", "failed", "cancelled"])(
    "streams every event, and is over with response.%s",
    async (status) => {
      const { events, sent } = await read({ body: named(created, delta, ended(status)) });

      expect(events).toEqual([created, delta, ended(status)]);
      expect(sent()["stream"]).toBe(true);
    },
  );

  test("[vector 1] a stream without its last event is truncated, with or without [DONE]", async () => {
    const early = named(created, delta);

    await expect(read({ body: early })).rejects.toMatchObject({ code: "upstream_truncated" });
    await expect(read({ body: `${early}data: [DONE]\n\n` })).rejects.toMatchObject({
      code: "upstream_truncated",
    });
    await expect(read({ body: `${early}data: {"type":"resp` })).rejects.toMatchObject({
      code: "upstream_truncated",
    });
  });

  test("[vector 3] an error event is an error", async () => {
    const error = { type: "error", code: "rate_limit_exceeded", message: "Rate limit reached", param: null };

    await expect(read({ body: named(created, error) })).rejects.toMatchObject({
      code: "upstream_rate_limited",
    });
  });

  test("leaving early closes the upstream call, even before the first event was read", async () => {
    const { responses, upstream } = await responsesOn({ body: named(created), ending: "silent" });

    const stream = await responses.stream(body, options);
    await stream[Symbol.asyncIterator]().return?.();

    await upstream.abandoned;
    expect(upstream.requests).toHaveLength(1);
  });
});
