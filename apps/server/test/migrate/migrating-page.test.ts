import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { buildDump } from "../support/open-webui-dump.ts";
import { signUpAdministrator } from "../support/people.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = new URL("../../../../docs/migrating.md", import.meta.url);
const bin = fileURLToPath(new URL("../../bin/corral.mjs", import.meta.url));
/** The same as of every other test that calls it. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/compile/", import.meta.url));
const run = promisify(execFile);

const data = {
  users: [
    { id: "u-ada", email: "ada@example.com" },
    { id: "u-zoe", email: "zoe@example.com" },
  ],
  groups: [{ id: "g-1", name: "Support", members: ["u-ada", "u-zoe"] }],
  models: [
    {
      id: "helper",
      name: "Helper",
      base_model_id: "llama3.2:latest",
      access: { read: { group_ids: ["g-1"] } },
    },
    { id: "qwen3:8b", name: "Qwen", access: null, params: { temperature: "0.7" } },
  ],
};

test("every command of docs/migrating.md does what the page says", { timeout: 400_000 }, async () => {
  await using resources = new AsyncDisposableStack();
  const ollama = await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] });
  resources.defer(() => ollama.stop());
  const server = resources.use(await startTestServer({ GROQ_API_KEY: "sk-groq" }));
  const folder = await mkdtemp(join(tmpdir(), "corral-migrating-"));
  resources.defer(() => rm(folder, { recursive: true }));
  const ada = await signUpAdministrator(server);
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Here",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const file = resources.use(await buildDump({ shape: "new", engine: "sqlite" }, data, folder));
  const database = resources.use(await buildDump({ shape: "old", engine: "postgres" }, data, folder));
  const text = await readFile(page, "utf8");
  await writeFile(join(folder, "webui.db"), await readFile(file.from));
  await writeFile(join(folder, "config.yaml"), litellm);
  for (const [, name = "", document = ""] of text.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/gu)) {
    await writeFile(join(folder, name), document.replace("http://127.0.0.1:11434", ollama.url));
  }
  await symlink(bin, join(folder, "corral"));
  const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].map((match) => match[1] ?? "");
  const env = {
    // as it is installed: its first line says which Node, and how
    PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`,
    NODE_COMPILE_CACHE,
    DATABASE_URL: server.databaseUrl,
    CORRAL_SECRET_KEY: server.secretKey,
    CORRAL_DATA_DIR: join(folder, "data"),
    CORRAL: server.url,
    KEY: ada.token,
    OPEN_WEBUI_DATABASE_URL: database.from,
    GROQ_API_KEY: "sk-groq",
  };
  const call = async (command: string | undefined) => {
    const ended = await run("bash", ["--norc", "-c", command ?? ""], { cwd: folder, env }).catch(
      (error) => error,
    );
    return { code: ended.code ?? 0, stdout: String(ended.stdout), stderr: String(ended.stderr) };
  };

  const planned = await call(commands[0]);
  const applied = await call(commands[1]);
  const written = await call(commands[2]);
  const replanned = await ada.trpc.documents.plan.mutate({
    text: await readFile(join(folder, "open-webui.yaml"), "utf8"),
  });
  const again = await call(commands[3]);
  const litellmed = await call(commands[4]);
  const connected = await call(commands[5]);
  const listed = await call(commands[6]);
  const made = await call(commands[7]);

  expect(commands).toHaveLength(8);
  expect(planned).toMatchObject({ code: 3, stderr: "" });
  expect(planned.stdout).toMatch(/\+ +create +group +Support/u);
  expect(planned.stdout).toMatch(/Plan: 3 create\. Nothing was written; --apply does it\./u);
  expect(planned.stdout).toContain("- group Support: members: left out: zoe@example.com (no account here).");
  expect(planned.stdout).toContain('- model qwen3:8b: params.temperature: "0.7" was read as 0.7.');
  expect(planned.stdout).toContain("- model.created_at: has no counterpart here and was left out.");
  expect(applied).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Imported: 3 created.") as unknown,
  });
  expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining("zoe@example.com") as unknown });
  expect(replanned).toMatchObject({ hasChanges: false, counts: { unchanged: 3 } });
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("There is nothing to do.") as unknown,
  });
  expect(await ada.trpc.models.get.query({ id: "helper" })).toMatchObject({
    ownerId: ada.id,
    visibility: "restricted",
  });
  expect(litellmed).toMatchObject({ code: 0, stdout: expect.stringContaining("created") as unknown });
  expect(litellmed.stdout).toContain("litellm_settings.drop_params: has no counterpart here");
  expect(connected.code).toBe(0);
  expect(JSON.parse(listed.stdout)).toMatchObject({ models: expect.arrayContaining([]) as unknown });
  expect(made.code).toBe(0);
  expect((await ada.trpc.models.get.query({ id: "support-bot-here" })).definition?.params).toMatchObject({
    num_ctx: 8192,
    stop: ["END", "STOP"],
  });
});

const litellm = `
model_list:
  - model_name: fast
    litellm_params:
      model: groq/llama-3.3-70b
      api_base: http://127.0.0.1:9/v1
      api_key: os.environ/GROQ_API_KEY
      temperature: 0.2
litellm_settings:
  drop_params: true
`;
