import { chromiumPath, hasChromium } from "@corral/browser";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { password } from "../support/people.ts";
import { startDashboard } from "./support/start-dashboard.ts";

const ollamaPort = 11_434;

test("the set-up offers the Ollama that runs on this machine", { timeout: 60_000 }, async (context) => {
  if (!hasChromium) return context.skip(`no Chromium at ${chromiumPath}`);
  const started = await startSimulatedOllama({ port: ollamaPort, models: ["llama3.2:latest"] }).catch(
    () => null,
  );
  if (started === null) return context.skip(`port ${ollamaPort} is taken`);
  await using ollama = started;
  await using bench = await startDashboard("journey");
  const { server, open } = bench;
  await using admin = await open(`/setup#code=${server.setupCode}`);
  const { page } = admin;
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create the administrator" }).click();

  await page.getByText("Ollama answers on this machine. Models: 1.").waitFor();
  await page.getByRole("button", { name: "Save connection" }).click();
  await page.getByRole("link", { name: "Open models" }).click();

  await page.getByRole("link", { name: "llama3.2:latest" }).waitFor();
  expect(admin.problems).toEqual([]);
  expect(ollama.journal.of("/api/tags").length).toBeGreaterThan(0);
});
