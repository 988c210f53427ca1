import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { startTestServer } from "./support/start-test-server.ts";

const page = new URL("../../../docs/first-model.md", import.meta.url);
const run = promisify(execFile);
const separator = "=== next command ===";

/** The page's shell blocks but the first two, which start the server and note where it is. */
async function readCommands(): Promise<string[]> {
  const text = await readFile(page, "utf8");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].slice(2).map((match) => match[1] ?? "");
}

test("every command of docs/first-model.md does what the page says", { timeout: 60_000 }, async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer();
  const commands = await readCommands();
  const script = commands
    .join(`\nprintf '\\n${separator}\\n'\n`)
    .replaceAll("http://127.0.0.1:11434", ollama.url);

  const { stdout, stderr } = await run("bash", ["--norc", "-euo", "pipefail", "-c", script], {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", CORRAL: server.url, SETUP_CODE: server.setupCode },
  });

  const outputs = stdout.split(separator).map((output) => output.trim());
  const [signUp, , verify, create, list, model, , share, , models, streamed, whole, base] = outputs;
  expect(stderr).toBe("");
  expect(outputs).toHaveLength(commands.length);
  expect(signUp).toContain('"role":"admin"');
  expect(verify).toContain('"ok":true');
  expect(create).toContain('"slug":"lab"');
  expect(list).toContain('"id":"llama3.2:latest"');
  expect(model).toContain('"id":"support-bot"');
  expect(share).toContain('"revision":2');
  expect(models).toMatch(/"data":\[\{"id":"support-bot"[^\]]*\}\]/u);
  expect(models).not.toContain("llama3.2");
  expect(streamed).toMatch(/^data: \{.*"delta".*\}$/mu);
  expect(streamed?.endsWith("data: [DONE]")).toBe(true);
  expect(whole).toContain('"object":"chat.completion"');
  expect(base).toContain('"code":"model_not_found"');
  expect(ollama.journal.of("/api/chat").map((entry) => entry.body)).toMatchObject([
    {
      messages: [{ role: "system", content: "You help Bob with tickets." }, { role: "user" }],
      options: { temperature: 0.3 },
    },
    { messages: [{ role: "system" }, { role: "user" }] },
  ]);
});
