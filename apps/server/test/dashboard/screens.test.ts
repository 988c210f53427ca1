import { chromiumPath, findViolations, hasChromium, takeScreenshot, themes, widths } from "@corral/browser";
import { startSimulatedOllama, startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember, type Person, signUpAdministrator } from "../support/people.ts";
import { type DashboardBench, startDashboard } from "./support/start-dashboard.ts";

type Ids = { grace: string; robot: string };

const screens: readonly { name: string; path: string | ((ids: Ids) => string); ready: string }[] = [
  { name: "catalog", path: "/catalog", ready: "Support triage" },
  { name: "model", path: "/catalog/acme/support-triage", ready: "You sort incoming tickets" },
  { name: "base-model", path: "/catalog/qwen3:8b", ready: "Settings over the provider" },
  { name: "new-model", path: "/catalog/new", ready: "Create model" },
  { name: "connections", path: "/connections", ready: "Old box" },
  { name: "playground", path: "/playground?m=acme/support-triage", ready: "Choose a model and ask" },
  { name: "users", path: "/users", ready: "grace@example.com" },
  { name: "groups", path: "/groups", ready: "People who answer tickets" },
  { name: "account", path: "/account", ready: "Create key" },
  { name: "account-sign-in", path: "/account?tab=sign-in", ready: "Add a passkey" },
  { name: "account-sessions", path: "/account?tab=sessions", ready: "This one" },
  { name: "person", path: ({ grace }) => `/users/${grace}`, ready: "through Support" },
  { name: "service-account", path: ({ robot }) => `/users/${robot}`, ready: "New key" },
  { name: "nobody", path: "/users/nobody", ready: "There is no such account" },
  { name: "invitations", path: "/invitations", ready: "ivy@example.com" },
  { name: "view-as", path: ({ grace }) => `/catalog?as=${grace}`, ready: "as Grace does" },
  { name: "fleet", path: "/fleet", ready: "all on graphics cards" },
];

const patient = { timeout: 8_000 };
const grants = (groupIds: string[]) => ({ groupIds, userIds: [] });

async function connect(
  admin: Person,
  connection: Parameters<Person["trpc"]["connections"]["create"]["mutate"]>[0],
): Promise<string> {
  const { uid } = await admin.trpc.connections.create.mutate(connection);
  await admin.trpc.connections.refresh.mutate({ uid });
  return uid;
}

describe("every screen", () => {
  const resources = new AsyncDisposableStack();
  let bench: DashboardBench;
  let ids: Ids;

  beforeAll(async () => {
    if (!hasChromium) return;
    const ollama = resources.use(await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] }));
    const openai = resources.use(await startSimulatedOpenAI({ apiKey: "sk-upstream" }));
    bench = resources.use(await startDashboard("screens"));
    const admin = await signUpAdministrator(bench.server);
    const grace = await addMember(bench.server, admin, "Grace");
    const { id } = await admin.trpc.groups.create.mutate({
      name: "Support",
      description: "People who answer tickets",
      memberIds: [grace.id],
      permissions: ["connections.read"],
    });
    const robot = await admin.trpc.users.createService.mutate({ name: "Nightly report" });
    ids = { grace: grace.id, robot: robot.id };
    await admin.trpc.invitations.create.mutate({ email: "ivy@example.com", groupIds: [id] });
    const connectionUid = await connect(admin, {
      provider: "ollama",
      name: "lab-gpu-1",
      url: ollama.url,
      tags: ["lab"],
    });
    await admin.trpc.ollama.load.mutate({ connectionUid, model: "qwen3:8b" });
    await connect(admin, {
      provider: "openai",
      name: "Main",
      url: openai.baseUrl,
      authType: "bearer",
      key: "sk-upstream",
      prefix: "main",
    });
    await connect(admin, { provider: "ollama", name: "Old box", url: "http://127.0.0.1:1" });
    await admin.trpc.models.create.mutate({
      id: "acme/support-triage",
      name: "Support triage",
      baseModelId: "llama3.2",
      params: { system: "You sort incoming tickets for Acme.", temperature: 0.2, max_tokens: 1024 },
      paramModes: { temperature: "fixed" },
      meta: { description: "Sorts tickets into queues.", tags: ["support", "prod"] },
      access: { kind: "restricted", read: grants([id]), write: grants([]) },
    });
  });

  afterAll(() => resources.disposeAsync());

  for (const width of widths) {
    test(
      `is accessible, quiet and no wider than ${width} px, in both themes`,
      { timeout: 240_000 },
      async (context) => {
        if (!hasChromium) return context.skip(`no Chromium at ${chromiumPath}`);
        await using opened = await bench.open("/catalog", { as: "ada@example.com", width });
        const { page, problems } = opened;
        for (const { name, path, ready } of screens) {
          await page.goto(bench.server.url + (typeof path === "string" ? path : path(ids)));
          await page.getByText(ready).first().waitFor();
          // Parts below the first paint load after it.
          await expect
            .poll(() => page.locator("main div[aria-busy=true]").count(), { ...patient, message: name })
            .toBe(0);
          expect({ name, widthPx: await page.evaluate("document.documentElement.scrollWidth") }).toEqual({
            name,
            widthPx: width,
          });
          for (const theme of themes) {
            await page.emulateMedia({ colorScheme: theme });
            await takeScreenshot(page, `${name}-${width}-${theme}`);
            // The second theme can differ in its colors only, and they not with the width.
            if (theme === "dark" && width !== widths[0]) continue;
            const rules = theme === "dark" ? ["color-contrast"] : undefined;
            expect({ name, theme, found: await findViolations(page, "html", rules) }).toEqual({
              name,
              theme,
              found: [],
            });
          }
        }
        expect(problems).toEqual([]);
      },
    );
  }
});
