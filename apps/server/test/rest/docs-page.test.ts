import { chromiumPath, hasChromium, launchBrowser, openContext } from "@corral/browser";
import { expect, test } from "vitest";
import { securityHeaders } from "../../src/http/security-headers.ts";
import { startTestServer } from "../support/start-test-server.ts";

/** A browser beside other tests may need long for a page this size. */
const timeout = 180_000;

test(
  "/docs shows the description under the policy of all pages, and asks nobody else",
  { timeout },
  async (context) => {
    if (!hasChromium) return context.skip(`no Chromium at ${chromiumPath}`);
    await using server = await startTestServer();
    await using browser = await launchBrowser();
    await using reader = await openContext(browser);
    reader.context.setDefaultTimeout(timeout / 2);
    const hosts = new Set<string>();
    reader.context.on("request", (request) => hosts.add(new URL(request.url()).origin));
    const page = await reader.context.newPage();

    const answer = await page.goto(`${server.url}/docs`);
    await page.getByRole("heading", { name: /^Corral/u }).waitFor();
    const tags = await page.locator(".opblock-tag").allTextContents();
    await page.locator("#operations-tag-health").click();
    await page.locator('[data-path="/ready"]').click();
    await page.getByText("Not now.").waitFor();

    expect(answer?.headers()["content-security-policy"]).toBe(
      securityHeaders({ publicUrl: null })["content-security-policy"],
    );
    expect(tags.length).toBeGreaterThan(8);
    expect(reader.problems).toEqual([]);
    expect([...hosts].filter((host) => host !== server.url && host !== "null")).toEqual([]);
  },
);

test("what /docs is made of is asked for again only when it has changed, and nothing else is given out", async () => {
  await using server = await startTestServer();
  const get = (path: string, more: Record<string, string> = {}) =>
    fetch(server.url + path, { headers: more });

  const first = await get("/docs/swagger-ui.css");
  const again = await get("/docs/swagger-ui.css", { "if-none-match": first.headers.get("etag") ?? "" });
  const others = await Promise.all(
    ["/docs/package.json", "/docs/..%2fpackage.json"].map((path) => get(path)),
  );

  expect([first.status, first.headers.get("content-type"), again.status]).toStrictEqual([
    200,
    "text/css; charset=utf-8",
    304,
  ]);
  expect((await first.text()).length).toBeGreaterThan(10_000);
  expect(await again.text()).toBe("");
  expect(others.map(({ status }) => status)).toStrictEqual([404, 404]);
});
