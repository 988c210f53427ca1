import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  type Browser,
  findViolations,
  hasChromium,
  launchBrowser,
  openOverlay,
  openPage,
  type OpenOptions,
  takeScreenshot,
  themes,
  widths,
} from "@corral/browser";
import { buildDashboard } from "@corral/browser";
import { startStaticServer, type StaticServer } from "./static-server.ts";

describe.skipIf(!hasChromium)("the shell in a browser", () => {
  let server: StaticServer;
  let browser: Browser;

  beforeAll(async () => {
    const { folder } = await buildDashboard("kit", "shell");
    [server, browser] = await Promise.all([startStaticServer(folder), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const openAt = (path: string, options: OpenOptions = {}) => openPage(browser, server.url + path, options);

  it("is accessible and quiet at every width in both themes", async () => {
    await using opened = await openAt("/users");
    const { page, problems } = opened;

    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        await takeScreenshot(page, `shell-${width}-${theme}`);
        expect(await findViolations(page), `${width} ${theme}`).toEqual([]);
      }
    }
    expect(problems).toEqual([]);
  });

  it("moves focus to the heading and renames the document after navigation", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    expect(await page.title()).toBe("Models · Corral");

    await page.getByRole("link", { name: "Connections" }).first().click();

    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("page-title");
    expect(await page.title()).toBe("Connections · Corral");
    expect(await page.locator(".sidebar [aria-current=page]").textContent()).toBe("Connections");
  });

  it("opens a model whose id has slashes, and says when there is no such page", async () => {
    await using opened = await openAt("/catalog/acme/triage");
    const { page } = opened;
    await page.getByRole("heading", { name: "Model", exact: true }).waitFor();

    await page.goto(`${server.url}/nowhere`);

    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    expect(await page.locator("[aria-current=page]").count()).toBe(0);
    await page.getByRole("link", { name: "Open models" }).click();
    await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  });

  it("lets the keyboard skip to the content", async () => {
    await using opened = await openAt("/catalog");
    const { page } = opened;
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Enter");

    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("content");
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

    await page.getByRole("button", { name: "Ada Lovelace" }).click();
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
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await readCanvas();
    await page.getByRole("button", { name: "Ada Lovelace" }).click();
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
    const context = await browser.newContext();
    const page = await context.newPage();
    const { promise: arrival, resolve: arrive } = Promise.withResolvers<void>();
    await page.route("**/assets/popups-*.js", async (route) => {
      await arrival;
      await route.continue();
    });
    await page.goto(`${server.url}/catalog`);
    const trigger = page.getByRole("button", { name: "Ada Lovelace" });
    await trigger.click();
    expect(await page.getByRole("menu").count()).toBe(0);

    arrive();

    await page.getByRole("menuitem", { name: "API key" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => trigger.evaluate((element) => element === document.activeElement)).toBe(true);
    await context.close();
  });

  it("gives phones a bar of four and a sheet with the rest", async () => {
    await using opened = await openAt("/catalog", { width: 390, height: 844 });
    const { page, problems } = opened;
    const bar = page.getByRole("navigation", { name: "Main" });
    expect(await bar.getByRole("link").allTextContents()).toEqual(["Models", "Playground", "Connections"]);

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

  it("stays usable in forced colors", async () => {
    const context = await browser.newContext({
      forcedColors: "active",
      viewport: { width: 1440, height: 900 },
    });
    const page = await context.newPage();
    await page.goto(`${server.url}/__kit`);
    const isOn = page.getByRole("switch", { name: "Enabled" });
    await isOn.scrollIntoViewIfNeeded();
    await takeScreenshot(page, "kit-forced-colors-1440");

    const colors = await Promise.all(
      [isOn, page.getByRole("switch", { name: "Stream" })].map((element) =>
        element.evaluate((node) => getComputedStyle(node).backgroundColor),
      ),
    );
    expect(colors[0]).not.toBe(colors[1]);
    await context.close();
  });
});
