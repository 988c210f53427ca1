import { beforeAll, describe, expect, it } from "vitest";

import { readText } from "./repository.ts";
import { createScratch } from "./scratch.ts";

type Row = [path: string, rule: string, source: string];

/** A rule that silently does nothing is worse than none: each row must be caught, each neighbour let through. */
const violations: Row[] = [
  ["packages/core/src/orm.ts", "no-restricted-imports", 'export { EntityManager } from "@mikro-orm/core";'],
  [
    "packages/core/src/pg.ts",
    "no-restricted-imports",
    'import type { Pool } from "pg"; export type P = Pool;',
  ],
  ["packages/api/src/kysely.ts", "no-restricted-imports", 'export { Kysely } from "kysely";'],
  ["packages/core/src/lazy-pg.ts", "no-restricted-imports", 'export const load = () => import("pg");'],
  ["packages/db/src/auth.ts", "no-restricted-imports", 'export { betterAuth } from "better-auth";'],
  ["apps/server/src/auth.ts", "no-restricted-imports", 'export { admin } from "better-auth/plugins";'],
  ["packages/core/src/auth.ts", "no-restricted-imports", 'export { x } from "@better-auth/core";'],
  ["packages/api/src/app.ts", "no-restricted-imports", 'export { fastify } from "fastify";'],
  ["packages/identity/src/cookie.ts", "no-restricted-imports", 'export { x } from "@fastify/cookie";'],
  ["packages/provider-ollama/src/pool.ts", "no-restricted-imports", 'export { Pool } from "undici";'],
  ["packages/provider-kit/src/pool.ts", "no-restricted-imports", 'export { Pool } from "undici";'],
  [
    "apps/dashboard/src/features/dialog.tsx",
    "no-restricted-imports",
    'export { Dialog } from "@base-ui/react/dialog";',
  ],
  ["packages/core/src/node.ts", "no-restricted-imports", 'export { env } from "node:process";'],
  ["packages/db/src/raw.ts", "no-restricted-imports", 'export { raw } from "@mikro-orm/core";'],
  ["packages/db/src/repositories/node.ts", "no-restricted-imports", 'export { env } from "node:process";'],
  ["packages/db/src/embedded/auth.ts", "no-restricted-imports", 'export { x } from "better-auth";'],
  ["packages/core/src/env.ts", "no-restricted-globals", 'export const a = process.env["A"];'],
  ["apps/server/src/app.ts", "no-restricted-globals", 'export const a = process.env["A"];'],
  ["apps/server/src/this-terminal.ts", "no-restricted-properties", 'export const a = process.env["A"];'],
  ["packages/core/src/global.ts", "no-restricted-properties", "export const a = globalThis.process;"],
  ["packages/db/src/sql-raw.ts", "no-restricted-properties", "export const a = (x: string) => sql.raw(x);"],
  ["packages/db/src/sql-lit.ts", "no-restricted-properties", "export const a = (x: string) => sql.lit(x);"],
  ["packages/db/src/sql-id.ts", "no-restricted-properties", "export const a = (x: string) => sql.id(x);"],
  [
    "apps/dashboard/src/inner.ts",
    "no-restricted-properties",
    "export const a = (e: any) => { e.innerHTML = e; };",
  ],
  [
    "apps/dashboard/src/danger.tsx",
    "no-danger",
    'export const A = () => <p dangerouslySetInnerHTML={{ __html: "x" }} />;',
  ],
  ["packages/core/src/a.ts", "no-cycle", 'import { b } from "./b.ts"; export const a = () => b;'],
  ["packages/core/src/b.ts", "no-cycle", 'import { a } from "./a.ts"; export const b = () => a;'],
  ["packages/core/src/default.ts", "no-default-export", "export default 1;"],
  ["packages/core/src/CamelCase.ts", "filename-case", "export const a = 1;"],
  ["packages/core/src/any.ts", "no-explicit-any", "export const a = (x: any): unknown => x;"],
  ["packages/core/src/bang.ts", "no-non-null-assertion", "export const a = (x?: string) => x!;"],
  ["packages/core/src/ignore.ts", "ban-ts-comment", "// @ts-ignore\nexport const a = 1;"],
  [
    "packages/core/src/float.ts",
    "no-floating-promises",
    "const f = async () => 1; export const g = () => { f(); };",
  ],
  [
    "packages/core/src/misuse.ts",
    "no-misused-promises",
    "export const g = (x: number[]) => x.forEach(async () => {});",
  ],
  [
    "packages/core/src/switch.ts",
    "switch-exhaustiveness-check",
    'export const f = (x: "a" | "b") => { switch (x) { case "a": } };',
  ],
  [
    "packages/core/src/import-type.ts",
    "consistent-type-imports",
    'import { a } from "./any.ts"; export type A = typeof a;',
  ],
  ["packages/core/src/log.ts", "no-console", 'console.log("x");'],
  ["packages/core/src/loose.ts", "eqeqeq", "export const f = (x: unknown) => x == 1;"],
  ["packages/core/src/wide.ts", "max-params", "export const f = (a: 1, b: 2, c: 3, d: 4) => [a, b, c, d];"],
  [
    "packages/core/src/long.ts",
    "max-lines",
    Array.from({ length: 301 }, (_, n) => `export const a${n} = 1;`).join("\n"),
  ],
  ["packages/core/src/tall.ts", "max-lines-per-function", `export function f() {\n${"f();\n".repeat(61)}}`],
  [
    "packages/core/src/deep.ts",
    "max-depth",
    "export function f(x: 1) { if (x) { if (x) { if (x) { if (x) { if (x) { f(x); } } } } } }",
  ],
  [
    "packages/core/src/stale.ts",
    "unused directive",
    "// oxlint-disable-next-line no-console\nexport const a = 1;",
  ],
  ["packages/core/src/type-error.ts", "TS2322", 'export const n: number = "x";'],
  ["packages/core/src/node-global.ts", "TS2591", "export const b = Buffer.alloc(1);"],
  ["packages/core/src/only.test.ts", "no-focused-tests", 'it.only("x", () => { expect(1).toBe(1); });'],
  [
    "packages/core/src/skip.test.ts",
    "no-disabled-tests",
    'describe.skip("x", () => { it("y", () => { expect(1).toBe(1); }); });',
  ],
  ["packages/core/src/todo.test.ts", "warn-todo", 'it.todo("x");'],
  ["packages/core/src/nothing.test.ts", "expect-expect", 'it("x", () => { JSON.parse("{}"); });'],
];

