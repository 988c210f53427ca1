import type { ChatStreamPart, JsonObject, ProviderChatRequest } from "@corral/core";
import { asArray, asObject, asText } from "@corral/provider-kit";
import { inOnePiece, serveInProcess } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { chunk, completion, ending, events } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";
import type { ThinkTags } from "./think-tag-splitter.ts";

const options = { signal: new AbortController().signal };
const request: ProviderChatRequest = { model: "m", messages: [{ role: "user", content: "Hi" }], params: {} };

async function providerOn(thinkTags: ThinkTags, body: string) {
  const { transport } = await serveInProcess(() => ({ body }), inOnePiece);
  return createOpenAIProvider({ baseUrl: "http://upstream.test", transport, thinkTags });
}

async function read(
  thinkTags: ThinkTags,
  pieces: readonly string[],
  wish: Partial<ProviderChatRequest> = {},
) {
  const body = events(...pieces.map((content) => chunk({ content })), ...ending("stop"));
  const provider = await providerOn(thinkTags, body);
  const parts: ChatStreamPart[] = [];
  for await (const batch of (await provider.streamChat({ ...request, ...wish }, options)).batches)
    parts.push(...batch);
  return parts;
}

const join = (parts: readonly ChatStreamPart[], type: "text-delta" | "reasoning-delta") =>
  parts.map((part) => (part.type === type ? part.text : "")).join("");

/** What a client of OpenAI's dialect puts together. */
function joinRaw(parts: readonly ChatStreamPart[], name: string): string {
  const deltas = parts.flatMap((part) =>
    part.type === "raw" ? asArray(part.chunk["choices"]).map((choice) => asObject(choice)?.["delta"]) : [],
  );
  return deltas.map((delta) => asText(asObject(delta)?.[name]) ?? "").join("");
}

describe("[vector 14] reasoning between tags in the text", () => {
  const whole = "<think>if a < b</think>\n\nThe <b>answer</b>";
  const halves = Array.from({ length: whole.length + 1 }, (_, at) => [whole.slice(0, at), whole.slice(at)]);

  test("is split off wherever the pieces end", async () => {
    for (const pieces of [[whole], whole.split(""), ...halves]) {
      const parts = await read("pair", pieces);

      expect([join(parts, "reasoning-delta"), join(parts, "text-delta")]).toEqual([
        "if a < b",
        "The <b>answer</b>",
      ]);
    }
  });

  test.each<[string, ThinkTags, string[], string, string]>([
    [
      "the opening tag was printed by the template",
      "closing",
      ["if", " a</thi", "nk>", "\n", "B"],
      "if a",
      "B",
    ],
    ["it came although the template prints it", "closing", ["<think>a</think>B"], "a", "B"],
    ["there is none", "pair", ["A", "B"], "", "AB"],
    ["white space comes first", "pair", ["\n", "<think>a</think>B"], "a", "B"],
    ["a tag stands later in the text", "pair", ["A <think>b</think>"], "", "A <think>b</think>"],
    ["it begins like a tag and is none", "pair", ["<thi", "s"], "", "<this"],
    ["it ends as if a tag began", "pair", ["<th"], "", "<th"],
    ["the closing tag never comes", "pair", ["<think>a</thi"], "a</thi", ""],
    ["a second one follows the first", "pair", ["<think>a</think>B</think>"], "a", "B</think>"],
  ])("%s", async (...[, mode, pieces, reasoning, text]) => {
    const parts = await read(mode, pieces);

    expect([join(parts, "reasoning-delta"), join(parts, "text-delta")]).toEqual([reasoning, text]);
  });

  test("is split off in OpenAI's dialect as well, streamed and whole", async () => {
    const parts = await read("pair", whole.split(""), { prefer: "openai" });
    const provider = await providerOn("pair", completion({ content: whole }, "stop"));
    const { completion: answer } = await provider.chat({ ...request, prefer: "openai" }, options);

    expect([joinRaw(parts, "reasoning_content"), joinRaw(parts, "content")]).toEqual([
      "if a < b",
      "The <b>answer</b>",
    ]);
    expect(answer.choices).toMatchObject([{ reasoning: "if a < b", text: "The <b>answer</b>" }]);
    expect((answer.raw as JsonObject)["choices"]).toMatchObject([
      { message: { reasoning_content: "if a < b", content: "The <b>answer</b>" } },
    ]);
  });

  test("stays text where no setting speaks of tags", async () => {
    const { transport } = await serveInProcess(
      () => ({ body: events(chunk({ content: whole }), ...ending("stop")) }),
      inOnePiece,
    );
    const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });

    const { completion: answer } = await provider.chat(request, options);

    expect(answer.choices).toMatchObject([{ text: whole, reasoning: "" }]);
  });
});
