import { describe, expect, test } from "vitest";
import {
  assertAllowedHost,
  formatOllamaName,
  isSameOllamaName,
  ollamaNameKey,
  parseOllamaName,
} from "./ollama-name.ts";

const canonical = (text: string) => formatOllamaName(parseOllamaName(text));
const registry = "registry.ollama.ai";
const long = (length: number) => "m".repeat(length);

describe("[vector 35] Ollama's names", () => {
  test.each([
    ["llama3.2", "llama3.2:latest"],
    ["llama3.2:latest", "llama3.2:latest"],
    ["Qwen3:8B", "Qwen3:8B"],
    ["library/llama3.2", "llama3.2:latest"],
    ["registry.ollama.ai/library/llama3.2:1b", "llama3.2:1b"],
    [`https://${registry}/library/llama3.2:1b`, "llama3.2:1b"],
    ["REGISTRY.ollama.ai/Library/m", "m:latest"],
    ["ann/mine", "ann/mine:latest"],
    ["registry.ollama.ai/ann/mine:x", "ann/mine:x"],
    ["hf.co/bartowski/Llama-3.2-1B-GGUF:Q4_K_M", "hf.co/bartowski/Llama-3.2-1B-GGUF:Q4_K_M"],
    ["hf.co/library/m", "hf.co/library/m:latest"],
    ["models.example:5000/ns/m", "models.example:5000/ns/m:latest"],
    ["models.example:5000/ns/m:7b", "models.example:5000/ns/m:7b"],
    ["  m  ", "m:latest"],
    ["_m:_t", "_m:_t"],
    [`${long(80)}:${long(80)}`, `${long(80)}:${long(80)}`],
  ])("%s is shown as %s", (text, shown) => {
    expect(canonical(text)).toBe(shown);
    expect(canonical(shown)).toBe(shown);
  });

  test.each([
    ["gpt-oss:cloud", "gpt-oss:cloud", "cloud"],
    ["gpt-oss:120b-cloud", "gpt-oss:120b-cloud", "cloud"],
    ["gpt-oss:120b:cloud", "gpt-oss:120b-cloud", "cloud"],
    ["gpt-oss:120b:CLOUD", "gpt-oss:120b-cloud", "cloud"],
    ["gpt-oss:latest:cloud", "gpt-oss:latest-cloud", "cloud"],
    ["gpt-oss:local", "gpt-oss:latest", "local"],
    ["gpt-oss:20b:local", "gpt-oss:20b", "local"],
    ["ann/mine:local", "ann/mine:latest", "local"],
    ["m:cloudy", "m:cloudy", undefined],
    ["cloud", "cloud:latest", undefined],
    ["local", "local:latest", undefined],
    ["m-cloud", "m-cloud:latest", undefined],
  ])("%s is %s, to run %s", (text, shown, source) => {
    expect(canonical(text)).toBe(shown);
    expect(parseOllamaName(text).source).toBe(source);
  });

  test.each(["m:cloud:local", "m:local:cloud", "m:8b-cloud:local", "m:cloud:cloud"])(
    "%s cannot be both here and there",
    (text) => {
      expect(() => parseOllamaName(text)).toThrow("use either :local or :cloud, not both");
    },
  );

  test.each([
    ["", "its model is empty"],
    [":tag", "its model is empty"],
    ["m:", "its tag is empty"],
    ["ns/", "its model is empty"],
    ["/m", "its namespace is empty"],
    ["h//m", "its namespace is empty"],
    ["-m", "its model"],
    ["m y", "its model"],
    ["mañana", "its model"],
    ["my.ns/m", "its namespace"],
    ["a/b/c/d", "its host"],
    ["../../etc/passwd", "its host"],
    ["..", "its model"],
    ["m:.x", "its tag"],
    ["m:a:b", "its model"],
    [long(81), "its model"],
    [`m:${long(81)}`, "its tag"],
    [`${long(81)}/m`, "its namespace"],
    ["http://evil.example/ns/m", "leave out http://"],
    ["ftp://evil.example/ns/m", "its host"],
    ["user@evil.example/ns/m", "its host"],
    ["m\n", ""],
    ["m\u0000", "its model"],
  ])("refuses %j", (text, problem) => {
    const read = () => parseOllamaName(text);

    if (problem === "") expect(read()).toMatchObject({ model: "m" });
    else expect(read).toThrow(expect.objectContaining({ code: "invalid_input" }));
    if (problem !== "") expect(read).toThrow(problem);
  });

  test("compares without regard to case, defaults and spelling", () => {
    const spellings = [
      "Llama3.2",
      "llama3.2:LATEST",
      "library/llama3.2",
      "registry.ollama.ai/library/llama3.2",
    ];

    for (const left of spellings) {
      for (const right of spellings) expect(isSameOllamaName(left, right)).toBe(true);
    }
    expect(ollamaNameKey(parseOllamaName("Ann/Mine:7B"))).toBe("ann/mine:7b");
    expect(isSameOllamaName("m", "m:1b")).toBe(false);
    expect(isSameOllamaName("m", "ann/m")).toBe(false);
    expect(isSameOllamaName("m", "m:local")).toBe(true);
    expect(isSameOllamaName("m:8b", "m:8b-cloud")).toBe(false);
  });
});

describe("[OLL-3] the registry's host", () => {
  test.each(["m", "ann/m", "registry.ollama.ai/ann/m", "HF.co/ann/m", "models.example:5000/ns/m"])(
    "lets %s pass",
    (text) => {
      expect(() => assertAllowedHost(parseOllamaName(text), ["hf.co", "models.example:5000"])).not.toThrow();
    },
  );

  test.each([
    "evil.example/ns/m",
    "hf.co.evil.example/ns/m",
    "models.example/ns/m",
    "models.example:5001/ns/m",
  ])("refuses %s, which nobody has allowed", (text) => {
    expect(() => assertAllowedHost(parseOllamaName(text), ["hf.co", "models.example:5000"])).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });

  test("allows Ollama's own registry alone unless told otherwise", () => {
    expect(() => assertAllowedHost(parseOllamaName("hf.co/ann/m"), [])).toThrow(
      "An administrator has to allow this registry first.",
    );
  });
});
