import {
  chromiumPath,
  findViolations,
  hasChromium,
  openOverlay,
  takeScreenshot,
  type WatchedPage,
} from "@corral/browser";
import { type SimulatedAzure, startSimulatedAzure } from "@corral/simulated-providers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Person, signUpAdministrator } from "../support/people.ts";
import { type DashboardBench, startDashboard } from "./support/start-dashboard.ts";

const ada = { as: "ada@example.com" };
const apiKey = "azure-canary-key-0123456789abcdef";

describe("[J3] a connection to Azure OpenAI", () => {
  const resources = new AsyncDisposableStack();
  let bench: DashboardBench;
  let admin: Person;
  let azure: SimulatedAzure;

  beforeAll(async () => {
    if (!hasChromium) return;
    const deployments = [{ name: "chat-eu", model: "gpt-5-mini" }];
    azure = resources.use(await startSimulatedAzure({ apiKey, deployments }));
    bench = resources.use(await startDashboard("azure"));
    admin = await signUpAdministrator(bench.server);
  });
  afterAll(() => resources.disposeAsync());
  beforeEach((context) => {
    if (!hasChromium) context.skip(`no Chromium at ${chromiumPath}`);
  });

  async function openForm({ page }: WatchedPage) {
    await page.getByRole("button", { name: "New connection" }).click();
    const sheet = page.getByRole("dialog", { name: "New connection" });
    await sheet.getByText("Azure OpenAI").click();
    return sheet;
  }

  test("names the fields that are missing, shows the URL that is then called, and never the key", async () => {
    await using opened = await bench.open("/connections", ada);
    const { page } = opened;
    const sheet = await openForm(opened);
    await sheet.getByRole("button", { name: "Verify" }).click();
    await sheet.getByText("must be an http or https address").waitFor();

    await sheet.getByLabel("Address").fill(azure.url);
    await sheet.getByRole("button", { name: "Add deployment" }).click();
    await sheet.getByRole("button", { name: "Verify" }).click();
    await sheet.getByText("must be letters, digits, dots").waitFor();
    await sheet.getByLabel("Deployment", { exact: true }).fill("chat-eu");
    await sheet.getByLabel("Base model").fill("gpt-5-mini");
    await sheet.getByRole("button", { name: "Verify" }).click();
    await sheet.getByText("is required").waitFor();
    await sheet.getByLabel("API key", { exact: true }).fill(apiKey);
    await sheet.getByRole("button", { name: "Verify" }).click();
    await expect.poll(() => sheet.getByRole("img", { name: "Passed" }).count()).toBe(3);
    const shown = await sheet.getByRole("status", { name: "Will be called" }).textContent();
    await sheet.getByLabel("Address").scrollIntoViewIfNeeded();
    await takeScreenshot(page, "azure-sheet-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await sheet.getByLabel("Name", { exact: true }).fill("Azure EU");
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.waitFor({ state: "hidden" });

    await expect.poll(async () => (await admin.trpc.models.list.query({})).rows.length).toBe(1);
    azure.journal.clear();
    await admin.trpc.chat.complete.mutate({ model: "chat-eu", messages: [{ role: "user", content: "hi" }] });

    expect(shown).toBe(`${azure.url}/openai/deployments/chat-eu/chat/completions?api-version=2024-10-21`);
    expect(azure.url + (azure.journal.entries()[0]?.url ?? "")).toBe(shown);
    expect(await page.content()).not.toContain(apiKey);
  });

  test("asks for what Entra ID needs, and a phone shows it all", async () => {
    await using opened = await bench.open("/connections", { ...ada, width: 390 });
    const { page } = opened;
    const sheet = await openForm(opened);
    await sheet.getByLabel("Address").fill(azure.url);
    await sheet.getByRole("combobox", { name: "Sign-in" }).click();
    await page.getByRole("option", { name: "Microsoft Entra ID" }).click();
    await sheet.getByText("List deployments from Azure").click();
    await sheet.getByRole("button", { name: "Sovereign clouds" }).click();
    await sheet.getByLabel("Authority").fill("http://login.example.com");
    await sheet.getByRole("button", { name: "Verify" }).click();

    for (const missing of [
      "must be a tenant's id or domain name",
      "must be an application's (client) id",
      "must be an https address",
      "must be a subscription's id",
      "must be a resource's name",
    ]) {
      await sheet.getByText(missing).waitFor();
    }
    await sheet.getByRole("combobox", { name: "Sign-in" }).scrollIntoViewIfNeeded();
    await takeScreenshot(page, "azure-entra-390-light");
    await sheet.getByText("must be a subscription's id").scrollIntoViewIfNeeded();
    await takeScreenshot(page, "azure-discovery-390-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await sheet.getByRole("combobox", { name: "Identity" }).click();
    await page.getByRole("option", { name: "Managed identity" }).click();
    expect(await sheet.getByLabel("Client secret").count()).toBe(0);
    expect(await sheet.getByLabel("Tenant id").count()).toBe(0);
  });

  test("takes apart the target URI that Azure's portal shows", async () => {
    await using opened = await bench.open("/connections", ada);
    const sheet = await openForm(opened);

    await sheet
      .getByLabel("Address")
      .fill(`${azure.url}/openai/deployments/chat-us/chat/completions?api-version=2025-01-01-preview`);

    expect(await sheet.getByLabel("Address").inputValue()).toBe(azure.url);
    expect(await sheet.getByLabel("API version").inputValue()).toBe("2025-01-01-preview");
    expect(await sheet.getByLabel("Deployment", { exact: true }).inputValue()).toBe("chat-us");
  });
});
