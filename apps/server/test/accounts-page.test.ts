import { readFile } from "node:fs/promises";
import { defaultMemberPermissions, permissions } from "@corral/access-control";
import { appRouter } from "@corral/api";
import { limits } from "@corral/core";
import { expect, test } from "vitest";

const text = await readFile(new URL("../../../docs/accounts.md", import.meta.url), "utf8");

test("docs/accounts.md lists every permission, and who has it by default", () => {
  const rows = [...text.matchAll(/^\| `(\w+\.\w+)` +\| (yes|no) +\|/gmu)];

  expect(rows.map(([, name, byDefault]) => [name, byDefault])).toStrictEqual(
    permissions.map((name) => [name, defaultMemberPermissions.some((one) => one === name) ? "yes" : "no"]),
  );
});

test("docs/accounts.md names calls that exist, and numbers that hold", () => {
  const calls = [...text.matchAll(/`((?:access|auth|groups|invitations|keys|settings|users)\.\w+)`/gu)];
  const known = new Set<string>([
    ...Object.keys(appRouter._def.procedures),
    ...permissions,
    "auth.signInFailed",
  ]);
  const dayMs = 24 * 60 * 60_000;

  expect(calls.map(([, name = ""]) => name).filter((name) => !known.has(name))).toStrictEqual([]);
  expect(text).toContain(
    `good for ${limits.invitationMs / dayMs} days (at most ${limits.invitationDaysMax})`,
  );
  expect(limits.passwordLinkMs).toBe(dayMs);
  expect(text).toContain(`${limits.sessionIdleMs / 3_600_000} hours without use`);
  expect(text).toContain(`${limits.sessionAbsoluteMs / dayMs} days after its sign-in`);
  expect(text).toContain(`${limits.passwordLengthMin} to ${limits.passwordLengthMax} characters`);
});
