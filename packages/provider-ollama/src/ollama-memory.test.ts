import { expect, test } from "vitest";
import { OllamaMemory } from "./ollama-memory.ts";
import { parseOllamaVersion } from "./ollama-version.ts";

const hour = 60 * 60_000;

test("[vector 28] remembers a refusal for hours, for that model alone", () => {
  let now = 0;
  const memory = new OllamaMemory(() => now);

  memory.learnRefusal("a", "think");

  expect([...memory.serverFor("a").lacks]).toEqual(["think"]);
  expect([...memory.serverFor("b").lacks]).toEqual([]);
  now = 5 * hour;
  expect(memory.serverFor("a").lacks.size).toBe(1);
  now = 7 * hour;
  expect(memory.serverFor("a").lacks.size).toBe(0);
});

test("another version of the server begins anew, the same one does not", () => {
  const memory = new OllamaMemory();
  memory.learnVersion(parseOllamaVersion("0.21.0"));
  memory.learnRefusal("a", "thinkMax");

  memory.learnVersion(parseOllamaVersion("0.21.0"));
  const before = memory.serverFor("a");
  memory.learnVersion(parseOllamaVersion("0.22.0"));
  const after = memory.serverFor("a");

  expect([...before.lacks]).toEqual(["thinkMax"]);
  expect(after).toEqual({ version: parseOllamaVersion("0.22.0"), lacks: new Set() });
});

test("the first version that is heard undoes nothing", () => {
  const memory = new OllamaMemory();
  memory.learnRefusal("a", "think");

  memory.learnVersion(parseOllamaVersion("0.33.0"));

  expect([...memory.serverFor("a").lacks]).toEqual(["think"]);
});

test("a version that cannot be read counts as unknown", () => {
  const memory = new OllamaMemory();
  memory.learnVersion(parseOllamaVersion("0.5.5"));

  memory.learnVersion(undefined);

  expect(memory.serverFor("a")).toEqual({ version: undefined, lacks: new Set() });
});

test("a version is heard again after five minutes", () => {
  let now = 0;
  const memory = new OllamaMemory(() => now);
  const stale = [memory.isVersionStale];

  memory.learnVersion(parseOllamaVersion("0.33.0"));
  for (now of [1_000, 299_999, 300_000]) stale.push(memory.isVersionStale);

  expect(stale).toEqual([true, false, false, true]);
});

test("forgets the oldest of a thousand models", () => {
  const memory = new OllamaMemory();
  for (let at = 0; at <= 1_000; at += 1) memory.learnRefusal(`m${at}`, "logprobs");

  expect(memory.serverFor("m0").lacks.size).toBe(0);
  expect(memory.serverFor("m1").lacks.size).toBe(1);
  expect(memory.serverFor("m1000").lacks.size).toBe(1);
});
