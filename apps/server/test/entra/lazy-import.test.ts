import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = `
import { registerHooks } from "node:module";
const loaded = [];
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    loaded.push(found.url);
    return found;
  },
});
await import(process.argv[1]);
const heavy = ["@azure", "openid-client", "@better-auth/passkey", "@simplewebauthn", "plugins/two-factor"];
console.log(JSON.stringify({
  count: loaded.length,
  heavy: loaded.filter((url) => heavy.some((name) => url.includes(name))),
}));
`;

test("[bar 11] the server starts without the libraries for Entra ID, single sign-on, codes and passkeys", async () => {
  const entry = fileURLToPath(new URL("../../src/container.ts", import.meta.url));

  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    program,
    "--",
    entry,
  ]);

  const { count, heavy }: { count: number; heavy: string[] } = JSON.parse(stdout);
  expect(heavy).toEqual([]);
  expect(count).toBeGreaterThan(100);
});
