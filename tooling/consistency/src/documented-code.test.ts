import { expect, it } from "vitest";

import { listFiles, readText } from "./repository.ts";

/** Pages whose code is that of a package that is tested. */
const pages = [["docs/adding-a-provider.md", /^tooling\/example-provider\/src\/.*\.ts$/]] as const;

it.each(pages)("the code of %s runs somewhere", (page, sources) => {
  const blocks = [...readText(page).matchAll(/^```ts\n([\s\S]*?)^```$/gmu)].map(([, code = ""]) => code);
  const code = listFiles(sources).map(readText).join("\n");

  expect(blocks.length).toBeGreaterThan(2);
  expect(blocks.filter((block) => !code.includes(block))).toEqual([]);
});
