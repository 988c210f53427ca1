import { readFile } from "node:fs/promises";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { addMember, signUpAdministrator } from "./support/people.ts";
import { startTestServer } from "./support/start-test-server.ts";

const page = new URL("../../../docs/export-plan-apply.md", import.meta.url);

test("the document in docs/export-plan-apply.md can be applied as it stands there", async () => {
  await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest"] });
  await using server = await startTestServer({ LAB_API_KEY: "sk-lab" });
  const ada = await signUpAdministrator(server);
  await addMember(server, ada, "Eve");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Here",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const [, written = ""] = /```yaml\n(.*?)```/su.exec(await readFile(page, "utf8")) ?? [];
  // nobody answers at the page's address, and nobody is asked
  const text = written.replace("https://llm.example.com", "http://127.0.0.1:9");

  const report = await ada.trpc.documents.applyChanges.mutate({ text });
  const again = await ada.trpc.documents.plan.mutate({ text, prune: true });

  expect(report.items.map(({ kind, outcome }) => `${kind} ${outcome}`)).toStrictEqual([
    "settings unchanged",
    "group created",
    "connection created",
    "policy created",
    "model created",
    "model created",
    "alias created",
  ]);
  expect(again.hasChanges).toBe(false);
});
