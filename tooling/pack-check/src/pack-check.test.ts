import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
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
import { hundredProcedures } from "./hundred-procedures.ts";
import { findMissingPrograms, findNode } from "./programs-on-path.ts";
import { listPublished, packInto, repositoryRoot } from "./published-packages.ts";
import { readExample } from "./readme-example.ts";
import { renamed } from "./renamed.ts";
import { runProgram } from "./run-program.ts";
import { startCorral, type RunningCorral } from "./start-corral.ts";

const published = listPublished();
const judges = join(import.meta.dirname, "../node_modules/.bin");
const compiler = join(repositoryRoot, "node_modules/.bin/tsc");
const setUpMs = 400_000;
const judgeMs = 180_000;

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
let corral: RunningCorral;

beforeAll(async () => {
  if (missing.length > 0) return;
  tarballs = await mkdtemp(join(tmpdir(), "corral-packs-"));
  ollama = await startSimulatedOllama();
  openai = await startSimulatedOpenAI({ apiKey: key, models: ["gpt-5-mini", "sim-embed"] });
  corral = await startCorral({ openai: openai.baseUrl, key });
  await packInto(tarballs, published);
  consumer = await createConsumer(tarballs, published);
  for (const { folder, replacements } of examples()) {
    const readme = join(consumer.folder, "node_modules/@corral", folder, "README.md");
    await consumer.write(`${folder}-example.ts`, readExample(readme, replacements));
  }
  await consumer.run(compiler, ["-p", "tsconfig.nodenext.json", "--noCheck"]);
  await consumer.run(compiler, ["-p", "tsconfig.client.json", "--noCheck"]);
}, setUpMs);

