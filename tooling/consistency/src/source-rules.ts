/** Rules over the path and the text of any committed file; each returns what is wrong, or nothing. */

const sourceFile = /^(apps|packages|tooling)\/.*\.(tsx?|mjs|css)$/;
const generated = /\/migrations\//;
/** What a package exports is one list, however long. */
const entryFile = /^packages\/[^/]+\/src\/index\.ts$/;
const testFile = /\.test(-d)?\.tsx?$|\/(e2e|test)\//;
const drawers = /(^|\/)(utils?|helpers?|common|types)\//;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const wellKnownNames = [
  "README.md",
  "LICENSE",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "Dockerfile",
];
const toolFiles =
  /(^|\/)(CLAUDE|AGENTS|GEMINI)\.md$|(^|\/)\.(cursor|claude|agents|aider|windsurf|clinerules)|copilot-/i;
const machinePath = /(?<![\w.:-])\/(?:root|work|farm|Users\/\w|home\/(?!node\b)\w|tmp\/bash)[\w.-]*\//;
const registryHost = /https?:\/\/[\w.:-]*(?:registry|artifactory|nexus|verdaccio)[\w.:-]*|^registry\s*=/m;
const unnumberedTodo = /\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))/;

export function findNameProblems(file: string): string[] {
  if (toolFiles.test(file)) return [`${file}: addressed to one tool, not to everybody`];
  if (generated.test(file) || file.includes("/__fixtures__/")) return [];
  const name = file.split("/").at(-1) ?? "";
  const named = name.startsWith(".") || wellKnownNames.includes(name) || kebabCase.test(name);
  return [
    ...(named ? [] : [`${file}: file names are kebab-case`]),
    ...(drawers.test(file)
      ? [`${file}: a folder is named after what is in it, never utils, helpers, common, types`]
      : []),
  ];
}

export function findTextProblems(file: string, text: string): string[] {
  const limit = testFile.test(file) ? 600 : entryFile.test(file) ? Infinity : 300;
  const isSource = sourceFile.test(file) && !generated.test(file);
  return [
    ...(isSource && countCodeLines(text) > limit ? [`${file}: more than ${limit} lines of code`] : []),
    ...(isSource && unnumberedTodo.test(text)
      ? [`${file}: something left for later without an issue number`]
      : []),
    ...(machinePath.test(text) ? [`${file}: a path of one machine (${machinePath.exec(text)?.[0]})`] : []),
    ...(registryHost.test(text)
      ? [`${file}: a package registry's host (${registryHost.exec(text)?.[0]})`]
      : []),
  ];
}

/** Lines that are neither blank nor comment, as `max-lines` counts them, near enough. */
export function countCodeLines(text: string): number {
  const withoutBlocks = text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, "");
  return withoutBlocks.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}
