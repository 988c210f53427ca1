import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentReport } from "@corral/core";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readImportSource } from "../../src/cli/read-import-source.ts";
import { buildDump, dumpEngines, dumpShapes, type DumpKind } from "../support/open-webui-dump.ts";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { foreignPeople, migrationCases, type MigrationCase, type Names } from "./open-webui-cases.ts";

const kinds = dumpShapes.flatMap((shape) => dumpEngines.map((engine) => ({ shape, engine })));
const bases = ["base:1b", "closed:1b", "occupied:1b"];
const stdin = { stdin: (async function* () {})() };

const resources = new AsyncDisposableStack();
let ada: Person;
let bob: Person;
let eve: Person;
let logged: () => string;
let databaseUrl: string;
const imported = new Map<string, { readonly report: DocumentReport; readonly again: DocumentReport }>();

beforeAll(async () => {
  const models = kinds.flatMap((kind) => bases.map((base) => idIn(kind, base)));
  const ollama = await startSimulatedOllama({ models });
  resources.defer(() => ollama.stop());
  const server = resources.use(await startTestServer());
  const folder = await mkdtemp(join(tmpdir(), "corral-open-webui-"));
  resources.defer(() => rm(folder, { recursive: true }));
  ({ logged, databaseUrl } = server);
  ada = await signUpAdministrator(server);
  [bob, eve] = [await addMember(server, ada, "Bob"), await addMember(server, ada, "Eve")];
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  for (const kind of kinds) {
    const names = namesIn(kind, "");
    await ada.trpc.models.create.mutate({ id: names.id("taken"), name: "Ours", baseModelId: names.base });
    await using dump = await buildDump(kind, dataOf(names), folder);
    const source = await readImportSource(stdin, "open-webui", dump.from);
    const report = await ada.trpc.documents.import.mutate(source);
    imported.set(keyOf(kind), { report, again: await ada.trpc.documents.import.mutate(source) });
  }
}, 120_000);
afterAll(() => resources.disposeAsync());

function keyOf({ shape, engine }: DumpKind): string {
  return `${shape}-${engine}`;
}
function idIn(kind: DumpKind, name: string): string {
  return `${keyOf(kind)}-${name}`;
}
function casesIn(kind: DumpKind): readonly MigrationCase[] {
  return migrationCases.filter(({ isIn = () => true }) => isIn(kind));
}
function namesIn(kind: DumpKind, team: string): Names {
  const people = { ada: ada.id, bob: bob.id, eve: eve.id };
  return { kind, id: (name) => idIn(kind, name), base: idIn(kind, "base:1b"), people, team };
}
function dataOf(names: Names) {
  const { kind, id } = names;
  const members = ["u-bob", "u-zoe", "u-gone"];
  return {
    users: foreignPeople,
    groups: [
      {
        id: "g-team",
        name: id("Team"),
        description: "Answers",
        members,
        permissions: { workspace: { models: true } },
      },
      { id: "g-twin", name: id("team "), members: ["u-eve"] },
    ],
    models: casesIn(kind).flatMap(({ rows }) => rows(names)),
    strayGrants: [
      { type: "model", id: id("deleted") },
      { type: "prompt", id: id("plain") },
    ],
  };
}
async function findGroup(name: string) {
  const { groups } = await ada.trpc.groups.list.query();
  return groups.find((group) => group.name === name);
}
function importOf(kind: DumpKind) {
  const found = imported.get(keyOf(kind));
  if (found === undefined) throw new Error(`${keyOf(kind)} was not imported`);
  return found;
}

