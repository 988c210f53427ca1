import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMember, signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

/*
 * Two installations that are alike: in one Bob applies a document, in the other he writes its items one by one. Each
 * item has to come out the same.
 */

const itemCount = 200;
const deletionCount = 40;

type World = {
  readonly server: TestServer;
  readonly ada: Person;
  readonly bob: Person;
  readonly eve: Person;
  readonly teamId: string;
  readonly othersId: string;
};

let ollama: SimulatedOllama;
let worlds: readonly [World, World];

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] });
  worlds = [await createWorld(), await createWorld()];
}, 120_000);
afterAll(async () => {
  for (const { server } of worlds) await server[Symbol.asyncDispose]();
  await ollama.stop();
});

/** Who made a model and whom it is shared with, by the number in its id. */
const owners = ["bob", "ada", "ada shown", "ada shared", "eve"] as const;

async function createWorld(): Promise<World> {
  const server = await startTestServer();
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const eve = await addMember(server, ada, "Eve");
  const { id: teamId } = await ada.trpc.groups.create.mutate({ name: "Team", memberIds: [bob.id] });
  const { id: othersId } = await ada.trpc.groups.create.mutate({ name: "Others", memberIds: [eve.id] });
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const grants = { groupIds: [teamId], userIds: [] };
  const nobody = { groupIds: [], userIds: [] };
  const shown = { kind: "restricted", read: grants, write: nobody } as const;
  const shared = { kind: "restricted", read: nobody, write: grants } as const;
  const people = { bob, ada, "ada shown": ada, "ada shared": ada, eve };
  for (const [at, owner] of Array.from(
    { length: 100 },
    (_, index) => owners[index % owners.length],
  ).entries()) {
    if (owner === undefined) continue;
    const access =
      owner === "ada shown" ? shown : owner === "ada shared" ? shared : ({ kind: "private" } as const);
    const fields = { id: `old-${at}`, name: `Old ${at}`, baseModelId: "qwen3:8b", access };
    await people[owner].trpc.models.create.mutate(fields);
  }
  await ada.trpc.models.create.mutate({ id: "hidden-base", name: "Hidden", baseModelId: "qwen3:8b" });
  await ada.trpc.models.create.mutate({
    id: "shown-base",
    name: "Shown",
    baseModelId: "qwen3:8b",
    access: shown,
  });
  return { server, ada, bob, eve, teamId, othersId };
}

/** mulberry32: the same items in both worlds, and again when it fails. */
function createRandom(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
  };
}

type Item = { readonly id: string; readonly [field: string]: unknown };

/** Names that a provider's models, or somebody else's model, have already. */
const providers = ["qwen3:8b", "llama3.2", "hidden-base"];

/** Each with an id of its own, over bases that no item changes. */
function randomItems({ bob, eve, teamId, othersId }: World, seed: number): readonly Item[] {
  const random = createRandom(seed);
  const one = <T>(values: readonly T[]): T | undefined => values[random(values.length)];
  const grantsTo = (groups: readonly string[], users: readonly string[] = []) => ({
    read: { groups, users },
    write: { groups: [], users: [] },
  });
  // whatever the dice say, something stays as it is, and something is somebody else's
  const sure: readonly Item[] = [{ id: "old-0" }, { id: "old-1", baseModelId: "qwen3:8b" }];
  const items = Array.from({ length: itemCount }, (_, at): Item => ({
    id: at < 100 ? `old-${at}` : (providers[at - 100] ?? `new-${at}`),
    ...(random(2) === 0 && { name: `Name ${random(3)}` }),
    ...(at >= 100 || random(3) === 0
      ? {
          baseModelId: one([
            "qwen3:8b",
            "llama3.2:latest",
            "shown-base",
            "hidden-base",
            "nowhere",
            `old-${at}`,
          ]),
        }
      : {}),
    ...(random(3) === 0 && { isActive: random(2) === 0 }),
    ...(random(2) === 0 && {
      params: { temperature: one([0.1, 1, 3]), ...(random(4) === 0 && { unheard_of: 1 }) },
    }),
    ...(random(2) === 0 && { meta: { description: `About ${random(3)}`, tags: [{ name: "random" }] } }),
    ...(random(2) === 0 && {
      access: one<unknown>([
        "public",
        "private",
        "inherit",
        grantsTo(["Team"]),
        grantsTo([othersId]),
        grantsTo([], [eve.id]),
        grantsTo([teamId], [bob.id]),
        grantsTo([], ["eve@example.com"]),
      ]),
    }),
  }));
  return [...sure, ...items.slice(sure.length)];
}

