import { seedCatalog } from "@corral/db/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  // bases are a third of the models, and every third of them has settings: 10,000 records
  await seedCatalog({ url: server.databaseUrl }, { models: 12_857, users: 300, groups: 40, grants: 20_000 });
  await vi.waitFor(async () => expect((await ada.trpc.models.list.query({})).total).toBe(12_857), {
    timeout: 60_000,
    interval: 200,
  });
}, 120_000);
afterAll(async () => server[Symbol.asyncDispose]());

type Item = { id: string; name?: string; baseModelId?: string | null; [field: string]: unknown };
type Document = { models: Item[]; groups: { name: string; description: string }[]; stamps?: unknown };

async function exportText(): Promise<string> {
  return (await ada.trpc.documents.export.query({ source: "scale", stamps: false })).text;
}

function toText(document: Document): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

test(
  "a catalog of 10,000 records: exported, planned, edited, applied and exported again is the edited file, also with prune",
  { timeout: 300_000 },
  async () => {
    const first = await exportText();
    const nothing = await ada.trpc.documents.plan.mutate({ text: first, prune: true });
    const adopted = await ada.trpc.documents.applyChanges.mutate({ text: first, adopt: true });

    const document = JSON.parse(first) as Document; // our own format
    const edited = edit(document);
    const text = toText(edited.document);
    const planned = await ada.trpc.documents.plan.mutate({ text, prune: true });
    const applied = await ada.trpc.documents.applyChanges.mutate({ text, prune: true });
    const second = await exportText();
    const settled = await ada.trpc.documents.plan.mutate({ text, prune: true });

    expect(document.models).toHaveLength(10_000);
    expect([nothing.hasChanges, nothing.counts["unchanged"]]).toStrictEqual([false, 10_000 + 40 + 10 + 1]);
    expect(adopted.counts).toMatchObject({ unchanged: 10_000 + 40 + 10 + 1 });
    expect(namesOf(planned.items, "create")).toStrictEqual(edited.created);
    expect(namesOf(planned.items, "update")).toStrictEqual(edited.updated);
    expect(namesOf(planned.items, "delete")).toStrictEqual(edited.deleted);
    expect(planned.counts).toMatchObject({ conflict: 0, forbidden: 0, invalid: 0 });
    expect(applied.counts).toMatchObject({ created: 250, updated: 401, deleted: 150 });
    expect(second).toBe(text);
    expect(settled.hasChanges).toBe(false);
  },
);

/** 250 more, 400 and a group otherwise, 150 gone. */
function edit(document: Document) {
  const customs = document.models.filter(({ baseModelId }) => baseModelId !== null);
  const gone = new Set(
    customs
      .filter((_, at) => at % 40 === 0)
      .slice(0, 150)
      .map(({ id }) => id),
  );
  const kept = document.models.filter(({ id }) => !gone.has(id));
  const changed = kept.filter((_, at) => at % 24 === 1).slice(0, 400);
  const change = new Set(changed.map(({ id }) => id));
  const models = kept.map((item, at) =>
    change.has(item.id) ? { ...item, name: `Edited ${at}`, params: { temperature: (at % 20) / 10 } } : item,
  );
  const made = Array.from({ length: 250 }, (_, at): Item => ({
    id: `made-${at}`,
    baseModelId: at % 2 === 0 ? `base-${at + 1}` : `made-${at - 1}`,
    name: `Made ${at}`,
    owner: at % 7 === 0 ? "user3@example.test" : "ada@example.com",
    isActive: at % 3 === 0,
    access:
      at % 5 === 0
        ? "public"
        : { read: { groups: ["Group 1"], users: [] }, write: { groups: [], users: ["user2@example.test"] } },
    params: { max_tokens: at + 1 },
    paramModes: {},
    meta: { description: `Number ${at}`, tags: [{ name: "made" }] },
  }));
  const [group, ...groups] = document.groups;
  if (group === undefined) throw new Error("nothing was seeded");
  const all = [...models, ...made].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return {
    document: { ...document, groups: [{ ...group, description: "Edited" }, ...groups], models: all },
    created: made.map(({ id }) => id).toSorted(),
    updated: [group.name, ...change].toSorted(),
    deleted: [...gone].toSorted(),
  };
}

function namesOf(items: readonly { name: string; outcome: string }[], outcome: string): string[] {
  return items
    .filter((item) => item.outcome === outcome)
    .map(({ name }) => name)
    .toSorted();
}
