import type { Manifest, WorkspacePackage } from "./repository.ts";

const libraryScripts = { build: "tsc -p tsconfig.build.json", prepack: "pnpm build" };
const libraryFiles = ["dist", "src", "!src/**/*.test.ts", "!src/**/__fixtures__"];

/** What is missing for a workspace package to look like its neighbours; empty when nothing is. */
export function findPackageProblems({ folder, manifest, files }: WorkspacePackage): string[] {
  const has = (name: string): boolean => files.includes(`${folder}/${name}`);
  const expected = (what: string, holds: boolean): string[] => (holds ? [] : [`${folder}: expected ${what}`]);
  const published = manifest.private !== true;

  return [
    ...expected("README.md", has("README.md")),
    ...expected("turbo.json with its tag", has("turbo.json")),
    ...expected("tsconfig.json", has("tsconfig.json") || folder === "tooling/tsconfig"),
    ...expected(
      `the name @corral/${folder.split("/")[1]}`,
      manifest.name === `@corral/${folder.split("/")[1]}`,
    ),
    ...expected("a description", (manifest.description ?? "") !== ""),
    ...expected("the license MIT", manifest.license === "MIT"),
    ...expected('"type": "module"', manifest.type === "module"),
    ...expected("that only packages/* are published", !published || folder.startsWith("packages/")),
    ...Object.entries(manifest.exports ?? {}).flatMap(([key, target]) => [
      ...expected(`exports ${key} to exist`, target === "./package.json" || has(target.slice(2))),
      ...expected(`exports ${key} without a wildcard`, !key.includes("*")),
    ]),
    ...(folder.startsWith("packages/") ? expected("exports", manifest.exports !== undefined) : []),
    ...(files.some((file) => file.endsWith(".test.ts"))
      ? expected(
          `the script "test": "${testScript(folder)}"`,
          manifest.scripts?.["test"] === testScript(folder),
        )
      : []),
    ...(published ? findPublishProblems(manifest).map((problem) => `${folder}: expected ${problem}`) : []),
    ...(published ? expected("tsconfig.build.json", has("tsconfig.build.json")) : []),
  ];
}

/** From the root, whose setup starts the PostgreSQL of the tests; the peers run apart from all others. */
function testScript(folder: string): string {
  return folder === "tooling/peers" ? "vitest run" : `vitest run --root ../.. --project ${folder}`;
}

/** The published map must offer exactly what the source map offers, compiled. */
function findPublishProblems(manifest: Manifest): string[] {
  const compiled = Object.fromEntries(
    Object.entries(manifest.exports ?? {}).map(([key, target]) => [key, toPublishedTarget(target)]),
  );
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

  return [
    ...(same(manifest.publishConfig?.exports, compiled)
      ? []
      : [`publishConfig.exports ${JSON.stringify(compiled)}`]),
    ...(manifest.publishConfig?.access === "public" ? [] : ["publishConfig.access public"]),
    ...(same(manifest.files, libraryFiles) ? [] : [`files ${JSON.stringify(libraryFiles)}`]),
    ...(manifest.sideEffects === false ? [] : ['"sideEffects": false']),
    ...Object.entries(libraryScripts)
      .filter(([name, command]) => manifest.scripts?.[name] !== command)
      .map(([name, command]) => `the script "${name}": "${command}"`),
  ];
}

function toPublishedTarget(target: string): unknown {
  if (!target.startsWith("./src/")) return target;
  const stem = target.replace("./src/", "./dist/").replace(/\.ts$/, "");
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}
