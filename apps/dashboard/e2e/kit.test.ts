import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  buildDashboard,
  type Browser,
  findViolations,
  hasChromium,
  launchBrowser,
  openOverlay,
  openPage,
  type Page,
  takeScreenshot,
  themes,
  type WatchedPage,
  widths,
} from "@corral/browser";
import { startStaticServer, type StaticServer } from "./static-server.ts";

const overlays = [
  { name: "Dialog", trigger: "button", popup: "dialog" },
  { name: "Alert dialog", trigger: "button", popup: "alertdialog" },
  { name: "Sheet", trigger: "button", popup: "dialog" },
  { name: "Actions", trigger: "button", popup: "menu" },
  { name: "Why denied", trigger: "button", popup: "dialog" },
  { name: "Base model", trigger: "combobox", popup: "option" },
  { name: "Kind", trigger: "combobox", popup: "option" },
  { name: "Shared with", trigger: "combobox", popup: "option" },
] as const;

describe.skipIf(!hasChromium)("the kit in a browser", () => {
  let server: StaticServer;
  let browser: Browser;

  beforeAll(async () => {
    const { folder } = await buildDashboard("kit");
    [server, browser] = await Promise.all([startStaticServer(folder), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const openKit = (options = {}) => openPage(browser, `${server.url}/__kit`, options);

  it.each(widths)("is accessible, quiet and whole at %d px in both themes", async (width) => {
    await using opened = await openKit({ width });
    const { page, problems } = opened;
    await page.getByRole("rowheader").first().getByRole("link").waitFor();

    expect(await getOverflowPx(page)).toBe(0);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      for (const section of ["Buttons", "Form", "Overlays"]) {
        await page.getByRole("heading", { name: section, exact: true }).evaluate((h) => h.scrollIntoView());
        await takeScreenshot(page, `kit-${section.toLowerCase()}-${width}-${theme}`);
      }
      expect(await findViolations(page), `${theme} theme`).toEqual([]);
    }
    expect(problems).toEqual([]);
  });

  it("is accessible with each overlay open, in both themes", async () => {
    await using opened = await openKit();
    const { page, problems } = opened;

    for (const { name, trigger, popup } of overlays) {
      await page.getByRole(trigger, { name, exact: true }).click();
      await page.getByRole(popup).first().waitFor();
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        await takeScreenshot(page, `kit-open-${name.toLowerCase().replaceAll(" ", "-")}-1440-${theme}`);
        // The second theme can differ in its colors only.
        const rules = theme === "dark" ? ["color-contrast"] : undefined;
        expect(await findViolations(page, openOverlay, rules), `${name} ${theme}`).toEqual([]);
      }
      await page.keyboard.press("Escape");
      await page.getByRole(popup).first().waitFor({ state: "hidden" });
    }
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

  it("reflows at 320 px without scrolling sideways", async () => {
    await using opened = await openKit({ width: 320 });

    expect(await getOverflowPx(opened.page)).toBe(0);
  });

  it("offers fingers 44 px", async () => {
    await using opened = await openKit({ width: 390 });
    const small = await opened.page.evaluate(() =>
      [...document.querySelectorAll("main button, nav a, main input:not([type=range])")]
        .map((element) => ({
          box: (element.closest(".control, .choice") ?? element).getBoundingClientRect(),
          html: element.outerHTML,
        }))
        .filter(({ box }) => box.width > 1 && box.height < 43.5)
        .map(({ html, box }) => `${box.height} ${html.slice(0, 160)}`),
    );

    expect(small).toEqual([]);
  });

  describe("the keyboard", () => {
    // One page for all: every test uses another control.
    let opened: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      opened = await openKit();
      ({ page } = opened);
    });

    afterAll(() => opened?.[Symbol.asyncDispose]());

    it("opens a dialog, stays inside, closes it, and returns", async () => {
      const trigger = page.getByRole("button", { name: "Dialog", exact: true });
      await trigger.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Rename model" });
      await dialog.waitFor();

      for (let step = 0; step < 8; step += 1) {
        await page.keyboard.press("Tab");
        // A guard at either end takes focus for a moment and sends it round.
        await expect
          .poll(() => dialog.evaluate((element) => element.contains(document.activeElement)))
          .toBe(true);
      }
      await page.keyboard.press("Escape");

      await dialog.waitFor({ state: "hidden" });
      await expectFocus(page, "Dialog");
    });

    it("walks a menu, skips what is disabled, and chooses", async () => {
      await page.getByRole("button", { name: "Actions", exact: true }).focus();
      await page.keyboard.press("ArrowDown");
      await page.getByRole("menu").waitFor();

      await expectFocus(page, "Open");
      await page.keyboard.press("End");
      await expectFocus(page, "Delete");
      await page.keyboard.press("Home");
      await page.keyboard.press("d");
      await expectFocus(page, "Duplicate");
      await page.keyboard.press("Enter");

      await page.getByText("Last: duplicate").waitFor();
      await page.getByRole("menu").waitFor({ state: "hidden" });
      await expectFocus(page, "Actions");
    });

    it("filters a combobox, chooses, and clears with Escape", async () => {
      const field = page.getByRole("combobox", { name: "Base model" });
      await field.fill("qwen");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");

      expect(await field.inputValue()).toBe("Qwen3 Coder 30B");
      await field.fill("nothing like it");
      await page.getByText("Nothing matches “nothing like it”.").waitFor();
      await page.keyboard.press("Escape");

      expect(await field.getAttribute("aria-expanded")).toBe("false");
    });

    it("adds and removes chips, searching on the server", async () => {
      const field = page.getByRole("combobox", { name: "Shared with" });
      await field.pressSequentially("gra");
      await page.getByRole("option", { name: "Grace Hopper" }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Remove Grace Hopper" }).waitFor();

      await field.fill("");
      await page.keyboard.press("Backspace");

      await page.getByRole("button", { name: "Remove Grace Hopper" }).waitFor({ state: "detached" });
      expect(await page.getByRole("button", { name: "Remove Alan Turing" }).count()).toBe(1);
    });

    it("chooses in a select by typing", async () => {
      const field = page.getByRole("combobox", { name: "Kind" });
      await field.focus();
      await page.keyboard.press("Enter");
      // it takes keys once it has marked what is chosen
      const marked = page.locator("[role=option][data-highlighted]");
      await marked.waitFor();
      await page.keyboard.press("a");
      await marked.filter({ hasText: "Azure OpenAI" }).waitFor();
      await page.keyboard.press("Enter");

      await page.getByRole("listbox").waitFor({ state: "hidden" });
      expect(await field.textContent()).toBe("Azure OpenAI");
    });

    it("throws a switch with Space, and with a press on its words", async () => {
      const field = page.getByRole("switch", { name: "Enabled" });
      await field.focus();
      await page.keyboard.press("Space");
      expect(await field.getAttribute("aria-checked")).toBe("false");

      await page.getByText("Enabled", { exact: true }).click();
      expect(await field.getAttribute("aria-checked")).toBe("true");
    });

    it("explains a disabled button and does not press it", async () => {
      const button = page.getByRole("button", { name: "Share", exact: true });
      await button.focus();

      expect(await button.getAttribute("aria-disabled")).toBe("true");
      const describedBy = await button.getAttribute("aria-describedby");
      expect(await page.locator(`[id="${describedBy}"]`).textContent()).toContain("models.write");
    });

    it("keeps the stored key when replacing is abandoned", async () => {
      await page.getByRole("button", { name: "Replace" }).click();
      await page.keyboard.type("sk-new");
      await page.getByRole("button", { name: "Keep the stored one" }).click();

      await page.getByText("•••• 3f9a · set 12 Mar by Ada").waitFor();
      await expectFocus(page, "Replace");
    });

    it("reaches a toast with F6 and takes its action", async () => {
      await page.getByRole("button", { name: "Toast with undo" }).click();
      await page.getByText("412 disabled, 3 skipped").first().waitFor();
      await page.keyboard.press("F6");
      await page.keyboard.press("Tab");
      await expectFocus(page, "412 disabled");
      await page.keyboard.press("Tab");
      await expectFocus(page, "Undo");
      await page.keyboard.press("Enter");

      await page.getByText("Last: undo").waitFor();
    });
  });

  describe("the table", () => {
    it("has every row in its count and few in the document", async () => {
      await using opened = await openKit();
      const { page } = opened;
      const table = page.getByRole("table", { name: "Models" });
      await table.getByRole("link", { name: "Qwen3 Coder 1", exact: true }).waitFor();

      expect(await table.getAttribute("aria-rowcount")).toBe("10001");
      expect(await table.locator("tbody tr[aria-rowindex]").count()).toBeLessThan(40);
    });

    it("goes to the last row and back by keyboard, loading what it shows", async () => {
      await using opened = await openKit();
      const { page } = opened;
      await page.getByRole("region", { name: "Models, scrollable" }).focus();
      await page.keyboard.press("End");
      await expectFocus(page, "Llama 3.3 10000");
      const lastRow = page.locator('tr[aria-rowindex="10001"]');
      expect(await isWithin(page, ".table-region", 'tr[aria-rowindex="10001"]')).toBe(true);
      expect(await lastRow.getAttribute("data-current")).not.toBeNull();

      await page.keyboard.press("Home");
      await expectFocus(page, "Qwen3 Coder 1");
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      await expectFocus(page, "GPT-5.4 2");
    });

    it("keeps its order in the address", async () => {
      await using opened = await openKit();
      const { page } = opened;
      const column = page.getByRole("columnheader", { name: "Model", exact: true });
      await column.getByRole("button").click();
      await page.getByRole("link", { name: "Llama 3.3 10000", exact: true }).waitFor();

      expect(await column.getAttribute("aria-sort")).toBe("descending");
      expect(new URL(page.url()).search).toBe("?kit-sort=-name");
      await page.goBack();
      await page.getByRole("link", { name: "Qwen3 Coder 1", exact: true }).waitFor();
      expect(await column.getAttribute("aria-sort")).toBe("ascending");
    });
  });
});

/** How far any page scrolls sideways; zero unless something is wider than its window. */
function getOverflowPx(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll("html, main")].map(
        (element) => element.scrollWidth - element.clientWidth,
      ),
    ),
  );
}

async function expectFocus(page: Page, name: string): Promise<void> {
  const readFocus = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.closest("a, button, [role], li")?.textContent ?? "");
  await expect.poll(readFocus).toContain(name);
}

function isWithin(page: Page, outer: string, inner: string): Promise<boolean> {
  return page.evaluate(
    ([outerSelector = "", innerSelector = ""]) => {
      const [box, row] = [outerSelector, innerSelector].map((selector) =>
        document.querySelector(selector)?.getBoundingClientRect(),
      );
      return box !== undefined && row !== undefined && row.top >= box.top && row.bottom <= box.bottom + 1;
    },
    [outer, inner],
  );
}
