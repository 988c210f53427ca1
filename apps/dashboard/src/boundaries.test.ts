import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

// Who may import Base UI is a lint rule; these fences lie inside the dashboard.

const root = fileURLToPath(new URL(".", import.meta.url));
const files = globSync("**/*.{ts,tsx}", { cwd: root }).map((path) => ({
  path,
  imports: [...readFileSync(`${root}${path}`, "utf8").matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map(
    ([, name = ""]) => name,
  ),
}));

function listImporters(of: RegExp, outside: RegExp): string[] {
  const guilty = files.filter(
    ({ path, imports }) => !outside.test(path) && imports.some((name) => of.test(name)),
  );
  return guilty.map(({ path }) => path);
}

it("looks at real files", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(listImporters(/^@base-ui\/react/, /^nothing/).length).toBeGreaterThan(10);
});

it("keeps the table library behind the table kit", () => {
  expect(listImporters(/^@tanstack\/react-(?:table|virtual)/, /^ui\/table\//)).toEqual([]);
});

it("loads the overlays only on demand", () => {
  expect(listImporters(/-overlay\.tsx$/, /^ui\/overlay\/(?:popups|dialogs)\.ts$/)).toEqual([]);
  expect(listImporters(/\/(?:popups|dialogs)\.ts$/, /^ui\/overlay\/lazy-overlays\.ts$/)).toEqual([]);
});

it("keeps the kit out of everything but its own route", () => {
  expect(listImporters(/\/kit\//, /^(?:kit\/|routes\.tsx$)/)).toEqual([]);
});
