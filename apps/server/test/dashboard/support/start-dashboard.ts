import {
  type Browser,
  buildDashboard,
  launchBrowser,
  openContext,
  type OpenOptions,
  type WatchedPage,
} from "@corral/browser";
import { password } from "../../support/people.ts";
import type { EnvSource } from "../../../src/env.ts";
import { startTestServer, type TestServer } from "../../support/start-test-server.ts";

export type DashboardBench = AsyncDisposable & {
  readonly browser: Browser;
  readonly server: TestServer;
  /** A new browser context at a path, as a stranger or signed in. */
  readonly open: (path: string, options?: OpenOptions & { as?: string }) => Promise<WatchedPage>;
};

/** A real server with a database of its own, the built dashboard, and a browser. */
export async function startDashboard(buildName: string, source: EnvSource = {}): Promise<DashboardBench> {
  await using starting = new AsyncDisposableStack();
  const { folder } = await buildDashboard("production", buildName);
  const server = starting.use(await startTestServer(source, folder));
  const browser = await launchBrowser();
  starting.defer(() => browser.close());
  const resources = starting.move();
  const sessions = new Map<string, Awaited<ReturnType<WatchedPage["context"]["cookies"]>>>();
  return {
    browser,
    server,
    open: async (path, options = {}) => {
      const watched = await openContext(browser, options);
      if (options.as !== undefined) {
        const known = sessions.get(options.as);
        if (known) await watched.context.addCookies(known);
        else sessions.set(options.as, await signIn(watched.context, server.url, options.as));
      }
      const page = await watched.context.newPage();
      await page.goto(server.url + path);
      // Text, since this package knows no browser types.
      await page.evaluate("document.fonts.ready");
      return { ...watched, page };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Once a person: passwords are slow on purpose. */
async function signIn(context: WatchedPage["context"], url: string, email: string) {
  const answer = await context.request.post(`${url}/trpc/auth.signIn`, {
    data: { email, password },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`${email} could not sign in: ${await answer.text()}`);
  return await context.cookies();
}
