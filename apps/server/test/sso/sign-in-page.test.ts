import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { CookieBrowser } from "../support/cookie-browser.ts";
import { signUpAdministrator } from "../support/people.ts";
import { startOidcProvider } from "../support/start-oidc-provider.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = new URL("../../../../docs/sign-in.md", import.meta.url);
const run = promisify(execFile);

test("what docs/sign-in.md says to type does what it says", { timeout: 60_000 }, async () => {
  await using server = await startTestServer();
  await using oidc = await startOidcProvider({ id: "corral", slug: "acme", url: server.url });
  const ada = await signUpAdministrator(server);
  const text = await readFile(page, "utf8");
  const script = [...text.matchAll(/```sh\n([\s\S]*?)```/gu)]
    .map(([, block = ""]) => block)
    .join("\necho\n")
    .replace("https://id.acme.example", oidc.issuer)
    .replace("the-secret-that-the-provider-shows", oidc.clientSecret);

  const { stdout } = await run("bash", ["--norc", "-euo", "pipefail", "-c", script], {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", CORRAL: server.url, TOKEN: ada.token },
  });
  oidc.signInAs({
    sub: "1",
    email: "linus@acme.example",
    email_verified: true,
    groups: ["Kernel"],
    role: "corral-admins",
  });
  const browser = new CookieBrowser();
  const end = await browser.follow(
    `${server.url}/auth/sso/acme?return_to=/catalog`,
    (url) => url.pathname === "/catalog",
  );

  expect(stdout).toContain('"slug":"acme"');
  expect(stdout).toContain('"displayName":"Grace Hopper"');
  expect(stdout).toContain('"totalResults":1');
  expect(end.origin).toBe(server.url);
  const { users } = await ada.trpc.users.list.query({ search: "acme.example" });
  expect(users.map(({ email, role }) => [email, role])).toEqual([
    ["grace@acme.example", "user"],
    ["linus@acme.example", "admin"],
  ]);
  expect((await ada.trpc.groups.list.query()).groups.map(({ name }) => name)).toEqual(["Kernel"]);
});
