import type { JsonObject } from "@corral/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toOllamaChat } from "../to-ollama-chat.ts";
import { toOllamaGenerate } from "../to-ollama-generate.ts";
import { fromOllamaChat } from "./from-ollama-chat.ts";
import { fromOllamaGenerate } from "./from-ollama-generate.ts";

const images = fc.constantFrom("iVBORw0KGgoAAAANSUhEUg==", "/9j/4AAQSkZJRg==", "UklGRiQAAABXQVZFZm10IA==");
const values = fc.dictionary(
  fc.stringMatching(/^[a-z_]{1,8}$/u),
  fc.oneof(fc.string(), fc.integer(), fc.boolean()),
);
const name = fc.constantFrom("look_up", "now", "a-b.c");
const optional = { requiredKeys: [] };

const user = fc.record(
  {
    role: fc.constant("user"),
    content: fc.string({ minLength: 1 }),
    images: fc.array(images, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ["role", "content"] },
);
const system = fc.record({ role: fc.constant("system"), content: fc.string() });
const said = fc.record(
  { role: fc.constant("assistant"), content: fc.string(), thinking: fc.string({ minLength: 1 }) },
  { requiredKeys: ["role", "content"] },
);
/** Calls of some tools, and the result of each. */
const toolTurn = fc
  .array(fc.tuple(name, values, fc.string()), { minLength: 1, maxLength: 3 })
  .map((calls) => [
    {
      role: "assistant",
      content: "",
      tool_calls: calls.map(([name, args], index) => ({ function: { index, name, arguments: args } })),
    },
    ...calls.map(([tool_name, , content]) => ({ role: "tool", content, tool_name })),
  ]);
const messages = fc
  .tuple(
    user,
    fc.array(
      fc.oneof(
        fc.oneof(user, system, said).map((message) => [message]),
        toolTurn,
      ),
      { maxLength: 5 },
    ),
  )
  .map(([first, rest]) => [first, ...rest.flat()]);

const call = {
  stream: fc.constant(true),
  format: fc.oneof(
    fc.constant("json"),
    values.map((properties) => ({ type: "object", ...properties })),
  ),
  think: fc.constantFrom(false, "low", "medium", "high", "max"),
  keep_alive: fc.constantFrom("5m", "1h30m", 300, -1, 0),
  truncate: fc.boolean(),
  options: fc.record(
    {
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      top_k: fc.integer({ min: 0, max: 100 }),
      num_predict: fc.integer({ min: 1, max: 1000 }),
      num_ctx: fc.integer({ min: 4, max: 100_000 }),
      seed: fc.maxSafeInteger(),
      stop: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 16 }),
      use_mmap: fc.boolean(),
      repeat_penalty: fc.double({ min: 0, max: 3, noNaN: true }),
    },
    optional,
  ),
};
const tools = fc.array(
  name.map((name) => ({
    type: "function",
    function: { name, description: "d", parameters: { type: "object" } },
  })),
  { minLength: 1, maxLength: 3 },
);

/** The same request without what may change on the way: ids that were made up, and options that are empty. */
function meaningOf(body: object): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) =>
      key === "id" || key === "tool_call_id" || (key === "options" && Object.keys(Object(value)).length === 0)
        ? undefined
        : value,
    ),
  );
}

function chatAgain(body: object): JsonObject {
  const read = fromOllamaChat(body);
  if (read.kind !== "chat") throw new Error("no chat");
  return toOllamaChat(read).body;
}

test("a chat that was read and is sent on means the same", () => {
  fc.assert(
    fc.property(
      fc.record(
        { model: fc.constant("m"), messages, tools, ...call },
        { requiredKeys: ["model", "messages", "stream"] },
      ),
      (body) => {
        const again = chatAgain(body);

        expect(meaningOf(again)).toEqual(meaningOf(body));
        expect(chatAgain(again)).toEqual(again);
      },
    ),
    { numRuns: 300 },
  );
});

test("so does a prompt", () => {
  const prompt = fc.record(
    {
      model: fc.constant("m"),
      prompt: fc.string({ minLength: 1 }),
      suffix: fc.string({ minLength: 1 }),
      system: fc.string({ minLength: 1 }),
      raw: fc.constant(true),
      images: fc.array(fc.constant("iVBORw0KGgoAAAANSUhEUg=="), { minLength: 1, maxLength: 2 }),
      context: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      ...call,
    },
    { requiredKeys: ["model", "prompt", "stream"] },
  );
  fc.assert(
    fc.property(prompt, (body) => {
      const read = fromOllamaGenerate(body);
      if (read.kind !== "generate") throw new Error("no prompt");

      expect(meaningOf(toOllamaGenerate(read).body)).toEqual(meaningOf(body));
    }),
    { numRuns: 300 },
  );
});
