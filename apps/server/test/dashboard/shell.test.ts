import {
  chromiumPath,
  findViolations,
  hasChromium,
  openOverlay,
  type OpenOptions,
  takeScreenshot,
} from "@corral/browser";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUpAdministrator } from "../support/people.ts";
import { type DashboardBench, startDashboard } from "./support/start-dashboard.ts";

describe("the shell", () => {
  let bench: DashboardBench;

  beforeAll(async () => {
    if (!hasChromium) return;
    bench = await startDashboard("shell");
    await signUpAdministrator(bench.server);
  });

  afterAll(() => bench?.[Symbol.asyncDispose]());

  beforeEach((context) => {
    if (!hasChromium) context.skip(`no Chromium at ${chromiumPath}`);
  });

  const openAt = async (path: string, options: OpenOptions = {}) => {
    const opened = await bench.open(path, { as: "ada@example.com", ...options });
    // The overlays load when the page is idle; the test of the time before that opens its page itself.
    await opened.page.waitForSelector('[aria-label="Notifications"]', { state: "attached" });
    return opened;
  };

  it("moves focus to the heading and renames the document after navigation", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    expect(await page.title()).toBe("Models · Corral");

    await page.getByRole("link", { name: "Connections" }).first().click();

    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("page-title");
    expect(await page.title()).toBe("Connections · Corral");
    expect(await page.locator(".sidebar [aria-current=page]").textContent()).toBe("Connections");
  });

  it("says which model or page does not exist, also for ids with slashes", async () => {
    await using opened = await openAt("/catalog/acme/triage");
    const { page } = opened;
    await page.getByText("There is no model “acme/triage”").waitFor();

    await page.goto(`${bench.server.url}/nowhere`);

    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    expect(await page.locator("[aria-current=page]").count()).toBe(0);
    await page.getByRole("link", { name: "Open models" }).click();
    await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  });

  it("lets the keyboard skip to the content", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("Skip to content");
    await page.keyboard.press("Enter");

    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("content");
  });

  it("follows g and a letter, lists the keys on ?, and can be told not to", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Connections" }).waitFor();

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await takeScreenshot(page, "shell-shortcuts-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Ada" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Single-key shortcuts" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    await page.keyboard.press("g");
    await page.keyboard.press("m");

    expect(new URL(page.url()).pathname).toBe("/connections");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("keeps the chosen theme over a reload, from the first paint", async () => {
    await using opened = await openAt("/catalog", { theme: "light" });
    const { page } = opened;
    const readCanvas = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const light = await readCanvas();
    await page.getByRole("button", { name: "Ada" }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    const dark = await readCanvas();
    expect(dark).not.toBe(light);

    // Before React: the application's script never arrives.
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.reload();

    expect(await readCanvas()).toBe(dark);
  });

  it("collapses and expands the sidebar, and remembers", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    const getWidth = async (): Promise<number | undefined> =>
      (await page.locator(".sidebar").boundingBox())?.width;
    expect(await getWidth()).toBe(224);

    await page.getByRole("button", { name: "Collapse sidebar" }).click();
    expect(await getWidth()).toBe(56);
    await page.reload();
    await page.getByRole("link", { name: "Playground" }).first().waitFor();

    expect(await getWidth()).toBe(56);
    await page.keyboard.press("Control+\\");
    expect(await getWidth()).toBe(224);
  });

  it("says that it is offline, and stops saying so", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    await page.context().setOffline(true);
    await page.getByRole("status").getByText("Not connected.").waitFor();
    await takeScreenshot(page, "shell-offline-1440-light");
    expect((await page.locator(".offline-bar").boundingBox())?.height).toBe(28);
    expect(await findViolations(page)).toEqual([]);

    await page.context().setOffline(false);

    await page.getByText("Not connected.").waitFor({ state: "detached" });
  });

  it("opens a menu that was pressed before its code had arrived", async () => {
    await using opened = await bench.open("/setup", { as: "ada@example.com" });
    const page = await opened.context.newPage();
    const { promise: arrival, resolve: arrive } = Promise.withResolvers<void>();
    await page.route("**/assets/popups-*.js", async (route) => {
      await arrival;
      await route.continue();
    });
    await page.goto(`${bench.server.url}/catalog`);
    const trigger = page.getByRole("button", { name: "Ada" });
    await trigger.click();
    expect(await page.getByRole("menu").count()).toBe(0);

    arrive();

    await page.getByRole("menuitem", { name: "Account" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => trigger.evaluate((element) => element.matches(":focus"))).toBe(true);
  });

  it("gives phones a bar of four and a sheet with the rest", async () => {
    await using opened = await openAt("/catalog", { width: 390, height: 844 });
    const { page, problems } = opened;
    const bar = page.getByRole("navigation", { name: "Main" });
    expect(await bar.getByRole("link").allTextContents()).toEqual(["Models", "Playground", "Ollama"]);

    await bar.getByRole("button", { name: "More" }).click();
    const sheet = page.getByRole("dialog", { name: "More" });
    await sheet.waitFor();
    await takeScreenshot(page, "shell-more-390-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await sheet.getByRole("link", { name: "Groups" }).click();

    await page.getByRole("heading", { name: "Groups" }).waitFor();
    await sheet.waitFor({ state: "hidden" });
    expect(problems).toEqual([]);
  });
});
