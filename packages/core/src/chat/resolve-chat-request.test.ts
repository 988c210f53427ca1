import { describe, expect, test } from "vitest";
import { chatRequestSchema, type ChatRequest } from "./chat-request.ts";
import { expandPromptVariables } from "./prompt-variables.ts";
import { resolveChatRequest, type ChatResolution, type RecordConfig } from "./resolve-chat-request.ts";

const variables = {
  userName: "Ada",
  userId: "u-1",
  now: new Date("2026-03-04T23:30:00Z"),
  timeZone: "Europe/Berlin",
  language: "de",
};

const aConfig = (config: Partial<RecordConfig>): RecordConfig => ({
  uid: "r",
  params: {},
  paramModes: {},
  capabilities: {},
  ...config,
});

const aResolution = (resolution: Partial<ChatResolution>): ChatResolution => ({
  upstreamId: "llama3.2:latest",
  facts: {},
  connectionParams: {},
  records: [],
  variables,
  ...resolution,
});

const aRequest = (request: object): ChatRequest =>
  chatRequestSchema.parse({ model: "bot", messages: [{ role: "user", content: "hi" }], ...request });

describe("the system prompt", () => {
  test("of the nearest record comes first and the caller's own follows", () => {
    const request = aRequest({
      messages: [
        { role: "system", content: "mine" },
        { role: "user", content: "hi" },
      ],
    });
    const records = [aConfig({ params: { system: "near" } }), aConfig({ params: { system: "far" } })];

    const resolved = resolveChatRequest(request, aResolution({ records }));

    expect(resolved.request.messages.map((message) => message.content)).toStrictEqual(["near", "mine", "hi"]);
    expect(resolved.request.params).not.toHaveProperty("system");
  });

  test("of the caller is dropped with a note where a record fixes its own", () => {
    const request = aRequest({
      messages: [
        { role: "developer", content: "mine" },
        { role: "user", content: "hi" },
      ],
    });
    const records = [aConfig({ params: { system: "ours" }, paramModes: { system: "fixed" } })];

    const resolved = resolveChatRequest(request, aResolution({ records }));

    expect(resolved.request.messages.map((message) => message.content)).toStrictEqual(["ours", "hi"]);
    expect(resolved.notes).toMatchObject([{ param: "system", action: "dropped" }]);
  });

  test("of a fixed base beats that of a custom model above it", () => {
    const records = [
      aConfig({ params: { system: "above" } }),
      aConfig({ params: { system: "below" }, paramModes: { system: "fixed" } }),
    ];

    const resolved = resolveChatRequest(aRequest({}), aResolution({ records }));

    expect(resolved.request.messages[0]?.content).toBe("below");
  });

  test("[TPL-1] has its variables filled in, literally and once", () => {
    const text =
      "{{USER_NAME}} {{CURRENT_DATE}} {{CURRENT_TIME}} {{CURRENT_WEEKDAY}} {{CURRENT_TIMEZONE}} {{UNKNOWN}} ${7*7}";

    expect(expandPromptVariables(text, variables)).toBe(
      "Ada 2026-03-05 00:30:00 Thursday Europe/Berlin {{UNKNOWN}} ${7*7}",
    );
    expect(expandPromptVariables("{{USER_NAME}}", { ...variables, userName: "{{USER_ID}}" })).toBe(
      "{{USER_ID}}",
    );
  });
});

describe("capabilities", () => {
  const image = {
    messages: [
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA" } }] },
    ],
  };
  const tools = { tools: [{ type: "function", function: { name: "f" } }] };

  test.each([
    [
      "images where vision is declared off",
      image,
      { records: [aConfig({ capabilities: { vision: false } })] },
      "messages",
    ],
    [
      "images where the provider says that the model lacks vision",
      image,
      { facts: { capabilities: ["completion" as const], lacks: ["vision" as const] } },
      "messages",
    ],
    [
      "tools where the provider says that the model lacks them",
      tools,
      { facts: { lacks: ["tools" as const] } },
      "tools",
    ],
    [
      "tools where they are declared off",
      tools,
      { records: [aConfig({ capabilities: { tools: false } })] },
      "tools",
    ],
  ])("refuse %s", (...[, fields, resolution, param]) => {
    const call = () => resolveChatRequest(aRequest(fields), aResolution(resolution));

    expect(call).toThrow(expect.objectContaining({ code: "unsupported_feature", details: { param } }));
  });

  test("that nobody knows refuse nothing, nor does a partial list; a person's word beats the provider's", () => {
    const declared = {
      facts: { capabilities: ["completion" as const], lacks: ["vision" as const] },
      records: [aConfig({ capabilities: { vision: true } })],
    };
    const partial = { facts: { capabilities: ["completion" as const] } };

    expect(() => resolveChatRequest(aRequest(image), aResolution({}))).not.toThrow();
    expect(() => resolveChatRequest(aRequest(image), aResolution(declared))).not.toThrow();
    expect(() => resolveChatRequest(aRequest({ ...image, ...tools }), aResolution(partial))).not.toThrow();
  });
});

test("params are merged from the connection up to the request", () => {
  const records = [
    aConfig({ uid: "custom", params: { temperature: 0.5 } }),
    aConfig({ uid: "base", params: { temperature: 0.1, top_p: 0.9 } }),
  ];

  const resolved = resolveChatRequest(
    aRequest({ params: { seed: 3 } }),
    aResolution({ connectionParams: { num_ctx: 8192 }, records }),
  );

  expect(resolved.request.params).toStrictEqual({ num_ctx: 8192, temperature: 0.5, top_p: 0.9, seed: 3 });
});
