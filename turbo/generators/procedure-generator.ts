import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PlopTypes } from "@turbo/gen";
import {
  addFile,
  editFile,
  format,
  insertBefore,
  insertImport,
  isKebabCase,
  tellNextSteps,
  toCamelCase,
  withSpellings,
  type Answers,
} from "./actions.ts";

/** A procedure of the typed interface, its place in the router, and its test. */
export const procedureGenerator: PlopTypes.PlopGeneratorConfig = {
  description: "a procedure: input and output schemas, place in the router, test",
  prompts: [
    {
      type: "input",
      name: "router",
      message: "The router, a noun in the plural (a new one is made):",
      validate: isKebabCase,
    },
    {
      type: "input",
      name: "name",
      message: "The procedure, verb first, in kebab-case (archive-group):",
      validate: isKebabCase,
    },
    { type: "list", name: "kind", message: "Does it read or write?", choices: ["query", "mutation"] },
    {
      type: "list",
      name: "auth",
      message: "Who may call it?",
      choices: ["member", "administrator"],
    },
    {
      type: "list",
      name: "scope",
      message: "What does an API key need for it?",
      choices: ["models:read", "models:write", "connections:read", "admin", "none"],
    },
  ],
  actions: (data) => {
    const answers = withSpellings(data);
    const { router = "", name, turbo } = answers;
    const key = toKey(answers);
    const method = answers["kind"] === "query" ? "query" : "mutate";
    Object.assign(answers, { key, method, isAdministrator: answers["auth"] === "administrator" });
    const folder = `packages/api/src/routers/${router}`;
    const routerFile = `${folder}/${router}-router.ts`;
    const test = `apps/server/test/${router}/${name}.test.ts`;
    return [
      addFile(`${folder}/${name}.ts`, "procedure/procedure.ts"),
      addFile(test, "procedure/procedure.test.ts"),
      ...(existsSync(join(turbo.paths.root, routerFile))
        ? [registerProcedure(routerFile, answers, key)]
        : [addFile(routerFile, "procedure/router.ts"), registerRouter(answers)]),
      format([folder, "packages/api/src/router.ts", test]),
      tellNextSteps("Add a procedure"),
    ];
  },
};

function registerProcedure(routerFile: string, { name, camel }: Answers, key: string) {
  return editFile(routerFile, (text) => {
    const imported = insertImport(text, `import { ${camel} } from "./${name}.ts";`);
    return insertBefore(imported, { opening: "router({", closing: "});" }, `  ${key}: ${camel},\n`);
  });
}

function registerRouter({ router, routerCamel }: Answers) {
  return editFile("packages/api/src/router.ts", (text) => {
    const line = `import { ${routerCamel}Router } from "./routers/${router}/${router}-router.ts";`;
    const entry = `  ${routerCamel}: ${routerCamel}Router,\n`;
    return insertBefore(insertImport(text, line), { opening: "router({", closing: "});" }, entry);
  });
}

/** `archive-group` of `groups` is called as `groups.archive`. */
function toKey({ router = "", name = "" }: Answers): string {
  const endings = [`-${router}`, `-${router.replace(/s$/u, "")}`];
  const ending = endings.find((text) => name.endsWith(text)) ?? "";
  return toCamelCase(ending === "" ? name : name.slice(0, -ending.length));
}
