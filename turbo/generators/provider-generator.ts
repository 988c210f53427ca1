import type { PlopTypes } from "@turbo/gen";
import { addFile, format, isKebabCase, tellNextSteps, withSpellings } from "./actions.ts";

const folder = "packages/provider-{{name}}";
const files = [
  ["package.json", "package.json"],
  ["turbo.json", "turbo.json"],
  ["tsconfig.json", "tsconfig.json"],
  ["tsconfig.build.json", "tsconfig.build.json"],
  ["README.md", "readme.md"],
  ["src/index.ts", "index.ts"],
  ["src/{{name}}-settings.ts", "settings.ts"],
  ["src/{{name}}-provider.ts", "provider.ts"],
  ["src/{{name}}-contract.test.ts", "contract.test.ts"],
  ["src/__fixtures__/{{name}}-scenarios.ts", "scenarios.ts"],
] as const;

/** A package for another kind of endpoint, with a contract test that fails until it is written. */
export const providerGenerator: PlopTypes.PlopGeneratorConfig = {
  description: "a provider: package, settings, failing contract test",
  prompts: [
    {
      type: "input",
      name: "name",
      message: "The provider's name, in kebab-case (packages/provider-<name>):",
      validate: isKebabCase,
    },
  ],
  actions: (data) => {
    const { name } = withSpellings(data);
    return [
      ...files.map(([path, template]) => addFile(`${folder}/${path}`, `provider/${template}`)),
      format([`packages/provider-${name}`]),
      tellNextSteps("Add a provider"),
    ];
  },
};
