import { describe, expect, it } from "vitest";

import { listPackages, readText } from "./repository.ts";

const providers = listPackages().filter(({ folder }) => /^packages\/provider-(?!kit$)/.test(folder));

describe.each(providers)("$folder", ({ folder, files }) => {
  it("exports its factory and its settings under the names that a reader expects", () => {
    const index = readText(`${folder}/src/index.ts`);
    const factory = /\bcreate(\w+)Provider\b/.exec(index)?.[1];

    expect(factory?.toLowerCase()).toBe(folder.replace("packages/provider-", "").replaceAll("-", ""));
    expect(index).toMatch(new RegExp(`\\b${factory}ProviderSettings\\b`));
  });

  it("explains every setting in its README", () => {
    const types = files.filter((file) => file.endsWith("-settings.ts")).map(readText);
    const settings = types.flatMap((text) =>
      Array.from(text.matchAll(/^ {2}readonly (\w+)\??:/gmu), ([, name]) => name),
    );
    const readme = readText(`${folder}/README.md`);

    expect(settings).not.toEqual([]);
    expect(settings.filter((name) => !readme.includes(`| \`${name}\` `))).toEqual([]);
  });

  it("proves itself with the provider contract kit", () => {
    const tests = files.filter((file) => file.endsWith(".test.ts")).map(readText);

    expect(tests.some((text) => text.includes("describeProviderContract("))).toBe(true);
  });
});

it("looks at the providers that there are", () => {
  expect(providers.map(({ folder }) => folder)).toContain("packages/provider-ollama");
});
