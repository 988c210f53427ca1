import { describe, expect, test } from "vitest";
import { createLogger } from "../src/create-logger.ts";
import { redactText } from "../src/redact-text.ts";

const secret = "canary-0123456789abcdef";

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger("info", false, { write: (line) => void lines.push(line) }));
  return lines.join("");
}

describe("[LOG-1] a log line has no credential", () => {
  test.for([
    ["a header", { headers: { authorization: `Bearer ${secret}`, cookie: `sid=${secret}` } }],
    ["a header that was set", { headers: { "set-cookie": `sid=${secret}`, "x-api-key": secret } }],
    ["a field", { request: { password: secret, token: secret, key: secret, apiKey: secret } }],
    ["an error's message", { err: new Error(`GET https://api.example.com/v1?api_key=${secret} failed`) }],
    [
      "an error's cause",
      { err: new Error("failed", { cause: new Error(`authorization: Bearer ${secret}`) }) },
    ],
    [
      "the cause of a cause",
      {
        err: new Error("one", {
          cause: new Error("two", { cause: new Error(`connect to postgres://corral:${secret}@db/corral`) }),
        }),
      },
    ],
    [
      "an error's own field",
      { err: Object.assign(new Error("failed"), { url: `http://ada:${secret}@host/` }) },
    ],
    ["a text in quotes", { reason: `{"x-api-key":"${secret}","code":1}` }],
    ["a key of ours", { reason: `Incorrect API key provided: sk-${secret}` }],
    ["an address with a token", { url: `/callback?state=1&code=${secret}&session=2` }],
  ] as const)("in %s", ([, fields]) => {
    const line = logged((logger) => logger.error(fields, `failed with Bearer ${secret}`));

    expect(line).not.toContain(secret);
    expect(line).toContain("[redacted]");
    // still one line that a machine can read
    expect(JSON.parse(line)).toMatchObject({ level: 50 });
  });
});

test("what is no credential is left as it is", () => {
  const text =
    '{"msg":"model sk-learn/tiny at http://127.0.0.1:11434/api/tags?page=2, token count: 12, key id 1a2b3c4d"}';

  expect(redactText(text)).toBe(text);
});
