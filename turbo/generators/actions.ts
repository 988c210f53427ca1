import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlopTypes } from "@turbo/gen";

/** The answers to the prompts, and what turbo adds to them. */
export type Answers = Readonly<Record<string, string>> & {
  readonly turbo: { readonly paths: { readonly root: string } };
};

/** The prompts' answers in the spellings that templates and edits need. */
export function withSpellings(given: PlopTypes.Answers | undefined): Answers {
  const answers = toAnswers(given ?? {});
  const { name = "", plural = "", router = "" } = answers;
  // Plop hands this very object to the templates.
  return Object.assign(answers, {
    Name: toPascalCase(name),
    camel: toCamelCase(name),
    Plural: toPascalCase(plural),
    plurals: toCamelCase(plural),
    table: plural.replaceAll("-", "_"),
    routerCamel: toCamelCase(router),
  });
}

/** Writes one file from a template, and never over one that exists. */
export function addFile(path: string, templateFile: string): PlopTypes.AddActionConfig {
  return { type: "add", path: `{{turbo.paths.root}}/${path}`, templateFile: `templates/${templateFile}.hbs` };
}

/** Changes an existing file's text. */
export function editFile(path: string, edit: (text: string) => string): PlopTypes.CustomActionFunction {
  return (given) => {
    const file = join(toAnswers(given).turbo.paths.root, path);
    const text = readFileSync(file, "utf8");
    const edited = edit(text);
    if (edited === text) throw new Error(`${path} has another shape than the generator expects.`);
    writeFileSync(file, edited);
    return `${path} (edit)`;
  };
}

/** Formats what was written, since names of different lengths break lines differently. */
export function format(paths: readonly string[]): PlopTypes.CustomActionFunction {
  return (given) => {
    const { root } = toAnswers(given).turbo.paths;
    execFileSync(join(root, "node_modules/.bin/oxfmt"), [...paths], { cwd: root });
    return "formatted";
  };
}

/** Tells what is left to do: the section of CONTRIBUTING.md, which therefore cannot tell anything else. */
export function tellNextSteps(section: string): PlopTypes.CustomActionFunction {
  return (given) => {
    const guide = readFileSync(join(toAnswers(given).turbo.paths.root, "CONTRIBUTING.md"), "utf8");
    const text = guide.split(`\n## ${section}\n`)[1]?.split("\n## ")[0]?.trim();
    if (text === undefined) throw new Error(`CONTRIBUTING.md has no section "${section}".`);
    return `\n\n${section}\n\n${text}\n`;
  };
}

/** Adds an import among those of the nearest folder, in alphabetical order of their paths. */
export function insertImport(text: string, line: string): string {
  const lines = text.split("\n");
  const imports = lines.flatMap((other, at) => (pathOf(other) === "" ? [] : [{ at, path: pathOf(other) }]));
  const path = pathOf(line);
  const siblings = foldersOf(path)
    .map((folder) => imports.filter((other) => other.path.startsWith(folder)))
    .find((found) => found.length > 0);
  const next =
    siblings?.find((sibling) => sibling.path > path)?.at ?? ((siblings ?? imports).at(-1)?.at ?? -1) + 1;
  return lines.toSpliced(next, 0, line).join("\n");
}

/** Adds a line before the first `closing` after `opening`. */
export function insertBefore(
  text: string,
  place: { opening: string; closing: string },
  line: string,
): string {
  const start = text.indexOf(place.opening);
  const end = text.indexOf(place.closing, start + place.opening.length);
  return start === -1 || end === -1 ? text : `${text.slice(0, end)}${line}${text.slice(end)}`;
}

function pathOf(line: string): string {
  return /^import .* from "([^"]+)";$/u.exec(line)?.[1] ?? "";
}

/** `./routers/groups/` and `./routers/` and `./`, the nearest first. */
function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, at) => `${parts.slice(0, parts.length - at).join("/")}/`);
}

/** A name as the house writes it in paths. */
export function isKebabCase(value: string): boolean | string {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(value) || `"${value}" must be kebab-case, like llama-cpp.`;
}

function toPascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}

export function toCamelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}

function toAnswers(given: PlopTypes.Answers): Answers {
  // safe: our prompts ask for texts, and turbo adds its paths
  return given as Answers;
}
