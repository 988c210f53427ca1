import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { readText } from "./repository.ts";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** One copy takes all that is generated, so that the slow tools need to look at it once. */
let copy: WorkspaceCopy;
const generated = new Map<string, { readonly files: string[]; readonly output: string }>();

async function generate(generator: string, ...answers: string[]): Promise<void> {
  const before = copy.changes();
  const { exitCode, output } = await copy.run("gen", ["run", generator, "--args", ...answers]);
  const files = copy.changes().filter((file) => !before.includes(file));
  if (exitCode !== 0) throw new Error(output);
  generated.set(`${generator} ${answers[0]}`, { files, output });
}

const filesOf = (run: string) => generated.get(run)?.files;
const vitest = (...args: string[]) =>
  copy.run("vitest", ["run", "--reporter=default", ...args], {
    env: { TEST_DATABASE_URL: inject("databaseUrl") },
  });

beforeAll(async () => {
  copy = await copyWorkspace();
  await generate("provider", "acme-cloud");
  await copy.linkLike("packages/provider-acme-cloud", "packages/provider-ollama");
  await generate("procedure", "groups", "archive-group", "mutation", "administrator", "admin");
  await generate("procedure", "field-notes", "list-field-notes", "query", "member", "models:read");
  await generate("entity", "field-note", "field-notes");
}, 120_000);

afterAll(() => copy[Symbol.asyncDispose]());

describe("pnpm gen", () => {
  it("writes the files of a provider, and changes nothing else", () => {
    expect(filesOf("provider acme-cloud")).toEqual(
      [
        "README.md",
        "package.json",
        "src/__fixtures__/acme-cloud-scenarios.ts",
        "src/acme-cloud-contract.test.ts",
        "src/acme-cloud-provider.ts",
        "src/acme-cloud-settings.ts",
        "src/index.ts",
        "tsconfig.build.json",
        "tsconfig.json",
        "turbo.json",
      ].map((file) => `packages/provider-acme-cloud/${file}`),
    );
  });

  it("writes a procedure with its test, and its line into the router that is there", async () => {
    expect(filesOf("procedure groups")).toEqual([
      "apps/server/test/groups/archive-group.test.ts",
      "packages/api/src/routers/groups/archive-group.ts",
      "packages/api/src/routers/groups/groups-router.ts",
    ]);
    expect(await copy.read("packages/api/src/routers/groups/groups-router.ts")).toContain(
      "  archive: archiveGroup,\n});",
    );
  });

  it("makes the router of a new noun, and its line among the others", async () => {
    expect(filesOf("procedure field-notes")).toEqual([
      "apps/server/test/field-notes/list-field-notes.test.ts",
      "packages/api/src/router.ts",
      "packages/api/src/routers/field-notes/field-notes-router.ts",
      "packages/api/src/routers/field-notes/list-field-notes.ts",
    ]);
    expect(await copy.read("packages/api/src/router.ts")).toContain("  fieldNotes: fieldNotesRouter,\n});");
  });

  it("writes an entity with its port, repository, test and migration, and registers each", () => {
    expect(filesOf("entity field-note")).toEqual([
      "packages/core/src/database/unit-of-work.ts",
      "packages/core/src/field-note/field-note-repository.ts",
      "packages/core/src/field-note/field-note.ts",
      "packages/core/src/index.ts",
      "packages/db/src/entities/entities.ts",
      "packages/db/src/entities/field-note.entity.ts",
      "packages/db/src/migrations/add-field-notes-migration.ts",
      "packages/db/src/migrations/migrations.ts",
      "packages/db/src/repositories/field-note-repository.test.ts",
      "packages/db/src/repositories/field-note-repository.ts",
      "packages/db/src/unit-of-work.ts",
    ]);
  });

  it("tells what is left to do in the words of CONTRIBUTING.md", () => {
    const guide = readText("CONTRIBUTING.md");

    for (const { output } of generated.values()) {
      const steps = output.match(/^\d\. .*$/gmu) ?? [];
      expect(steps.length).toBeGreaterThan(2);
      for (const step of steps) expect(guide).toContain(step);
    }
  });

  it.each([
    ["provider", ["Acme"]],
    ["provider", ["ollama"]],
    ["entity", ["note", "../notes"]],
  ])("refuses %s %j and leaves everything as it was", async (generator, answers) => {
    const before = copy.changes();

    const { exitCode } = await copy.run("gen", ["run", generator, "--args", ...answers]);

    expect(exitCode).toBe(1);
    expect(copy.changes()).toEqual(before);
  });
});

