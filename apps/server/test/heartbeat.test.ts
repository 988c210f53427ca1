import type { Fault } from "@corral/simulated-providers";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { postChat, startGatewayWorld, type GatewayWorld } from "./support/gateway-world.ts";

const everyMs = 100;
const comment = ": keep-alive\n\n";

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld({ CORRAL_HEARTBEAT_MS: String(everyMs) });
});
afterEach(async () => world.mend());
afterAll(async () => world[Symbol.asyncDispose]());

const countOf = (text: string) => text.split(comment).length - 1;

describe.each(["ollama", "openai"] as const)("while %s is silent", (provider) => {
  const chat = { model: `on-${provider}`, stream: true };
  const late: Fault = { kind: "delay", waitMs: 5 * everyMs };

  test("[vector 13] before its first byte, a stream says that it lives, and then the whole answer", async () => {
    const usual = await postChat(world, chat);
    world[provider].faults.set({ fault: late });

    const { status, headers, text } = await postChat(world, chat);

    expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    expect(headers.get("x-request-id")).not.toBeNull();
    // one each interval and a half, at the least
    expect(countOf(text)).toBeGreaterThanOrEqual(2);
    expect(countOf(text)).toBeLessThanOrEqual(5);
    const anonymous = (bytes: string) =>
      bytes.replaceAll(/chatcmpl-[\w-]+/gu, "ID").replaceAll(/"created":\d+/gu, '"created":0');
    expect(anonymous(text.replaceAll(comment, ""))).toBe(anonymous(usual.text));
    expect(countOf(usual.text)).toBe(0);
  });

  test("[vector 13] the official client passes over the comments", async () => {
    world[provider].faults.set({ fault: late });
    const client = new OpenAI({ baseURL: `${world.server.url}/v1`, apiKey: world.readersKey, maxRetries: 0 });

    const stream = await client.chat.completions.create({
      model: chat.model,
      messages: [{ role: "user", content: "hello" }],
      stream: true,
    });
    let text = "";
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";

    expect(text).toBe("Hello, wörld");
  });

  test.each([
    ["before its first byte", "hang-before-headers", "sent nothing for 1 s"],
    ["in the middle", "hang-mid-stream", "fell silent for 1 s in the middle"],
  ] as const)("[vector 13] %s for too long, the timer still fires and says which it was", async (...row) => {
    const [, kind, words] = row;
    world[provider].faults.set({ fault: { kind } });

    const { status, text } = await postChat(world, chat);

    const last = text.trimEnd().split("\n\n").at(-1)?.slice("data: ".length) ?? "";
    expect(status).toBe(200);
    expect(countOf(text)).toBeGreaterThanOrEqual(2);
    expect(text).not.toContain("[DONE]");
    expect(JSON.parse(last)).toMatchObject({ error: { code: "upstream_timeout" } });
    expect(last).toContain(words);
  });

  test("[vector 11] a caller that leaves closes the upstream call", async () => {
    world[provider].faults.set({ fault: { kind: "hang-before-headers" } });
    const arrival = world[provider].journal.next(({ method }) => method === "POST");
    const caller = new AbortController();
    const response = await fetch(`${world.server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.readersKey}`, "content-type": "application/json" },
      body: JSON.stringify({ ...chat, messages: [{ role: "user", content: "hello" }] }),
      signal: caller.signal,
    });
    const entry = await arrival;

    caller.abort();

    expect(response.status).toBe(200);
    expect((await world[provider].journal.whenClosed(entry)).closedByClientAt).toBeDefined();
  });

  test("an answer that is not streamed keeps its status", async () => {
    world[provider].faults.set({ fault: { kind: "hang-before-headers" } });

    expect(await postChat(world, { model: chat.model })).toMatchObject({ status: 504 });
  });
});
