import { test as base } from "vitest";
import { startIdentity, type TestIdentity } from "./start-identity.ts";

/** Tests that share a server, each with people of its own. Those that turn the clock start one for themselves. */
export const test = base.extend<{ identity: TestIdentity }>({
  identity: [
    // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures this one needs: none
    async ({}, use) => {
      await using identity = await startIdentity({ signInFailuresPerMinute: 1_000 });
      await use(identity);
    },
    { scope: "file" },
  ],
});