/** The one call by which a person would do what the item says. */
async function writeSingly(world: World, { access, ...fields }: Item): Promise<string> {
  const { trpc } = world.bob;
  const input = { ...fields, ...(access !== undefined && { access: toDomainAccess(world, access) }) };
  const found = await trpc.models.get.query({ id: fields.id }).catch(() => undefined);
  try {
    if (found === undefined) {
      // whatever it holds: what is wrong is for the server to say
      const draft = { name: fields.id, baseModelId: null, ...input } as unknown as Parameters<
        typeof trpc.models.create.mutate
      >[0];
      await trpc.models.create.mutate(draft);
      return "created";
    }
    const revision = found.revision ?? undefined;
    const patch = { ...input, ...(revision !== undefined && { revision }) } as unknown as Parameters<
      typeof trpc.models.update.mutate
    >[0];
    const after = await trpc.models.update.mutate(patch);
    return after.revision === found.revision ? "unchanged" : found.revision === null ? "created" : "updated";
  } catch (error) {
    const outcome = outcomeOf(error);
    // a change that ends one's own right is made, and then cannot be shown to them
    const after = await world.ada.trpc.models.get.query({ id: fields.id }).catch(() => undefined);
    return (after?.revision ?? 0) > (found?.revision ?? 1) ? "updated" : outcome;
  }
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof TRPCClientError)) throw error;
  const { httpStatus: status } = error.data as { httpStatus: number }; // the server's form of an error
  return status === 403 ? "forbidden" : status === 409 ? "conflict" : "invalid";
}

function toDomainAccess(world: World, access: unknown): unknown {
  if (typeof access === "string") return { kind: access };
  const { read } = access as { read: { groups: string[]; users: string[] } }; // made above
  const groupIds = read.groups.map((name) => (name === "Team" ? world.teamId : name));
  return {
    kind: "restricted",
    read: { groupIds, userIds: read.users },
    write: { groupIds: [], userIds: [] },
  };
}

test(
  `${itemCount} random items come out of a member's document as out of as many single calls`,
  { timeout: 300_000 },
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const [applying, single] = worlds;
    const items = randomItems(applying, seed);
    const twins = randomItems(single, seed);

    const report = await applying.bob.trpc.documents.applyChanges.mutate({
      text: JSON.stringify({ corral: 1, source: "bobs", models: items }),
      adopt: true,
    });
    const expected: string[] = [];
    for (const item of twins) expected.push(await writeSingly(single, item));

    const outcomes = report.items.map(({ outcome }) => outcome);
    const differences = items.flatMap((item, at) =>
      outcomes[at] === expected[at] ? [] : [{ seed, item, applied: report.items[at], single: expected[at] }],
    );
    expect(differences).toStrictEqual([]);
    expect(new Set(expected)).toStrictEqual(
      new Set(["created", "updated", "unchanged", "forbidden", "conflict", "invalid"]),
    );
  },
);

test(
  `${deletionCount} prunings come out of a member's document as out of as many single deletions`,
  { timeout: 300_000 },
  async () => {
    const ids = Array.from({ length: deletionCount }, (_, at) => `gone-${at}`);
    const nobody = { groupIds: [], userIds: [] };
    for (const { bob, ada, teamId } of worlds) {
      const models = ids.map((id) => ({
        id,
        baseModelId: "qwen3:8b",
        access: { read: { groups: ["Team"] } },
      }));
      await bob.trpc.documents.applyChanges.mutate({
        text: JSON.stringify({ corral: 1, source: "gone", models }),
      });
      for (const [at, id] of ids.entries()) {
        const fields = { id: `over-${id}`, name: "Over", baseModelId: id };
        // an administrator reads all; Bob sees one kind of what is built on his models, and not the other
        if (at % 4 === 1) await ada.trpc.models.create.mutate(fields);
        if (at % 4 === 2)
          await ada.trpc.models.create.mutate({
            ...fields,
            access: { kind: "restricted", read: { groupIds: [teamId], userIds: [] }, write: nobody },
          });
        if (at % 4 === 3) await bob.trpc.models.create.mutate(fields);
      }
    }
    const [applying, single] = worlds;

    const report = await applying.bob.trpc.documents.applyChanges.mutate({
      text: JSON.stringify({ corral: 1, source: "gone", models: [] }),
      prune: true,
    });
    const expected = new Map<string, string>();
    for (const id of ids) {
      const outcome = await single.bob.trpc.models.delete.mutate({ id }).then(() => "deleted", outcomeOf);
      expected.set(id, outcome);
    }

    const applied = Object.fromEntries(report.items.map(({ name, outcome }) => [name, outcome]));
    expect(applied).toStrictEqual(Object.fromEntries(expected));
    expect(new Set(expected.values())).toStrictEqual(new Set(["deleted", "conflict"]));
  },
);
