import { expect, test } from "vitest";
import { createYamlText } from "../src/document/yaml-text.ts";

/** Long enough for a thread of its own. */
const long = Array.from({ length: 20_000 }, (_, at) => `key-${at}: [1, { a: ${at} }]`).join("\n");

test("a long text is read as a short one is", async () => {
  const value = await createYamlText().parse(long);

  expect(value).toMatchObject({ "key-0": [1, { a: 0 }], "key-19999": [1, { a: 19_999 }] });
});

test.each([
  ["time", { ms: 1 }],
  ["memory", { mebibytes: 16 }],
])("a text that takes more %s than it may is refused, and the next one is read", async (_, allowance) => {
  const yaml = createYamlText(allowance);

  const refused = yaml.parse(long);
  const next = yaml.parse("corral: 1");

  await expect(refused).rejects.toMatchObject({ code: "payload_too_large" });
  expect(await next).toStrictEqual({ corral: 1 });
});