describe("what pnpm gen wrote", { timeout: 120_000 }, () => {
  it("type-checks, and keeps the rules of lint, format and boundaries", async () => {
    const files = copy.changes();
    const sources = files.filter((file) => file.endsWith(".ts"));

    const lint = await copy.run("oxlint", sources);
    const format = await copy.run("oxfmt", ["--check", ...files]);
    const boundaries = await copy.run("turbo", ["boundaries"]);

    expect(lint.output).toMatch(/Found 0 warnings and 0 errors/u);
    expect(format).toMatchObject({ exitCode: 0 });
    expect(boundaries.output).toMatch(/no issues found/u);
  });

  it("keeps the rules of the house", async () => {
    const rules = ["packages", "providers", "procedures", "sources"].map((name) => `src/${name}.test.ts`);

    const report = "artifacts/rules.json";
    await vitest("--root=tooling/consistency", "--reporter=json", `--outputFile=../../${report}`, ...rules);
    const { testResults }: { testResults: { assertionResults: { status: string; fullName: string }[] }[] } =
      JSON.parse(await copy.read(report));
    const verdicts = testResults.flatMap(({ assertionResults }) => assertionResults);

    // Whatever else the house may fail at: none of its rules finds fault with what was generated.
    const ours = verdicts.filter((verdict) =>
      /acme-cloud|archive-group|field-note/u.test(JSON.stringify(verdict)),
    );
    expect(ours.filter(({ status }) => status !== "passed")).toEqual([]);
    expect(ours.map(({ fullName }) => fullName)).toContain(
      "packages/api/src/routers/field-notes/list-field-notes.ts is named by a test",
    );
  });

  it("fails the contract of a provider that is not written yet, and says where to write it", async () => {
    const { exitCode, output } = await vitest("--root", "packages/provider-acme-cloud");

    expect(output).toContain("Write listModels in packages/provider-acme-cloud/src/acme-cloud-provider.ts.");
    expect(exitCode).toBe(1);
    // What it need not write: there is nothing yet that could leak, and it refuses by name.
    expect(output).not.toMatch(/SyntaxError|Cannot find|is not a function/u);
  });

  it("passes the contract, and the rules of the house, once it is written as docs/adding-a-provider.md says", async () => {
    const written = await writeLikeExample(copy, "acme-cloud");

    const { exitCode, output } = await vitest("--root", "packages/provider-acme-cloud");
    const format = await copy.run("oxfmt", written);
    const lint = await copy.run("oxlint", ["packages/provider-acme-cloud"]);

    expect(output).not.toContain("FAIL");
    expect([exitCode, format.exitCode]).toEqual([0, 0]);
    expect(lint.output).toMatch(/Found 0 warnings and 0 errors/u);
  });

  it("fails until the procedure and the migration are written, but lets nobody in who may not", async () => {
    const { output } = await vitest(schemaTest, "apps/server/test/groups/archive-group.test.ts");

    expect(output).toContain("Call the service of core here");
    expect(output).toContain('create table "field_notes"');
    expect(output).toContain("2 failed | ");
    for (const guarantee of ["refuses a stranger, and a member", "refuses input of another shape"]) {
      expect(output).toContain(`✓ ${guarantee}`);
    }
  });

  it("passes the tests of schema and repository once the migration is written", async () => {
    const migration = "packages/db/src/migrations/add-field-notes-migration.ts";
    const text = await copy.read(migration);
    await copy.write(migration, text.replace("void {}", `void { this.addSql(\`${fieldNotes}\`); }`));

    const { exitCode, output } = await vitest(
      schemaTest,
      "packages/db/src/repositories/field-note-repository.test.ts",
    );

    expect(output).not.toContain("FAIL");
    expect(exitCode).toBe(0);
  });
});

/** Puts the example's code into a generated package, under that package's name. */
async function writeLikeExample(copy: WorkspaceCopy, name: string): Promise<string[]> {
  const example = "tooling/example-provider/src";
  const pascal = name.replaceAll(/(?:^|-)(.)/gu, (_, letter: string) => letter.toUpperCase());
  const files = [
    "parrot-settings.ts",
    "parrot-stream-converter.ts",
    "to-parrot-say.ts",
    "parrot-provider.ts",
  ];
  const written = [...files, "__fixtures__/parrot-scenarios.ts"].map(async (file) => {
    const text = readText(`${example}/${file}`)
      .replaceAll("parrotScenarios", `${pascal[0]?.toLowerCase()}${pascal.slice(1)}Scenarios`)
      .replaceAll(/(?<=\bcreate|\bto)Parrot|Parrot(?=ProviderSettings|StreamConverter)/gu, pascal)
      .replaceAll(/(?<=\/(?:to-)?)parrot(?=-[a-z-]+\.ts")/gu, name);
    const path = `packages/provider-${name}/src/${file.replace("parrot", name)}`;
    await copy.write(path, text);
    return path;
  });
  return Promise.all(written);
}

const schemaTest = "packages/db/src/migrate.test.ts";

const fieldNotes = `
create table field_notes (
  id uuid not null default gen_random_uuid(),
  name text not null,
  created_at timestamptz(3) not null default now(),
  primary key (id)
);`;
