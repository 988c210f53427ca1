import { describe, expect, it } from "vitest";

import { listFiles, readText } from "./repository.ts";

const routers = "packages/api/src/routers/";
const tests = listFiles(/^(packages\/api|apps\/server)\/.*\.test\.ts$/)
  .map(readText)
  .join("\n");
const procedureFiles = listFiles(/^packages\/api\/src\/routers\/.*(?<!\.test)\.ts$/).filter((file) =>
  /\.(query|mutation|subscription)\(/.test(readText(file)),
);

describe.each(procedureFiles)("%s", (file) => {
  it("declares what it answers", () => {
    expect(readText(file)).toContain(".output(");
  });

  it("is named by a test", () => {
    const names = namesOf(file);

    expect(names.some((name) => tests.includes(name))).toBe(true);
  });
});

/** `routers/models/list-models.ts` is named as `list-models.ts`, by its export, or as the caller writes it: `models.list`. */
function namesOf(file: string): string[] {
  const [folder = "", fileName = ""] = file.slice(routers.length).split("/");
  const exportName = /export const (\w+)/.exec(readText(file))?.[1] ?? fileName;
  const router = listFiles().find((name) => name === `${routers}${folder}/${folder}-router.ts`);
  const routes = router === undefined ? "" : readText(router);
  const key = new RegExp(`(\\w+):\\s*${exportName}\\b`).exec(routes)?.[1];
  const [, inner, innerKey] =
    new RegExp(`(\\w+): router\\(\\{[^}]*?\\b(\\w+):\\s*${exportName}\\b`).exec(routes) ?? [];
  const noun = folder.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const nested = inner === undefined ? [] : [`${noun}.${inner}.${innerKey}`];
  return [fileName, exportName, `${noun}.${key ?? exportName}`, ...nested];
}

it("is not fooled by a router without procedures", () => {
  const built = listFiles().includes("packages/api/src/router.ts");

  expect(procedureFiles.length > 0).toBe(built);
});
