import {
  chromiumPath,
  findViolations,
  hasChromium,
  openOverlay,
  type Page,
  takeScreenshot,
  themes,
  widths,
} from "@corral/browser";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { oneTimeCode } from "../support/one-time-code.ts";
import { addMember, clientFor, password, type Person, signUpAdministrator } from "../support/people.ts";
import { startOidcProvider, type OidcServer } from "../support/start-oidc-provider.ts";
import { type DashboardBench, startDashboard } from "./support/start-dashboard.ts";

const ada = { as: "ada@example.com" };
const refusals = [
  ["sso_failed", "was not begun in this browser"],
  ["sso_refused", "Ask an administrator"],
  ["last_admin", "you are the last one here"],
  ["upstream_unavailable", "Try again in a minute"],
  ["identity_provider_not_found", "Choose another way to sign in"],
  ["something_new", "Try again, or ask an administrator"],
  ["constructor", "Try again, or ask an administrator"],
  ["email_taken", "Another account uses your e-mail address"],
] as const;
const patient = { timeout: 8_000 };
const newPassword = "a wholly different set of words";

describe("accounts in the dashboard", { timeout: 120_000 }, () => {
  const resources = new AsyncDisposableStack();
  let bench: DashboardBench;
  let admin: Person;
  let oidc: OidcServer;
  let supportId: string;

  beforeAll(async () => {
    if (!hasChromium) return;
    const ollama = resources.use(await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] }));
    // A name, since passkeys belong to none without one.
    bench = resources.use(await startDashboard("accounts", { CORRAL_HOST: "localhost" }));
    const { server } = bench;
    admin = await signUpAdministrator(server);
    oidc = resources.use(await startOidcProvider({ id: "corral", slug: "acme", url: server.url }));
    const connection = { provider: "ollama", name: "Lab", url: ollama.url } as const;
    const [{ uid }, group] = await Promise.all([
      admin.trpc.connections.create.mutate(connection),
      admin.trpc.groups.create.mutate({ name: "Support", permissions: ["connections.read"] }),
    ]);
    supportId = group.id;
    await admin.trpc.connections.refresh.mutate({ uid });
  });

  afterAll(() => resources.disposeAsync());

  beforeEach((context) => {
    if (!hasChromium) context.skip(`no Chromium at ${chromiumPath}`);
  });

  const openAs = (email: string, path: string) => bench.open(path, { as: email });
  const openLink = (link: string) => bench.open(link.slice(bench.server.url.length));
  const shownOnce = async (page: Page): Promise<string> =>
    (await page.getByRole("dialog").locator("code").first().textContent()) ?? "";

  test("an invitation lets one person in, once", async () => {
    await using opened = await bench.open("/users", ada);
    const { page, problems } = opened;
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("menuitem", { name: "Invite by a link" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite somebody" });
    await dialog.getByLabel("E-mail").fill("iris@example.com");
    await dialog.getByRole("combobox", { name: "Groups" }).fill("Support");
    await page.getByRole("option", { name: "Support" }).click();
    await takeScreenshot(page, "invite-1440-light");
    expect(await findViolations(page, openOverlay)).toEqual([]);
    await dialog.getByRole("button", { name: "Make the link" }).click();
    await dialog.getByText("The link is shown only now").waitFor();
    await expectAccessible(page, "invite-link", openOverlay);
    const link = await shownOnce(page);
    await dialog.getByRole("button", { name: "Done" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await page.content()).not.toContain(new URL(link).hash.slice(7));
    await page.getByRole("link", { name: "Invitations" }).click();
    await page.getByRole("listitem").filter({ hasText: "iris@example.com" }).getByText("Open").waitFor();

    await using invited = await openLink(link);
    const iris = invited.page;
    expect(iris.url()).toBe(`${bench.server.url}/invitation`);
    await iris.getByLabel("Name", { exact: true }).fill("Iris");
    await iris.getByLabel("Password", { exact: true }).fill("too short");
    await iris.getByRole("button", { name: "Create an account" }).click();
    await iris.getByRole("alert").getByText("15 to 128 characters").waitFor();
    await expectAccessible(iris, "invitation");
    await iris.getByLabel("Password", { exact: true }).fill(password);
    await iris.keyboard.press("Enter");
    await iris.waitForURL("**/catalog");
    await iris.getByRole("button", { name: "Iris" }).waitFor();
    const { users } = await admin.trpc.users.list.query({ search: "iris@example.com" });
    const detail = await admin.trpc.users.get.query({ id: users[0]?.id ?? "" });
    expect(detail).toMatchObject({ name: "Iris", role: "user", groups: [{ id: supportId }] });

    await using late = await openLink(link);
    await late.page.getByLabel("Name", { exact: true }).fill("Eve");
    await late.page.getByLabel("Password", { exact: true }).fill(password);
    await late.page.getByRole("button", { name: "Create an account" }).click();
    await late.page.getByRole("heading", { name: "This invitation no longer works" }).waitFor();
    await expectAccessible(late.page, "invitation-dead");
    await late.page.getByRole("link", { name: "To the sign-in" }).click();
    await late.page.waitForURL("**/sign-in");
    await late.page.goto(`${bench.server.url}/invitation`);
    await late.page.getByRole("heading", { name: "This link is not whole" }).waitFor();
    expect(problems).toEqual([]);
  });

  test("a revoked invitation lets nobody in, and a newer one in the same tab does", async () => {
    const invite = async () => (await admin.trpc.invitations.create.mutate({ email: "ivo@example.com" })).url;
    await using invited = await openLink(await invite());
    const ivo = invited.page;
    await using opened = await bench.open("/invitations", ada);
    const { page } = opened;
    await page.getByRole("button", { name: "Revoke the invitation for ivo@example.com" }).click();
    const row = page.getByRole("listitem").filter({ hasText: "ivo@example.com" });
    await row.getByText("Revoked").waitFor();

    await ivo.getByLabel("Name", { exact: true }).fill("Ivo");
    await ivo.getByLabel("Password", { exact: true }).fill(password);
    await ivo.keyboard.press("Enter");
    await ivo.getByRole("heading", { name: "This invitation no longer works" }).waitFor();
    await ivo.goto(await invite());
    await ivo.getByLabel("Name", { exact: true }).fill("Ivo");
    await ivo.getByLabel("Password", { exact: true }).fill(password);
    await ivo.keyboard.press("Enter");

    await ivo.waitForURL("**/catalog");
    const { invitations } = await admin.trpc.invitations.list.query();
    const states = invitations.filter(({ email }) => email === "ivo@example.com").map(({ state }) => state);
    expect(states.toSorted((left, right) => left.localeCompare(right))).toEqual(["revoked", "used"]);
  });

  test("a password link sets a new password, ends the sessions, and works once", async () => {
    const paul = await addMember(bench.server, admin, "Paul");
    await using opened = await bench.open(`/users/${paul.id}`, ada);
    const { page } = opened;
    await page.getByRole("button", { name: "Make a link" }).click();
    await page.getByRole("dialog", { name: "Password link for Paul" }).waitFor();
    await expectAccessible(page, "password-link-made", openOverlay);
    const link = await shownOnce(page);
    await page.getByRole("button", { name: "Done" }).click();

    await using given = await openLink(link);
    expect(given.page.url()).toBe(`${bench.server.url}/password`);
    await expectAccessible(given.page, "password-link");
    await given.page.getByLabel("New password", { exact: true }).fill(newPassword);
    await given.page.keyboard.press("Enter");
    await given.page.getByRole("heading", { name: "Your new password is set" }).waitFor();
    expect((await failureOf(paul.trpc.auth.sessions.query())).errorCode).toBe("unauthenticated");
    expect(await given.page.getByLabel("E-mail").inputValue()).toBe("paul@example.com");
    await given.page.getByLabel("Password", { exact: true }).fill(newPassword);
    await given.page.keyboard.press("Enter");
    await given.page.waitForURL("**/catalog");

    await using late = await openLink(link);
    await late.page.getByLabel("New password", { exact: true }).fill(password);
    await late.page.keyboard.press("Enter");
    await late.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  });

  test("one-time codes are set up, asked for, and taken off again, in one sitting", async () => {
    await addMember(bench.server, admin, "Olga");
    await using opened = await openAs("olga@example.com", "/account?tab=sign-in");
    const { page } = opened;
    await page.getByRole("button", { name: "Set up one-time codes" }).click();
    const dialog = page.getByRole("dialog", { name: "Set up one-time codes" });
    await dialog.getByLabel("Current password", { exact: true }).fill("wrong password here");
    await page.keyboard.press("Enter");
    await dialog.getByText("is wrong").waitFor();
    await dialog.getByLabel("Current password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await dialog.getByRole("img", { name: "QR code with the key for your app" }).waitFor();
    await expectAccessible(page, "codes-scan", openOverlay);
    const uri = (await dialog.getByRole("link", { name: "Open it in an app" }).getAttribute("href")) ?? "";
    expect(await dialog.locator("code").first().textContent()).toBe(new URL(uri).searchParams.get("secret"));
    await dialog.getByLabel("Code", { exact: true }).fill("000000");
    await page.keyboard.press("Enter");
    await dialog.getByText("That is not the code of this moment").waitFor();
    await dialog.getByLabel("Code", { exact: true }).fill(oneTimeCode(uri));
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "I have saved them" }).waitFor();
    await expectAccessible(page, "codes-backup", openOverlay);
    const [backupCode = ""] = (await shownOnce(page)).split("\n");
    await dialog.getByRole("button", { name: "I have saved them" }).click();
    await page.getByRole("button", { name: "Turn off one-time codes" }).waitFor();
    expect(await page.content()).not.toContain(backupCode);

    // The session that turned them on goes on, and so do its live updates.
    await page.getByRole("link", { name: "Models" }).first().click();
    await page.getByText("Nothing is shared with you yet").waitFor();
    const access = { kind: "public" } as const;
    await admin.trpc.models.create.mutate({ id: "news", name: "News", baseModelId: "llama3.2", access });
    await page.getByRole("link", { name: "News" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);

    await signOut(page, "Olga");
    await page.getByLabel("E-mail").fill("olga@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("The password for olga@example.com is right").waitFor();
    await expectAccessible(page, "sign-in-code");
    await page.getByLabel("Code", { exact: true }).fill("123456");
    await page.keyboard.press("Enter");
    await page.getByText("The code is wrong, too old or was used before").waitFor();
    await page.getByLabel("Code", { exact: true }).fill(backupCode);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/catalog");

    await page.goto(`${bench.server.url}/account?tab=sign-in`);
    await page.getByRole("button", { name: "Turn off one-time codes" }).click();
    await page.getByRole("dialog").getByLabel("Current password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Set up one-time codes" }).waitFor();
    await clientFor(bench.server.url).auth.signIn.mutate({ email: "olga@example.com", password });
  });

  test("a passkey is added, signs in, and signs in no more when it is removed", async () => {
    await addMember(bench.server, admin, "Pia");
    await using opened = await openAs("pia@example.com", "/account?tab=sign-in");
    const { page, context } = opened;
    const devices = await context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    await devices.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await page.getByRole("button", { name: "Add a passkey" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a passkey" });
    await dialog.getByLabel("Name", { exact: true }).fill("Laptop");
    await expectAccessible(page, "passkey-add", openOverlay);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("list", { name: "Passkeys" }).getByText("Laptop").waitFor();

    await signOut(page, "Pia");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL("**/catalog");
    await page.getByRole("button", { name: "Pia" }).waitFor();

    await page.getByRole("button", { name: "Pia" }).click();
    await page.getByRole("menuitem", { name: "Account" }).click();
    await page.getByRole("tab", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Remove Laptop" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("list", { name: "Passkeys" }).waitFor({ state: "detached" });
    await signOut(page, "Pia");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("alert").getByText("The passkey is unknown here").waitFor();
  });

  test("says what a browser means that declines a passkey", async () => {
    await using opened = await bench.open("/sign-in");
    const { page, context } = opened;
    const devices = await context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    // Without a device that has one, the browser declines.
    await page.evaluate(`navigator.credentials.get = () =>
      Promise.reject(new DOMException("The operation either timed out or was not allowed.", "NotAllowedError"))`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();

    await page.getByRole("alert").getByText("it was declined, or took too long").waitFor();
    expect(await page.getByLabel("E-mail").count()).toBe(1);
  });

  test("people of an identity provider sign in and out there", async () => {
    await admin.trpc.sso.providers.create.mutate({
      slug: "acme",
      name: "Acme",
      issuer: oidc.issuer,
      clientId: "corral",
      clientSecret: oidc.clientSecret,
      newUsers: { kind: "domains", domains: ["acme.example"] },
      newUserRole: "user",
    });
    oidc.signInAs({ sub: "1", email: "grete@acme.example", email_verified: true, name: "Grete" });
    await using opened = await bench.open("/sign-in?next=/groups");
    const { page, problems } = opened;
    await page.getByRole("link", { name: "Sign in with Acme" }).waitFor();
    await expectAccessible(page, "sign-in-ways");
    await page.getByRole("link", { name: "Sign in with Acme" }).click();
    await page.waitForURL("**/groups");
    await page.getByRole("button", { name: "Grete" }).waitFor();
    expect(problems).toEqual([]);

    await page.getByRole("button", { name: "Grete" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(`${oidc.issuer}/**`);
  });

  test("says what a refusal of an identity provider means, and what next", async () => {
    await using opened = await bench.open("/sign-in");
    const { page, problems } = opened;
    for (const [code, text] of refusals) {
      await page.goto(`${bench.server.url}/sign-in?error=${code}`);
      await page.getByRole("alert").getByText(text).waitFor();
    }
    await expectAccessible(page, "sign-in-refused");

    expect(problems).toEqual([]);
  });

  test("sessions are listed and ended, one by one and all others at once", async () => {
    const sven = await addMember(bench.server, admin, "Sven");
    const again = async () =>
      clientFor(bench.server.url).auth.signIn.mutate({ email: "sven@example.com", password });
    await using opened = await openAs("sven@example.com", "/account?tab=sessions");
    const { page, problems } = opened;
    const rows = page.getByRole("list", { name: "Where you are signed in" }).getByRole("listitem");
    await expect.poll(() => rows.count(), patient).toBe(2);
    expect(await rows.filter({ hasText: "This one" }).count()).toBe(1);
    await page.getByRole("button", { name: /^End the session of/u }).click();
    await expect.poll(() => rows.count(), patient).toBe(1);
    expect((await failureOf(sven.trpc.auth.sessions.query())).errorCode).toBe("unauthenticated");

    const [one, other] = [await again(), await again()];
    await page.reload();
    await expect.poll(() => rows.count(), patient).toBe(3);
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByRole("alertdialog", { name: "End 2 other sessions?" }).waitFor();
    await expectAccessible(page, "end-others", openOverlay);
    await page.getByRole("alertdialog").getByRole("button", { name: "End all others" }).click();
    await expect.poll(() => rows.count(), patient).toBe(1);

    for (const { token } of [one, other]) {
      const ended = await failureOf(clientFor(bench.server.url, token).auth.sessions.query());
      expect(ended.errorCode).toBe("unauthenticated");
    }
    expect(problems).toEqual([]);
  });

  test("a password is changed, and the session in which it was goes on", async () => {
    await addMember(bench.server, admin, "Wim");
    await using opened = await openAs("wim@example.com", "/account?tab=sign-in");
    const { page, problems } = opened;
    await page.getByRole("button", { name: "Change the password" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the password" });
    await dialog.getByLabel("Current password", { exact: true }).fill(password);
    await dialog.getByLabel("New password", { exact: true }).fill(newPassword);
    await page.keyboard.press("Enter");
    await page.getByText("The password is changed").waitFor();

    await page.getByRole("tab", { name: "Sessions" }).click();
    await page.getByText("This one").waitFor();
    await clientFor(bench.server.url).auth.signIn.mutate({ email: "wim@example.com", password: newPassword });
    expect(problems).toEqual([]);
  });

  test("an administrator sees what somebody may do and why, suspends them and lets them in again", async () => {
    const hans = await addMember(bench.server, admin, "Hans");
    await admin.trpc.groups.update.mutate({ id: supportId, memberIds: [hans.id] });
    await using opened = await bench.open(`/users/${hans.id}`, ada);
    const { page, problems } = opened;
    const rights = page.getByRole("region", { name: "What they may do" });
    const right = (text: string) => rights.getByRole("listitem").filter({ hasText: text });
    await right("connections.read").getByText("through Support").waitFor();
    expect(await right("models.create").textContent()).toContain("as every member");
    await right("users.read").getByRole("img", { name: "Not allowed" }).waitFor();
    await page.getByRole("button", { name: "Suspend" }).click();
    await page.getByRole("alertdialog", { name: "Suspend Hans?" }).getByText("No model stops").waitFor();
    await expectAccessible(page, "suspend", openOverlay);
    await page.getByRole("alertdialog").getByRole("button", { name: "Suspend" }).click();
    await page.getByText("Nothing, while suspended").waitFor();
    expect((await failureOf(hans.trpc.auth.sessions.query())).errorCode).toBe("unauthenticated");
    await page.getByRole("button", { name: "Reinstate" }).click();
    await page.getByRole("button", { name: "Suspend" }).waitFor();

    const { token } = await clientFor(bench.server.url).auth.signIn.mutate({
      email: "hans@example.com",
      password,
    });
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByText("Hans: 1 session ended").waitFor();
    const ended = await failureOf(clientFor(bench.server.url, token).auth.sessions.query());
    expect(ended.errorCode).toBe("unauthenticated");
    expect(problems).toEqual([]);
  });

  test("an administrator looks through somebody's eyes, under a bar that says so", async () => {
    const vera = await addMember(bench.server, admin, "Vera");
    const access = {
      kind: "restricted",
      read: { groupIds: [], userIds: [vera.id] },
      write: { groupIds: [], userIds: [] },
    } as const;
    await admin.trpc.models.create.mutate({
      id: "for-vera",
      name: "For Vera",
      baseModelId: "llama3.2",
      access,
    });
    await using opened = await bench.open(`/users/${vera.id}`, ada);
    const { page, problems } = opened;
    await page.getByRole("link", { name: "See models as they do" }).click();
    const bar = page.getByRole("region", { name: "See models as they do" });
    await bar.getByText("as Vera does").waitFor();
    await page.getByRole("link", { name: "For Vera" }).waitFor();
    expect(await page.getByRole("rowheader").count()).toBe(1);
    await expectAccessible(page, "view-as");
    await page.getByRole("link", { name: "For Vera" }).click();
    await page.getByRole("heading", { name: "For Vera" }).waitFor();
    await bar.getByText("as Vera does").waitFor();
    await expectAccessible(page, "view-as-model");
    expect(await page.getByRole("link", { name: "Try it" }).count()).toBe(0);
    await page.goto(`${bench.server.url}/catalog/llama3.2:latest?as=${vera.id}`);
    await page.getByText("or it is not shared with you").waitFor();
    problems.length = 0;

    await bar.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("heading", { name: "Vera" }).waitFor();
    await page.getByRole("link", { name: "Models" }).first().click();
    await page.getByRole("link", { name: "qwen3:8b" }).waitFor();

    expect(await bar.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test("a program gets an account, and a key that is shown once and ends when told to", async () => {
    await using opened = await bench.open("/users", ada);
    const { page, problems } = opened;
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("menuitem", { name: "New service account" }).click();
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Nightly report");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Nightly report" }).waitFor();
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog", { name: "New key" });
    await dialog.getByLabel("Name", { exact: true }).fill("report");
    await expectAccessible(page, "new-service-key", openOverlay);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Your new key" }).waitFor();
    const key = await shownOnce(page);
    const ask = () => fetch(`${bench.server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask()).status).toBe(200);
    await page.getByRole("button", { name: "I have saved it" }).click();
    await page.getByRole("listitem").filter({ hasText: "report" }).getByText("call models").waitFor();
    expect(await page.content()).not.toContain(key);
    await page.getByRole("button", { name: "End the key report" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "End", exact: true }).click();
    await page.getByRole("region", { name: "API keys" }).getByText("None.").waitFor();

    expect((await ask()).status).toBe(401);
    expect(problems).toEqual([]);
  });
});

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
}

/** Leaves a screenshot at every width, in both themes. What depends on the width is looked at at every width. */
async function expectAccessible(page: Page, name: string, scope = "html"): Promise<void> {
  // A dialog is as wide on a tablet as it is on a desk.
  for (const width of scope === openOverlay ? ([390, 1440] as const) : widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const theme of themes.toReversed()) {
      await page.emulateMedia({ colorScheme: theme });
      await takeScreenshot(page, `accounts-${name}-${width}-${theme}`);
    }
    const found = await findViolations(page, scope);
    expect({ name, width, found }).toEqual({ name, width, found: [] });
  }
  await page.emulateMedia({ colorScheme: "dark" });
  const found = await findViolations(page, scope, ["color-contrast"]);
  expect({ name, found }).toEqual({ name, found: [] });
}
