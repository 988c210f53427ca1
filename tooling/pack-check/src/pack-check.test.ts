import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  startSimulatedOllama,
  startSimulatedOpenAI,
  type SimulatedOllama,
  type SimulatedOpenAI,
} from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bundle } from "./bundle.ts";
import { createConsumer, type Consumer } from "./create-consumer.ts";
import { findMissingPrograms, findNode } from "./programs-on-path.ts";
import { listPublished, packInto, repositoryRoot } from "./published-packages.ts";
import { readExample } from "./readme-example.ts";
import { runProgram } from "./run-program.ts";

const published = listPublished();
/** What other services install; `api` is for this repository's own clients. */
const libraries = published.filter(({ name }) => name !== "@corral/api");
const judges = join(import.meta.dirname, "../node_modules/.bin");
const compiler = join(repositoryRoot, "node_modules/.bin/tsc");
const setUpMs = 180_000;
const judgeMs = 60_000;

const missing = findMissingPrograms();
const node20 = findNode(20);
/** This workspace's own, and the oldest that the packages are made for. */
const nodes = [
  { version: "Node 24", node: process.execPath },
  { version: "Node 20", node: node20 },
];

const key = "sk-of-the-consumer";
let tarballs: string;
let consumer: Consumer;
let ollama: SimulatedOllama;
let openai: SimulatedOpenAI;

beforeAll(async () => {
  if (missing.length > 0) return;
  tarballs = await mkdtemp(join(tmpdir(), "corral-packs-"));
  ollama = await startSimulatedOllama();
  openai = await startSimulatedOpenAI({ apiKey: key, models: ["gpt-5-mini", "sim-embed"] });
  await packInto(tarballs, published);
  consumer = await createConsumer(tarballs, libraries);
  for (const { folder, replacements } of examples()) {
    const readme = join(consumer.folder, "node_modules/@corral", folder, "README.md");
    await consumer.write(`${folder}-example.ts`, readExample(readme, replacements));
  }
  await consumer.run(compiler, ["-p", "tsconfig.nodenext.json", "--noCheck"]);
}, setUpMs);

afterAll(async () => {
  await Promise.all([
    consumer?.[Symbol.asyncDispose](),
    ollama?.[Symbol.asyncDispose](),
    openai?.[Symbol.asyncDispose](),
    tarballs && rm(tarballs, { recursive: true, force: true }),
  ]);
});

/** The README examples, with the addresses that the reader would replace. */
function examples() {
  const ours = { ollama: ollama?.url ?? "", openai: openai?.baseUrl ?? "" };
  return [
    { folder: "access-control", replacements: {}, prints: "" },
    { folder: "core", replacements: {}, prints: "[redacted] upstream_rate_limited 429 1500" },
    {
      folder: "provider-kit",
      replacements: { "http://127.0.0.1:8000/v1": ours.openai, "sk-…": key },
      prints: "[DONE]",
    },
    {
      folder: "provider-ollama",
      replacements: { "http://127.0.0.1:11434": ours.ollama },
      prints: "You said: Why is the sky blue?",
    },
    {
      folder: "provider-openai",
      replacements: { "https://api.openai.com/v1": ours.openai },
      prints: "You said: Why is the sky blue?",
    },
  ];
}

describe.skipIf(missing.length > 0)("a packed package", () => {
  it.each(published)("$name is without fault to publint", { timeout: judgeMs }, async ({ tarball }) => {
    const file = join(tarballs, tarball);

    const verdict = await runProgram(join(judges, "publint"), ["run", file, "--strict"], { cwd: tarballs });

    expect(verdict).toContain("All good!");
  });

  // Our packages are ES modules alone, which Node 20.19 and later can require().
  it.each(published)(
    "$name has types that every resolution finds",
    { timeout: judgeMs },
    async ({ tarball }) => {
      const args = [join(tarballs, tarball), "--profile", "esm-only", "--format", "json"];

      const report = await runProgram(join(judges, "attw"), args, { cwd: tarballs });

      expect(JSON.parse(report)).toMatchObject({ analysis: { types: { kind: "included" } } });
    },
  );

  it.each(published)("$name carries its license, its README and its sources, and no test", ({ tarball }) => {
    const files = execFileSync("tar", ["-tzf", join(tarballs, tarball)], { encoding: "utf8" }).split("\n");

    expect(files).toEqual(
      expect.arrayContaining(["package/LICENSE", "package/README.md", "package/src/index.ts"]),
    );
    expect(files.filter((file) => /\.test\b|__fixtures__|\.test-d\b/u.test(file))).toEqual([]);
  });
});

describe.skipIf(missing.length > 0)("a project outside the workspace", () => {
  it.each(["nodenext", "bundler"])(
    "type-checks strictly, declarations of the packages included, under %s",
    { timeout: judgeMs },
    async (resolution) => {
      await expect(consumer.run(compiler, ["-p", `tsconfig.${resolution}.json`, "--noEmit"])).resolves.toBe(
        "",
      );
    },
  );

  describe.each(nodes)("on $version", ({ version, node }) => {
    const run = (file: string, ...args: string[]): Promise<string> =>
      consumer.run(node ?? "", [join("out", file), ...args], { OPENAI_API_KEY: key });

    it("streams from both providers", async ({ skip }) => {
      skip(node === undefined, `no ${version} on the path`);
      const said = { text: "You said: Hello, wörld 🐎", finish: "stop", vectors: 2 };

      const answers = await run("stream-from-both.js", ollama.url, openai.baseUrl, key);

      expect(JSON.parse(answers)).toEqual({ ollama: said, openai: said, failure: "upstream_unauthorized" });
    });

    it.for(examples())("runs the example of the README of $folder", async ({ folder, prints }, { skip }) => {
      skip(node === undefined, `no ${version} on the path`);

      expect(await run(`${folder}-example.js`)).toContain(prints);
    });

    it("imports without reading the environment, adding globals, or starting anything", async ({ skip }) => {
      skip(node === undefined, `no ${version} on the path`);

      const seen = JSON.parse(await run("import-quietly.js"));

      expect(seen).toEqual({ read: [], requested: [], globals: [], listeners: [], started: [] });
    });
  });

  it("uses undici where it is installed", async () => {
    const answer = await consumer.run(process.execPath, ["out/by-undici.js", ollama.url]);

    expect(answer).toBe("You said: Hello");
  });

  it.each([
    ["provider-ollama", "createOllamaProvider"],
    ["provider-openai", "createOpenAIProvider"],
  ])("bundles %s without the catalog, the services and undici", async (name, factory) => {
    const { code, gzipBytes, modules } = await bundle(
      consumer.folder,
      `export { ${factory} } from "@corral/${name}";`,
    );

    process.stdout.write(
      `@corral/${name} alone: ${kilobytes(code.length)} minified, ${kilobytes(gzipBytes)} gzip\n`,
    );
    expect(
      modules.filter((file) => /undici|core\/dist\/(?:catalog|identity|database|events)\//u.test(file)),
    ).toEqual([]);
    // Younger than Node 20, as the types of ES2024 and the DOM would let through.
    expect(code).not.toMatch(/Promise\.withResolvers|\.groupBy\(|\.transfer\(|URL\.parse\(|Promise\.try/u);
  });
});

it("finds the programs that it runs", ({ skip }) => {
  skip(missing.length > 0, `no ${missing.join(" and no ")} on the path: run pnpm pack:check`);

  expect(missing).toEqual([]);
});

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
