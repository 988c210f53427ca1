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
console.log(JSON.stringify({ count: loaded.length, azure: loaded.filter((url) => url.includes("@azure")) }));
`;

test("[bar 11] the server starts without the library for Entra ID, which costs 40 MB", async () => {
  const entry = fileURLToPath(new URL("../../src/container.ts", import.meta.url));

  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    program,
    "--",
    entry,
  ]);

  const { count, azure }: { count: number; azure: string[] } = JSON.parse(stdout);
  expect(azure).toEqual([]);
  expect(count).toBeGreaterThan(100);
});
