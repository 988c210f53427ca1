import { test } from "vitest";
import { startDashboard } from "../support/start-dashboard.ts";
test("debug", { timeout: 60_000 }, async () => {
  await using bench = await startDashboard("debug");
  await using admin = await bench.open("/catalog");
  await new Promise((r) => setTimeout(r, 2500));
  console.log(admin.page.url(), admin.problems, (await admin.page.content()).slice(0, 3000));
});
