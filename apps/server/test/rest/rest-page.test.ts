import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createRestMounts } from "../../src/http/rest/rest-mounts.ts";
import { startRecordsWorld } from "../support/records-world.ts";

const page = new URL("../../../../docs/rest.md", import.meta.url);
const run = promisify(execFile);
const separator = "=== next command ===";

test("every command of docs/rest.md does what the page says", { timeout: 60_000 }, async () => {
  await using world = await startRecordsWorld();
  const folder = await mkdtemp(join(tmpdir(), "rest-page-"));
  const text = await readFile(page, "utf8");
  const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].map((match) => match[1] ?? "");
  const script = commands.join(`\nprintf '\\n${separator}\\n'\n`);

  const { stdout, stderr } = await run("bash", ["--norc", "-euo", "pipefail", "-c", script], {
    cwd: folder,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", CORRAL: world.server.url, TOKEN: world.ada.token },
  });
  await rm(folder, { recursive: true });

  const [created, shared, read, moved, missing, arrays] = stdout
    .split(separator)
    .map((output) => output.trim());
  expect(stderr).toBe("");
  expect(created).toContain('"access_control":{}');
  expect(shared).toContain('"access_control":null');
  expect(read).toMatch(/"total":1.*"system":"You help \{\{USER_NAME\}\}\."/su);
  expect(moved).toMatch(/"is_active":false.*true\{"applied":true.*"created":1/su);
  expect(missing).toMatch(/"code":"model_not_found".*404$/su);
  expect(arrays).toMatch(/"OPENAI_API_KEYS":\["corral-key:.*"data":\[\{"id":"gpt-4o"/su);
});

test("docs/rest.md names every route", async () => {
  const text = await readFile(page, "utf8");
  const named = new Set([...text.matchAll(/`([^`]*)`/gu)].map(([, code = ""]) => code.split("?")[0]));

  const missing = createRestMounts().flatMap(({ prefix, routes }) =>
    routes.flatMap(({ path }) =>
      named.has(path) || named.has(`${prefix}${path}`) ? [] : [`${prefix}${path}`],
    ),
  );

  expect(missing).toStrictEqual([]);
});
