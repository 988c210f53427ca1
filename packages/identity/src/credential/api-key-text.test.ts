import { expect, test } from "vitest";
import { createApiKeyText, isApiKeyText, maskApiKey } from "./api-key-text.ts";
import { toBase62 } from "./base62.ts";
import { createSessionToken, isSessionToken } from "./session-token.ts";

test("keys and tokens are long, random and never taken for each other", () => {
  const keys = Array.from({ length: 200 }, createApiKeyText);
  const tokens = Array.from({ length: 200 }, createSessionToken);

  expect(new Set([...keys, ...tokens]).size).toBe(400);
  for (const key of keys) expect([isApiKeyText(key), isSessionToken(key)]).toEqual([true, false]);
  for (const token of tokens) expect([isApiKeyText(token), isSessionToken(token)]).toEqual([false, true]);
});

test("KEY-5: no key survives the change of a character", () => {
  const key = createApiKeyText();

  for (let index = 0; index < key.length; index += 1) {
    const other = key.charAt(index) === "0" ? "1" : "0";
    expect(isApiKeyText(key.slice(0, index) + other + key.slice(index + 1))).toBe(false);
  }
  for (const text of ["", "sk-", key.slice(1), `${key}0`, ` ${key}`, `${key}\n`])
    expect(isApiKeyText(text)).toBe(false);
});

test("a masked key shows six of its characters", () => {
  const key = createApiKeyText();

  expect(maskApiKey(key)).toBe(`sk-${key.slice(3, 7)}…${key.slice(-2)}`);
});

test("256 bits always fill 43 digits", () => {
  expect(toBase62(0n, 43)).toBe("0".repeat(43));
  expect(toBase62(2n ** 256n - 1n, 43)).toHaveLength(43);
  expect(toBase62(61n, 1) + toBase62(62n, 2)).toBe("z10");
});
