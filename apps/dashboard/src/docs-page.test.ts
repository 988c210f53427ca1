import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("docs/dashboard.md lists every screen, and no other", () => {
  const rows = [...read("../../../docs/dashboard.md").matchAll(/^\| `(\/[^`]*)`/gmu)];
  const documented = rows.map(([, path = ""]) => path.replace(/\/<.*/u, ""));
  const routes = [...read("routes.tsx").matchAll(/path: "(\/[a-z-]+)(?:\/\$\w+)?"/gu)];

  expect(documented.length).toBeGreaterThan(10);
  expect(new Set(documented)).toEqual(new Set(routes.map(([, path]) => path)));
});