describe.each(kinds)("from a database of the $shape shape in $engine", (kind) => {
  test.each(casesIn(kind))("$name", async ({ rows, outcome, record, says = [] }) => {
    const { report } = importOf(kind);
    const team = await findGroup(idIn(kind, "Team"));
    const names = namesIn(kind, team?.id ?? "");
    const id = rows(names).at(-1)?.id ?? "";

    const line = report.items.find((item) => item.kind === "model" && item.name === id);

    expect(line?.outcome ?? null).toBe(outcome);
    const said =
      line === undefined ? [] : [...(line.error === null ? [] : [line.error.message]), ...line.notes];
    expect(said).toHaveLength(says.length);
    for (const pattern of says) expect(said).toContainEqual(expect.stringMatching(pattern));
    if (record === undefined) {
      const failure = await failureOf(ada.trpc.models.get.query({ id }));
      expect(failure.errorCode).toBe("model_not_found");
    } else {
      expect(await ada.trpc.models.get.query({ id })).toMatchObject(record(names));
    }
  });

  test("its groups come with those members who have an account here, each under a name of its own", async () => {
    const { report } = importOf(kind);

    const lines = report.items.filter((item) => item.kind === "group");

    expect(await findGroup(idIn(kind, "Team"))).toMatchObject({
      description: "Answers",
      memberIds: [bob.id],
    });
    expect(await findGroup(idIn(kind, "team (2)"))).toMatchObject({ memberIds: [eve.id] });
    expect(lines.map(({ outcome }) => outcome)).toStrictEqual(["created", "created"]);
    const notes = lines.flatMap((line) => line.notes).join("\n");
    for (const about of [
      "members: left out: zoe@example.com (no account here), user u-gone (deleted there).",
      "permissions: workspace.models were left out",
      "data: has no counterpart here",
      "another group has the same",
    ]) {
      expect(notes).toContain(about);
    }
  });

  test("importing it a second time changes nothing", () => {
    const { report, again } = importOf(kind);
    const refused = (of: DocumentReport) => of.items.filter(({ error }) => error !== null).length;

    expect(again.counts).toMatchObject({ created: 0, updated: 0, deleted: 0 });
    expect(again.counts.unchanged).toBe(report.counts.created);
    expect(refused(again)).toBe(refused(report));
  });

  test("what stands for no model is told by the names of its columns", () => {
    const { notes } = importOf(kind).report;

    const text = notes.join("\n");

    for (const about of [
      "model.created_at",
      "model.updated_at",
      "model.user_id",
      "group.created_at",
      "arena",
    ]) {
      expect(text).toContain(about);
    }
    expect(text).toContain("user: 1 of 4 people have no account here");
    expect(text.includes(idIn(kind, "deleted"))).toBe(kind.shape === "new");
  });
});

test("at least twenty cases are shown of each database", () => {
  expect(Math.min(...kinds.map((kind) => casesIn(kind).length))).toBeGreaterThanOrEqual(20);
});

test("a member who imports the tables makes no groups, and gives nobody's model to others", async () => {
  const kind = { shape: "new", engine: "sqlite" } as const;
  const folder = await mkdtemp(join(tmpdir(), "corral-open-webui-"));
  resources.defer(() => rm(folder, { recursive: true }));
  const base = idIn(kind, "base:1b");
  const data = {
    users: foreignPeople,
    groups: [{ id: "g", name: "Bobs own", members: [] }],
    models: [{ id: "bobs-copy", name: "Copy", base_model_id: base, user_id: "u-eve", access: null }],
  };
  await using dump = await buildDump(kind, data, folder);

  const report = await bob.trpc.documents.import.mutate(
    await readImportSource(stdin, "open-webui", dump.from),
  );

  expect(report.items.map(({ kind: what, outcome }) => `${what} ${outcome}`)).toStrictEqual([
    "group forbidden",
    "model created",
  ]);
  expect(await bob.trpc.models.get.query({ id: "bobs-copy" })).toMatchObject({
    ownerId: bob.id,
    visibility: "private",
  });
});

test("another database, one that does not answer and a damaged file are told apart, without a password", async () => {
  const folder = await mkdtemp(join(tmpdir(), "corral-open-webui-"));
  resources.defer(() => rm(folder, { recursive: true }));
  const damaged = join(folder, "damaged.db");
  await writeFile(damaged, `SQLite format 3\0${"x".repeat(5_000)}`);
  const sources = [databaseUrl, "postgres://ada:canary@127.0.0.1:9/webui", damaged];

  const failures = await Promise.all(
    sources.map(async (from) =>
      readImportSource(stdin, "open-webui", from).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );

  expect(failures).toMatchObject([
    { code: "unknown_database" },
    { code: "unreadable_database", message: expect.not.stringContaining("canary") as unknown },
    { code: "unreadable_database" },
  ]);
});

test.each(['{"tables":{}}', '{"tables":{"model":[{"id":7}],"user":[]}}', "[]"])(
  "%s is no such database",
  async (text) => {
    const failure = await failureOf(
      ada.trpc.documents.import.mutate({ format: "open-webui-database", text }),
    );

    expect(failure.errorCode).toBe("invalid_input");
    expect(logged()).not.toContain("internal_error");
  },
);