afterAll(async () => {
  await Promise.all([
    consumer?.[Symbol.asyncDispose](),
    ollama?.[Symbol.asyncDispose](),
    openai?.[Symbol.asyncDispose](),
    corral?.[Symbol.asyncDispose](),
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
    {
      folder: "client",
      replacements: { "http://127.0.0.1:8420": corral?.url ?? "", "sk-…": corral?.apiKey ?? "" },
      prints: "blue?",
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

  it.each(published)("$name declares no any", ({ name }) => {
    const folder = join(consumer.folder, "node_modules", name, "dist");
    const declarations = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".d.ts"),
    );

    const loose = declarations.filter((file) => saysAny(readFileSync(join(folder, file), "utf8")));

    expect(declarations.length).toBeGreaterThan(3);
    expect(loose).toEqual([]);
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

describe.skipIf(missing.length > 0)("the client outside the workspace", () => {
  // tRPC's own name Node's http, and `ws`, which nobody here has
  it("has declarations without a fault, those of its packages included", { timeout: judgeMs }, async () => {
    const outcome = consumer.run(compiler, ["-p", "tsconfig.client.json", "--noEmit"]);

    const found = await outcome.catch((error: Error) => error.message);
    expect(
      found.split("\n").filter((line) => /error TS/u.test(line) && !line.startsWith("node_modules/@trpc/")),
    ).toEqual([]);
  });

  it(
    "types every call by the declarations alone as it does in the workspace",
    { timeout: judgeMs },
    async () => {
      const own = readFileSync(join(repositoryRoot, "packages/client/test/types.test-d.ts"), "utf8");
      await consumer.write("wrong.ts", own.replace('"../src/index.ts"', '"@corral/client"'));

      const outcome = consumer.run(compiler, ["-p", "tsconfig.wrong.json", "--noEmit"]);

      await expect(outcome).resolves.toBe("");
      expect(own).toContain("noneTakesAny: IsSame<Loose<Procedures>, never> = true");
    },
  );

  it("is small, and has nothing of Node, of the server and of the schemas in it", async () => {
    const { code, gzipBytes, modules } = await bundle(
      consumer.folder,
      'export { CorralError, createCorralClient } from "@corral/client";',
      "iife",
    );

    process.stdout.write(
      `@corral/client alone: ${kilobytes(code.length)} minified, ${kilobytes(gzipBytes)} gzip\n`,
    );
    expect(modules.filter((file) => /^zod|^@corral\/(?!client\/)/u.test(file))).toEqual([]);
    expect(code).not.toMatch(/node:|\bprocess\.|\bBuffer\b|\brequire\(/u);
    expect(code.length).toBeLessThan(50_000);
    expect(gzipBytes).toBeLessThan(17_000);
  });

  it("leaves out of a bundle what is not used", async () => {
    const statement = 'export { CorralError } from "@corral/client";';

    const { code } = await bundle(consumer.folder, statement, "iife");

    expect(code.length).toBeLessThan(10_000);
  });

  it.each([
    ["a field that does not exist", 'corral.models.list.query({ serach: "x" })'],
    ["a wrong type", 'corral.models.update.mutate({ id: "x", revision: "1" })'],
    ["a procedure that does not exist", "corral.models.lsit.query({})"],
    ["a query called as a write", "corral.models.list.mutate({})"],
    ["a field of an answer that does not exist", "(await corral.models.list.query({})).rowz"],
  ])("does not compile %s", { timeout: judgeMs }, async (_, code) => {
    await consumer.write("wrong.ts", `${clientLines}export const wrong = ${code};\n`);

    const outcome = consumer.run(compiler, ["-p", "tsconfig.wrong.json", "--noEmit"]);

    await expect(outcome).rejects.toThrow(/wrong\.ts\(\d+,\d+\): error TS/u);
  });

  it("does not compile any more when a field is renamed in the domain", { timeout: judgeMs }, async () => {
    await consumer.write(
      "wrong.ts",
      `${clientLines}export const name = (await corral.models.list.query({})).rows[0]?.capabilities;\n`,
    );
    const check = () => consumer.run(compiler, ["-p", "tsconfig.wrong.json", "--noEmit"]);
    await expect(check()).resolves.toBe("");

    using _ = renamed(join(consumer.folder, "node_modules/@corral"), "capabilities", "abilities");

    await expect(check()).rejects.toThrow(/Property 'capabilities' does not exist/u);
  });
});

describe.skipIf(missing.length > 0)("the types of a hundred procedures", () => {
  it("cost a consumer's compiler little more than types written by hand", { timeout: judgeMs }, async () => {
    const strict = ["--ignoreConfig", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", ""];
    const lib = ["--lib", "es2024,dom,dom.asynciterable,esnext.disposable"];
    for (const [file, text] of Object.entries(hundredProcedures)) await consumer.write(file, text);
    const sources = ["schemas.ts", "router.ts", "by-hand.ts"];
    const emit = ["--declaration", "--emitDeclarationOnly", "--outDir", "types"];
    await consumer.run(compiler, [...strict, ...lib, ...emit, ...sources]);
    const count = async (file: string): Promise<number> => {
      const told = await consumer.run(compiler, [
        ...strict,
        ...lib,
        "--noEmit",
        "--extendedDiagnostics",
        file,
      ]);
      return Number(/^Instantiations:\s+(\d+)$/mu.exec(told)?.[1]);
    };

    const [byRouter, byHand] = [await count("use-router.ts"), await count("use-by-hand.ts")];

    process.stdout.write(`Instantiations: ${byRouter} of the router, ${byHand} by hand\n`);
    expect(byHand).toBeGreaterThan(10_000);
    expect(byRouter / byHand).toBeLessThanOrEqual(1.5);
    // Signatures that nothing is derived from would cost none at all, so each call has a bound of its own as well.
    expect(byRouter / 100).toBeLessThanOrEqual(200);
  });
});

const clientLines = `import { createCorralClient } from "@corral/client";
const corral = createCorralClient({ url: "http://127.0.0.1:8420" });
`;

it("finds the programs that it runs", ({ skip }) => {
  skip(missing.length > 0, `no ${missing.join(" and no ")} on the path: run pnpm pack:check`);

  expect(missing).toEqual([]);
});

/** Outside of comments and texts. */
function saysAny(declarations: string): boolean {
  return /\bany\b/u.test(declarations.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\]|\\.)*"/gu, ""));
}

it.each([
  ["export type A = any;", true],
  ["export declare function f<T = any>(): T;", true],
  ['/** any */ export type A = "any" | many; // any', false],
])("sees whether %j says any: %s", (declarations, expected) => {
  expect(saysAny(declarations)).toBe(expected);
});

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
