import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";

export const chromiumPath = process.env["CORRAL_CHROMIUM"] ?? "/usr/bin/chromium";
export const hasChromium = existsSync(chromiumPath);

/** Phone, tablet, desktop. */
export const widths = [390, 834, 1440] as const;
export const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];

const screenshotFolder = new URL("../../../apps/dashboard/artifacts/screenshots/", import.meta.url);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A person's browser: cookies, storage, and everything that must not happen in it. */
export type WatchedContext = AsyncDisposable & {
  context: BrowserContext;
  /** Console errors, page errors, failed requests and policy violations so far. */
  problems: string[];
};

export type WatchedPage = WatchedContext & { page: Page };

export type OpenOptions = { theme?: Theme; width?: number; height?: number };

/** A page of its own context, watched for everything that must not happen. */
export async function openPage(
  browser: Browser,
  url: string,
  options: OpenOptions = {},
): Promise<WatchedPage> {
  const watched = await openContext(browser, options);
  const page = await watched.context.newPage();
  await page.goto(url);
  // The overlays load when the page is idle; tests of the time before that open pages themselves.
  await page.waitForSelector('[aria-label="Notifications"]', { state: "attached" });
  await page.evaluate(() => document.fonts.ready);
  return { ...watched, page };
}

export async function openContext(browser: Browser, options: OpenOptions = {}): Promise<WatchedContext> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
    hasTouch: (options.width ?? 1440) < 1000,
  });
  context.setDefaultTimeout(8_000);
  const problems = await watch(context);
  return { context, problems, [Symbol.asyncDispose]: () => context.close() };
}

async function watch(context: BrowserContext): Promise<string[]> {
  const problems: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  context.on("weberror", (error) => problems.push(error.error().message));
  context.on("requestfailed", (request) => {
    // What was wanted no longer: searches overtaken by typing, streams of a page that was left.
    if (request.failure()?.errorText === "net::ERR_ABORTED") return;
    problems.push(`failed: ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  await context.exposeFunction("reportViolation", (text: string) => problems.push(text));
  await context.addInitScript(`document.addEventListener("securitypolicyviolation", (event) =>
    reportViolation("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile));`);
  return problems;
}

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What is open: popups are portalled, so the landmark rules of the page do not apply to them. */
export const openOverlay = "[data-base-ui-portal]";

/**
 * @param rules Tags or names of axe rules.
 * @returns One line a violation, with the elements that cause it; none is what every test expects.
 */
export async function findViolations(
  page: Page,
  scope = "html",
  rules: readonly string[] = axeTags,
): Promise<string[]> {
  // Evaluated through the debugger, which the content security policy does not bind.
  const isLoaded = await page.evaluate<boolean>('typeof axe === "object"');
  if (!isLoaded) await page.evaluate(await readFile(axeSource, "utf8"));
  const results = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(scope)}, { runOnly: ${JSON.stringify(rules)}, resultTypes: ["violations"] })`,
  );
  return results.violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 5).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`);
    return `${id}: ${help}\n  ${where.join("\n  ")}`;
  });
}

export async function takeScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(screenshotFolder, { recursive: true });
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, screenshotFolder)) });
}