const allowed: Row[] = [
  [
    "packages/db/src/orm-config.ts",
    "no-restricted-imports",
    'export { MikroORM } from "@mikro-orm/core"; export { Pool } from "pg";',
  ],
  [
    "packages/identity/src/auth.ts",
    "no-restricted-imports",
    'export { betterAuth } from "better-auth"; export { Pool } from "pg";',
  ],
  [
    "apps/server/src/http/app.ts",
    "no-restricted-imports",
    'export { fastify } from "fastify"; export { Pool } from "undici";',
  ],
  [
    "packages/provider-kit/src/undici/transport.ts",
    "no-restricted-imports",
    'export { Pool } from "undici";',
  ],
  [
    "apps/dashboard/src/ui/dialog.tsx",
    "no-restricted-imports",
    'export { Dialog } from "@base-ui/react/dialog";',
  ],
  ["apps/server/src/env.ts", "no-restricted-globals", 'export const a = process.env["A"];'],
  ["apps/server/src/env.ts", "no-restricted-properties", 'export const a = process.env["A"];'],
  ["packages/db/src/embedded/uid.ts", "no-restricted-globals", "export const a = () => process.getuid?.();"],
  ["packages/db/src/embedded/pid.ts", "no-restricted-imports", 'export { pid } from "node:process";'],
  ["apps/server/vite.config.ts", "no-default-export", "export default {};"],
  [
    "packages/core/src/gated.test.ts",
    "no-disabled-tests",
    'describe.skipIf(Math.random() > 2)("x", () => {});',
  ],
];

describe("lint", () => {
  let found: Map<string, string[]>;

  beforeAll(async () => {
    await using scratch = await createScratch();
    await scratch.write(".oxlintrc.json", readText(".oxlintrc.json"));
    await scratch.write("package.json", '{ "type": "module" }');
    for (const file of [
      "tooling/tsconfig/base.json",
      "tooling/tsconfig/neutral.json",
      "packages/core/tsconfig.json",
    ]) {
      await scratch.write(file, readText(file));
    }
    for (const [path, , source] of [...violations, ...allowed]) await scratch.write(path, source);

    found = toRulesByFile(await scratch.run("oxlint", ["--format=json"]));
  });

  it.each(violations)("catches %s: %s", (path, rule) => {
    expect(found.get(path)).toContain(rule);
  });

  it.each(allowed)("lets %s through: %s", (path, rule) => {
    expect(found.get(path) ?? []).not.toContain(rule);
  });
});

function toRulesByFile(json: string): Map<string, string[]> {
  const { diagnostics }: { diagnostics: { filename: string; code?: string; message: string }[] } =
    JSON.parse(json);
  const rules = new Map<string, string[]>();
  for (const { filename, code = "", message } of diagnostics) {
    const rule =
      /\(([^)]+)\)$/.exec(code)?.[1] ??
      (message.startsWith("Unused oxlint-disable") ? "unused directive" : message);
    rules.set(filename, [...(rules.get(filename) ?? []), rule]);
  }
  return rules;
}
