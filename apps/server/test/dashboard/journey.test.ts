import {
  chromiumPath,
  findViolations,
  hasChromium,
  type Page,
  takeScreenshot,
  themes,
  widths,
} from "@corral/browser";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { password } from "../support/people.ts";
import { startDashboard } from "./support/start-dashboard.ts";

test(
  "from the setup code to a shared model that a second person chats with",
  { timeout: 240_000 },
  async (context) => {
    if (!hasChromium) return context.skip(`no Chromium at ${chromiumPath}`);
    await using ollama = await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] });
    await using bench = await startDashboard("journey");
    const { server, open } = bench;

    // Whoever comes first is sent to set up, and without the right code gets no further.
    await using admin = await open("/catalog");
    const { page } = admin;
    await page.waitForURL("**/setup");
    await page.getByLabel("Setup code").fill("wrong");
    await fillAccount(page, "Ada", "ada@example.com");
    await page.getByRole("button", { name: "Create the administrator" }).click();
    await page.getByRole("alert").getByText("Use the code that the server printed at its start.").waitFor();
    expect(admin.problems.splice(0).filter((problem) => !/40[0-9]/.test(problem))).toEqual([]);

    // The address that the server prints brings the code along, which leaves the address bar at once.
    await page.goto("about:blank");
    await page.goto(`${server.url}/setup#code=${server.setupCode}`);
    await page.getByText("Taken from the address that you opened.").waitFor();
    expect(page.url()).toBe(`${server.url}/setup`);
    await fillAccount(page, "Ada", "ada@example.com");
    await expectAccessible(page, "setup");
    await page.getByRole("button", { name: "Create the administrator" }).click();

    // A dead address fails at its rung; the right one passes all three.
    await page.getByLabel("Address").fill("http://127.0.0.1:1");
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByRole("img", { name: "Failed" }).waitFor();
    expect(await page.getByRole("img", { name: "Not reached" }).count()).toBe(2);
    await page.getByLabel("Address").fill(ollama.url);
    await page.getByLabel("Name", { exact: true }).fill("Lab");
    await page.getByRole("button", { name: "Verify" }).click();
    await expect.poll(() => page.getByRole("img", { name: "Passed" }).count()).toBe(3);
    await expectAccessible(page, "setup-connect");
    await page.getByRole("button", { name: "Save connection" }).click();
    await page.getByRole("link", { name: "Open models" }).click();

    // The catalog shows what the endpoint lists, without a reload.
    await page.getByRole("link", { name: "llama3.2:latest" }).waitFor();
    await expectAccessible(page, "first-catalog");
    await page.goto(`${server.url}/setup`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();

    await addPeople(page, server.url);
    await createSharedModel(page, server.url);

    // It answers, with the prompt and the temperature that were set.
    await page.getByRole("link", { name: "Try it" }).click();
    await ask(page, "Hello from Ada");
    await page.getByText("You said: Hello from Ada", { exact: true }).waitFor();
    await expectAccessible(page, "chat");
    expect(ollama.journal.of("/api/chat").at(-1)?.body).toMatchObject({
      model: "llama3.2:latest",
      messages: [
        { role: "system", content: "You sort tickets." },
        { role: "user", content: "Hello from Ada" },
      ],
      options: { temperature: 0.2 },
    });

    // Bob sees exactly what is shared with his group, and none of what it is made of.
    await using member = await open("/catalog");
    const bob = member.page;
    await bob.waitForURL("**/sign-in");
    await expectAccessible(bob, "sign-in");
    await bob.getByLabel("E-mail").fill("bob@example.com");
    await bob.getByLabel("Password", { exact: true }).fill(password);
    await bob.getByRole("button", { name: "Sign in" }).click();
    await bob.getByRole("link", { name: "Support triage" }).waitFor();
    expect(await bob.getByRole("rowheader").count()).toBe(1);
    expect(await bob.getByRole("link", { name: "Connections" }).count()).toBe(0);
    await bob.getByRole("link", { name: "Support triage" }).click();
    await bob.getByText("You may use this model.").waitFor();
    expect(await bob.content()).not.toContain("You sort tickets.");
    await expectAccessible(bob, "reader");
    await bob.getByRole("link", { name: "Try it" }).click();
    await ask(bob, "Hello from Bob");
    await bob.getByText("You said: Hello from Bob", { exact: true }).waitFor();

    // Deep links to what he may not see say so.
    await bob.goto(`${server.url}/connections`);
    await bob.getByText("You need the permission connections.read").waitFor();
    await bob.goto(`${server.url}/catalog/llama3.2:latest`);
    await bob.getByText("or it is not shared with you").waitFor();

    // Signing out leaves nothing behind.
    await bob.getByRole("button", { name: "Bob" }).click();
    await bob.getByRole("menuitem", { name: "Sign out" }).click();
    await bob.waitForURL("**/sign-in");
    await bob.goto(`${server.url}/account`);
    await bob.waitForURL("**/sign-in?next=/account");

    expect(admin.problems).toEqual([]);
    expect(member.problems).toEqual([]);
  },
);

async function fillAccount(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
}

async function addPeople(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/users`);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("menuitem", { name: "New user with a password" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Bob");
  await dialog.getByLabel("E-mail").fill("bob@example.com");
  await dialog.getByLabel("First password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "New user" }).click();
  await page.getByRole("rowheader", { name: /Bob/ }).waitFor();

  await page.getByRole("link", { name: "Groups" }).first().click();
  await page.getByRole("button", { name: "New group" }).first().click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Name", { exact: true }).fill("Support");
  await choose(page, "Members", "Bob");
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.getByText("1 member").waitFor();
}

async function createSharedModel(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/catalog`);
  await page.getByRole("link", { name: "New model" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Support triage");
  expect(await page.getByLabel("Id", { exact: true }).inputValue()).toBe("support-triage");
  await page.getByLabel("Id", { exact: true }).fill("acme/support-triage");
  await choose(page, "Base model", "llama3.2:latest");
  await page.getByLabel("Prompt", { exact: true }).fill("You sort tickets.");
  await page.getByRole("textbox", { name: "temperature" }).fill("0.2");
  await page.getByRole("radio", { name: "Certain people and groups" }).click();
  await choose(page, "Can use", "Support");
  await expectAccessible(page, "create");
  await page.getByRole("button", { name: "Create model" }).click();
  await page.waitForURL("**/catalog/acme/support-triage");
  await page.getByRole("heading", { name: "Support triage" }).waitFor();
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).fill(option);
  await page.getByRole("option", { name: option }).first().click();
}

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByLabel("Message").fill(prompt);
  await page.keyboard.press("Enter");
}

/** At every width, in both themes; leaves a screenshot of each. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await takeScreenshot(page, `journey-${name}-${width}-${theme}`);
      const rules = theme === "dark" ? ["color-contrast"] : undefined;
      const found = await findViolations(page, "html", rules);
      expect({ name, width, theme, found }).toEqual({ name, width, theme, found: [] });
    }
  }
}
