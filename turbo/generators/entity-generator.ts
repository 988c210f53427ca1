import type { PlopTypes } from "@turbo/gen";
import {
  addFile,
  editFile,
  format,
  insertBefore,
  insertImport,
  isKebabCase,
  tellNextSteps,
  withSpellings,
  type Answers,
} from "./actions.ts";

const core = "packages/core/src";
const db = "packages/db/src";
/** A table with its port, its repository in the unit of work, a test, and a migration that is left to write. */
export const entityGenerator: PlopTypes.PlopGeneratorConfig = {
  description: "an entity: port, entity, repository, test, empty migration",
  prompts: [
    {
      type: "input",
      name: "name",
      message: "What one row is, in kebab-case (note):",
      validate: isKebabCase,
    },
    { type: "input", name: "plural", message: "Several of them (notes):", validate: isKebabCase },
  ],
  actions: (data) => {
    const answers = withSpellings(data);
    const { name, plural } = answers;
    return [
      addFile(`${core}/${name}/${name}.ts`, "entity/type.ts"),
      addFile(`${core}/${name}/${name}-repository.ts`, "entity/port.ts"),
      addFile(`${db}/entities/${name}.entity.ts`, "entity/entity.ts"),
      addFile(`${db}/repositories/${name}-repository.ts`, "entity/repository.ts"),
      addFile(`${db}/repositories/${name}-repository.test.ts`, "entity/repository.test.ts"),
      addFile(`${db}/migrations/add-${plural}-migration.ts`, "entity/migration.ts"),
      ...registerPort(answers),
      ...registerEntity(answers),
      format([core, db]),
      tellNextSteps("Add an entity"),
    ];
  },
};

function registerPort({ name, Name, plurals }: Answers) {
  return [
    editFile(
      `${core}/index.ts`,
      (text) =>
        `${text}export type { ${Name} } from "./${name}/${name}.ts";\n` +
        `export type { ${Name}Repository } from "./${name}/${name}-repository.ts";\n`,
    ),
    editFile(`${core}/database/unit-of-work.ts`, (text) => {
      const line = `import type { ${Name}Repository } from "../${name}/${name}-repository.ts";`;
      const place = { opening: "type Repositories = {", closing: "};" };
      return insertBefore(insertImport(text, line), place, `  readonly ${plurals}: ${Name}Repository;\n`);
    }),
  ];
}

function registerEntity({ name, Name, plural, Plural, plurals }: Answers) {
  return [
    editFile(`${db}/entities/entities.ts`, (text) => {
      const line = `import { ${Name}Entity } from "./${name}.entity.ts";`;
      const place = { opening: "entities = [", closing: "];" };
      return insertBefore(insertImport(text, line), place, `  ${Name}Entity,\n`);
    }),
    editFile(`${db}/unit-of-work.ts`, (text) => {
      const line = `import { create${Name}Repository } from "./repositories/${name}-repository.ts";`;
      const place = { opening: "function toRepositories(", closing: "  };" };
      return insertBefore(
        insertImport(text, line),
        place,
        `    ${plurals}: create${Name}Repository(session),\n`,
      );
    }),
    editFile(`${db}/migrations/migrations.ts`, (text) => {
      const line = `import { Add${Plural}Migration } from "./add-${plural}-migration.ts";`;
      const today = new Date().toISOString().slice(0, 10);
      const entry = `{ name: "${today}-add-${plural}", class: Add${Plural}Migration }`;
      const comma = /,\s*\] as const;/u.test(text) ? "" : ", ";
      const place = { opening: "migrations = [", closing: "] as const;" };
      return insertBefore(insertImport(text, line), place, `${comma}${entry}`);
    }),
  ];
}
