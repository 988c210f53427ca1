import { chromiumPath, findViolations, hasChromium, openOverlay, takeScreenshot } from "@corral/browser";
import {
  type SimulatedOllama,
  startSimulatedOllama,
  startSimulatedOpenAI,
} from "@corral/simulated-providers";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { addMember, password, type Person, signUpAdministrator } from "../support/people.ts";
import { hostileTexts } from "./support/hostile-texts.ts";
import { type DashboardBench, startDashboard } from "./support/start-dashboard.ts";
import { toChunks, watchHostility } from "./support/watch-hostility.ts";

const ada = { as: "ada@example.com" };
const patient = { timeout: 8_000 };

describe("the dashboard", { timeout: 60_000 }, () => {
  const resources = new AsyncDisposableStack();
  let bench: DashboardBench;
  let admin: Person;
  let ollama: SimulatedOllama;

  beforeAll(async () => {
    if (!hasChromium) return;
    ollama = resources.use(await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] }));
    bench = resources.use(await startDashboard("behavior"));
    admin = await signUpAdministrator(bench.server);
    const { uid } = await admin.trpc.connections.create.mutate({
      provider: "ollama",
      name: "Lab",
      url: ollama.url,
    });
    await admin.trpc.connections.refresh.mutate({ uid });
    await untilListed("llama3.2");
    await admin.trpc.models.create.mutate({ id: "tuned", name: "Tuned", baseModelId: "llama3.2" });
  });

  afterAll(() => resources.disposeAsync());

  /** A refresh waits for two seconds, in which a busy machine may not come to it. */
  const untilListed = (query: string) =>
    vi.waitFor(async () => expect((await admin.trpc.models.list.query({ query })).total).toBe(1), {
      timeout: 30_000,
      interval: 100,
    });

  beforeEach((context) => {
    if (!hasChromium) context.skip(`no Chromium at ${chromiumPath}`);
  });

  test("keeps a draft when the session ends under it", async () => {
    await using opened = await bench.open("/catalog/new", ada);
    const { page, context } = opened;
    await page.getByLabel("Name", { exact: true }).fill("Kept");
    await page.getByRole("combobox", { name: "Base model" }).fill("llama");
    await page.getByRole("option").first().click();
    await context.clearCookies();
    // Whatever notices it first: the dialog may stand over the button already.
    await page.getByRole("button", { name: "Create model" }).dispatchEvent("click");

    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor();
    await takeScreenshot(page, "session-ended-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await dialog.getByLabel("E-mail").fill(ada.as);
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });

    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Kept");
    await page.getByRole("button", { name: "Create model" }).click();
    await page.waitForURL("**/catalog/kept");
  });

  test("shows what was written to a model, and makes it again what it was", async () => {
    await admin.trpc.models.create.mutate({
      id: "rewritten",
      name: "Rewritten",
      baseModelId: "llama3.2",
      params: { temperature: 0.7, system: "You sort tickets. ".repeat(8) },
    });
    await admin.trpc.models.update.mutate({
      id: "rewritten",
      revision: 1,
      name: "Overwritten",
      params: { temperature: 0.2, system: "You sort tickets into three piles. ".repeat(5) },
      access: { kind: "public" },
    });
    await using opened = await bench.open("/catalog/rewritten", ada);
    const { page, problems } = opened;
    await page.getByRole("button", { name: "History" }).click();
    const sheet = page.getByRole("dialog", { name: /^History of/u });
    await sheet.getByText("Version 2").waitFor();
    await sheet.getByRole("button", { name: "system prompt" }).click();
    await takeScreenshot(page, "history-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);

    expect(await sheet.getByRole("listitem").filter({ hasText: "temperature" }).last().innerText()).toMatch(
      /temperature\s+0\.7\s+0\.2/u,
    );
    await sheet.getByRole("button", { name: "Restore version 1" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Restore" }).click();
    await sheet.getByText("Version 3").waitFor();

    const restored = await admin.trpc.models.get.query({ id: "rewritten" });
    expect(restored).toMatchObject({ revision: 3, name: "Rewritten", visibility: "private" });
    expect(restored.definition?.params).toMatchObject({ temperature: 0.7 });
    expect(problems).toEqual([]);
  });

  test("overwrites nobody: a model saved elsewhere is offered, not lost", async () => {
    await using opened = await bench.open("/catalog/tuned", ada);
    const { page, problems } = opened;
    await page.getByLabel("Description").fill("Mine");
    const { revision } = await admin.trpc.models.get.query({ id: "tuned" });
    await admin.trpc.models.update.mutate({ id: "tuned", revision: revision ?? 1, name: "Theirs" });
    const stale = page.getByRole("alert").filter({ hasText: "Someone else saved this" });
    await stale.waitFor();
    await takeScreenshot(page, "stale-1440-light");
    expect(await findViolations(page)).toEqual([]);

    await stale.getByRole("button", { name: "Keep mine over theirs" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "hidden" });

    const saved = await admin.trpc.models.get.query({ id: "tuned" });
    expect(saved).toMatchObject({ name: "Theirs", description: "Mine" });
    expect(problems).toEqual([]);
  });

  test("sends a parameter only while it is set", async () => {
    await using opened = await bench.open("/catalog/tuned", ada);
    const { page } = opened;
    await page.getByRole("textbox", { name: "temperature" }).fill("0.3");
    await page.getByRole("textbox", { name: "max_tokens" }).fill("64");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Unset temperature" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "hidden" });

    const { definition } = await admin.trpc.models.get.query({ id: "tuned" });
    expect(definition?.params).toStrictEqual({ max_tokens: 64 });
  });

  test("asks before unsaved changes are left behind", async () => {
    await using opened = await bench.open("/catalog/tuned", ada);
    const { page } = opened;
    await page.getByLabel("Tags").fill("draft");
    await page.getByRole("link", { name: "Connections" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
    await dialog.getByRole("button", { name: "Stay" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await page.getByLabel("Tags").inputValue()).toBe("draft");

    await page.getByRole("link", { name: "Connections" }).first().click();
    await dialog.getByRole("button", { name: "Discard" }).click();

    await page.waitForURL("**/connections");
    expect((await admin.trpc.models.get.query({ id: "tuned" })).tags).toEqual([]);
  });

  test("deletes what others build on only after naming them", async () => {
    await admin.trpc.models.create.mutate({ id: "below", name: "Below", baseModelId: "llama3.2" });
    await admin.trpc.models.create.mutate({ id: "above", name: "Above", baseModelId: "below" });
    await using opened = await bench.open("/catalog/below", ada);
    const { page } = opened;
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await dialog.getByText("would stop answering").waitFor();
    expect(await dialog.textContent()).toContain("above");
    await dialog.getByRole("button", { name: "Delete anyway" }).click();

    await page.waitForURL("**/catalog");
    const above = await admin.trpc.models.get.query({ id: "above" });
    expect(above.status).toBe("base_missing");
    await page.goto(`${bench.server.url}/catalog/above`);
    await page.getByText("Base missing").first().waitFor();
    expect(await page.getByRole("combobox", { name: "Base model" }).inputValue()).toContain("below");
  });

  test("holds the state of the catalog in the address", async () => {
    await using opened = await bench.open("/catalog", ada);
    const { page, problems } = opened;
    const names = () => page.getByRole("rowheader").getByRole("link").allTextContents();
    await page.getByRole("link", { name: "qwen3:8b" }).waitFor();
    await page.getByRole("searchbox").pressSequentially("tuned-not-there");
    await page.getByText("No model matches “tuned-not-there”").waitFor();
    await takeScreenshot(page, "catalog-empty-1440-light");
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Clear all" }).first().click();
    await page.getByRole("button", { name: "Base", exact: true }).click();
    await expect.poll(names, patient).toEqual(["llama3.2:latest", "qwen3:8b"]);
    expect(page.url()).toBe(`${bench.server.url}/catalog?kind=base`);
    await page.getByRole("button", { name: "Model", exact: true }).click();
    await expect.poll(names, patient).toEqual(["qwen3:8b", "llama3.2:latest"]);

    await page.reload();
    await expect.poll(names, patient).toEqual(["qwen3:8b", "llama3.2:latest"]);
    await page.goBack();
    await expect.poll(names, patient).toEqual(["llama3.2:latest", "qwen3:8b"]);
    expect(problems).toEqual([]);
  });

  test("says when the server is gone, and recovers by itself", async () => {
    await using opened = await bench.open("/catalog", ada);
    const { page } = opened;
    await page.getByRole("link", { name: "qwen3:8b" }).waitFor();
    const isServer = (url: URL): boolean => url.pathname.startsWith("/trpc") || url.pathname === "/health";
    await page.route(isServer, (route) => route.abort("connectionrefused"));
    await page.getByRole("link", { name: "Groups" }).first().click();
    await page.getByRole("status").getByText("Not connected.").waitFor();
    await page.getByRole("link", { name: "Models" }).first().click();
    await page.getByRole("link", { name: "qwen3:8b" }).waitFor();

    await page.unroute(isServer);

    await page.getByText("Not connected.").waitFor({ state: "detached" });
    expect(await page.getByRole("rowheader").count()).toBeGreaterThan(1);
  });

  test("stops an answer at the provider, and keeps what had come", async () => {
    await using slow = await startSimulatedOllama({
      models: ["slow:1b"],
      pace: { firstTokenMs: 0, tokenMs: 20 },
      reply: () => "word ".repeat(2_000),
    });
    const { uid } = await admin.trpc.connections.create.mutate({
      provider: "ollama",
      name: "Slow",
      url: slow.url,
    });
    await admin.trpc.connections.refresh.mutate({ uid });
    await using opened = await bench.open("/playground?m=slow:1b", ada);
    const { page, problems } = opened;
    await page.getByLabel("Message").fill("Go on");
    await page.keyboard.press("Enter");
    await page.getByText("word word").waitFor();
    const [entry] = slow.journal.of("/api/chat");
    if (!entry) throw new Error("the call never reached the provider");
    await page.getByRole("button", { name: "Stop" }).click();
    await slow.journal.whenClosed(entry);

    await page.getByText("Stopped").waitFor();
    expect(await page.locator(".turn-text").textContent()).toContain("word");
    expect(entry.closedByClientAt).toBeDefined();
    expect(problems).toEqual([]);
    await admin.trpc.connections.delete.mutate({ uid });
  });

  test("refuses a bad key at its rung, keeps the form, and never shows the good one again", async () => {
    await using openai = await startSimulatedOpenAI({ apiKey: "sk-good-secret" });
    await using opened = await bench.open("/connections", ada);
    const { page } = opened;
    await page.getByRole("button", { name: "New connection" }).click();
    const sheet = page.getByRole("dialog", { name: "New connection" });
    await sheet.getByText("OpenAI-compatible").click();
    await sheet.getByLabel("Address").fill(openai.baseUrl);
    await sheet.getByLabel("Name", { exact: true }).fill("Main");
    await sheet.getByLabel("API key", { exact: true }).fill("sk-bad");
    await sheet.getByRole("button", { name: "Verify" }).click();
    const failed = sheet.getByRole("listitem").filter({ has: page.getByRole("img", { name: "Failed" }) });
    await failed.getByText("Sign-in").first().waitFor();
    await takeScreenshot(page, "connection-sheet-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    expect(await sheet.getByLabel("Name", { exact: true }).inputValue()).toBe("Main");
    await sheet.getByLabel("API key", { exact: true }).fill("sk-good-secret");
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Main", exact: true }).click();
    const edit = page.getByRole("dialog", { name: "Edit Main" });
    await edit.getByRole("button", { name: "Replace" }).waitFor();
    expect(await page.content()).not.toContain("sk-good-secret");
    await edit.getByRole("button", { name: "Verify" }).click();
    await expect.poll(() => edit.getByRole("img", { name: "Passed" }).count()).toBe(3);
  });

  test("shows a new API key once, and the key works", async () => {
    await using opened = await bench.open("/account", ada);
    const { page, problems } = opened;
    await page.getByRole("button", { name: "Create key" }).click();
    const dialog = page.getByRole("dialog", { name: "Your new key" });
    const key = (await dialog.locator("code").first().textContent()) ?? "";
    await takeScreenshot(page, "new-key-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    expect(await dialog.textContent()).toContain(`${bench.server.url}/v1`);
    const answer = await fetch(`${bench.server.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);

    await dialog.getByRole("button", { name: "I have saved it" }).click();
    await dialog.waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Replace key" }).waitFor();
    expect(await page.content()).not.toContain(key);
    expect(await page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")).not.toContain(key);
    expect(problems).toEqual([]);
  });

  test("downloads a model on an Ollama server, loads it, and deletes it again", async () => {
    await using opened = await bench.open("/fleet", ada);
    const { page, problems } = opened;
    const form = page.getByRole("region", { name: "Pull" });
    const downloads = page.getByRole("list", { name: "Downloads" });
    await form.getByLabel("Model").fill("registry.example.com/ns/model");
    await page.keyboard.press("Enter");
    await form.getByRole("alert").getByText("has to allow this registry first").waitFor();
    await form.getByLabel("Model").fill("missing:1b");
    await page.keyboard.press("Enter");
    await downloads.getByText("finds no such model").waitFor();
    await downloads.getByRole("button", { name: "Retry missing:1b" }).waitFor();
    problems.length = 0;

    ollama.addToLibrary({ name: "phi4-mini", sizeBytes: 3_000_000 });
    // slow enough to be looked at; what comes after the first layer then comes at once
    ollama.setPace({ pullMs: 1_000 });
    await form.getByLabel("Model").fill("ollama pull phi4-mini");
    await page.keyboard.press("Enter");
    await page.getByRole("progressbar", { name: "Downloading phi4-mini:latest" }).waitFor();
    await downloads
      .getByText(/of 3 MB/u)
      .first()
      .waitFor();
    await takeScreenshot(page, "fleet-pull-1440-light");
    expect(await findViolations(page)).toEqual([]);
    ollama.setPace({ pullMs: 0 });
    await page.getByText("phi4-mini:latest is installed").waitFor({ timeout: 30_000 });
    const installed = page.getByRole("list", { name: "Installed" }).getByRole("listitem");
    const row = installed.filter({ hasText: "phi4-mini:latest" });
    await row.getByRole("button", { name: "Actions for phi4-mini:latest" }).click();
    await page.getByRole("menuitem", { name: "Load into memory" }).click();
    await row.getByText("in memory").waitFor();
    await page.getByRole("button", { name: "Unload phi4-mini:latest" }).click();
    await row.getByText("in memory").waitFor({ state: "detached" });

    await row.getByRole("button", { name: "phi4-mini:latest", exact: true }).click();
    const sheet = page.getByRole("dialog", { name: "phi4-mini:latest" });
    await sheet.getByRole("button", { name: "Template" }).click();
    await sheet.getByText("{{ .System }}").first().waitFor();
    expect(new URL(page.url()).searchParams.get("show")).toBe("phi4-mini:latest");
    await takeScreenshot(page, "fleet-model-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    await row.getByRole("button", { name: "Actions for phi4-mini:latest" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    // Under the dialog the row is hidden from everybody.
    await page.getByRole("alertdialog").waitFor({ state: "hidden" });
    await row.waitFor({ state: "detached" });

    expect(ollama.journal.of("/api/delete").at(-1)?.body).toMatchObject({ model: "phi4-mini:latest" });
    expect(problems).toEqual([]);
  });

  test("cancels a download, resumes it, and says what a dead server means", async () => {
    ollama.addToLibrary({ name: "slow-mini", sizeBytes: 3_000_000 });
    ollama.setPace({ pullMs: 2_000 });
    await using opened = await bench.open("/fleet", ada);
    const { page } = opened;
    await page.getByRole("region", { name: "Pull" }).getByLabel("Model").fill("slow-mini");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Cancel the download of slow-mini:latest" }).click();
    await page.getByText("What has arrived stays on the server").waitFor();
    // slow enough to be watched: an end that nobody saw coming is in the lists, and not announced
    ollama.setPace({ pullMs: 300 });
    await page.getByRole("button", { name: "Resume slow-mini:latest" }).click();
    await page.getByText("slow-mini:latest is installed").waitFor();
    ollama.setPace({ pullMs: 0 });

    const { uid } = await admin.trpc.connections.create.mutate({
      provider: "ollama",
      name: "Dead",
      url: "http://127.0.0.1:1",
    });
    await page.goto(`${bench.server.url}/fleet?inst=${uid}`);

    await page.getByRole("alert").getByText("The models on Dead could not be loaded").waitFor();
    await takeScreenshot(page, "fleet-dead-1440-light");
    expect(await findViolations(page)).toEqual([]);
    await admin.trpc.connections.delete.mutate({ uid });
  });

  // nine pages, one after the other
  test(
    "[XSS-4] shows stored texts as text: none of them runs, loads anything or leaves the page",
    { timeout: 60_000 },
    async () => {
      const all = hostileTexts.join(" ");
      const names = toChunks(hostileTexts, 256);
      const [first = "", second = ""] = names;
      const [most = ""] = toChunks(hostileTexts, 2_000);
      const script = hostileTexts[0] ?? "";
      await using echo = await startSimulatedOllama({ models: ["echo:1b"], reply: () => all });
      const { uid } = await admin.trpc.connections.create.mutate({
        provider: "ollama",
        name: script,
        url: echo.url,
      });
      await admin.trpc.connections.refresh.mutate({ uid });
      await untilListed("echo:1b");
      const bob = await addMember(bench.server, admin, "Bob");
      for (const [at, name] of names.entries()) {
        await admin.trpc.models.create.mutate({
          id: `hostile-${at}`,
          name,
          baseModelId: "echo:1b",
          params: { system: all },
          meta: {
            description: most,
            tags: at === 0 ? hostileTexts.filter(({ length }) => length <= 64) : [],
          },
          access: { kind: "public" },
        });
      }
      const rewritten = { id: "hostile-0", revision: 1, params: { system: `${all} ${all}` } };
      await admin.trpc.models.update.mutate(rewritten);
      await admin.trpc.groups.create.mutate({ name: script, description: most, memberIds: [bob.id] });
      await admin.trpc.users.update.mutate({ id: bob.id, name: second });
      await using adas = await watchHostility(bench, "ada@example.com");
      await using bobs = await watchHostility(bench, "bob@example.com");

      await adas.expectTexts("/catalog?q=hostile", names);
      await adas.expectTexts("/catalog/hostile-0", [first, most, all]);
      await adas.page.getByRole("button", { name: "History" }).click();
      await adas.page.getByRole("button", { name: "system prompt" }).click();
      await adas.expectTexts(null, [`${all} ${all}`]);
      await adas.expectTexts("/groups", [script, most]);
      await adas.expectTexts("/users", [second]);
      await adas.expectTexts("/connections", [script]);
      await adas.expectTexts("/playground?m=hostile-0", []);
      await adas.page.getByLabel("Message").fill(all);
      await adas.page.keyboard.press("Enter");
      await expect.poll(() => adas.page.locator(".turn-text").textContent()).toBe(all);
      await bobs.expectTexts("/catalog/hostile-1", [second, most]);

      for (const { harm, problems } of [adas, bobs]) expect([...harm, ...problems]).toEqual([]);
      await admin.trpc.connections.delete.mutate({ uid });
    },
  );
});
