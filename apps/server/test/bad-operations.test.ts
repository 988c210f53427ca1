import { afterAll, beforeAll, describe, test } from "vitest";
import { createBadInputWorld, type BadInputWorld } from "./support/bad-input-world.ts";
import { expectRefusalOf, invalid, nobody, toMutation, toQuery, type Refusal } from "./support/refusals.ts";

/** Operations on Ollama's servers and on the versions of models. */

let world: BadInputWorld;
beforeAll(async () => {
  world = await createBadInputWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

type Row = readonly [path: string, what: string, input: () => object, refusal: Refusal];

const lab = (more: object = {}) => ({ connectionUid: world.connectionUid, ...more });
const preset = (more: object = {}) => ({ id: "preset", ...more });

const queries = ["ollama.version", "ollama.tags", "ollama.running", "ollama.pulls"] as const;
const ofOneModel = ["ollama.load", "ollama.unload", "ollama.delete", "ollama.push", "ollama.pull"] as const;

const badQueries: readonly Row[] = [
  ...queries.flatMap((path): Row[] => [
    [path, "no server", () => ({}), invalid(/^connectionUid: /u)],
    [path, "a server by its name", () => ({ connectionUid: "lab" }), invalid(/^connectionUid: /u)],
    [path, "a field too many", () => lab({ url: "http://127.0.0.1:9" }), invalid(/url/u)],
    [
      path,
      "an unknown server",
      () => ({ connectionUid: nobody }),
      [404, "connection_not_found", /no such connection|does not exist/iu],
    ],
  ]),
  ["ollama.show", "no model", () => lab(), invalid(/^model: /u)],
  ["ollama.show", "an empty model", () => lab({ model: " " }), invalid(/^model: /u)],
  ["models.history", "no id", () => ({}), invalid(/^id: /u)],
  ["models.history", "1,000 versions", () => preset({ limit: 1_000 }), invalid(/^limit: /u)],
  ["models.history", "a place before the first", () => preset({ offset: -1 }), invalid(/^offset: /u)],
  [
    "models.history",
    "an unknown model",
    () => ({ id: "nothing" }),
    [404, "model_not_found", /"nothing" does not exist/u],
  ],
  ["models.compare", "no version", () => preset({ from: 1 }), invalid(/^to: /u)],
  ["models.compare", "version 0", () => preset({ from: 0, to: 1 }), invalid(/^from: /u)],
  ["models.compare", "a text", () => preset({ from: 1, to: "2; drop table changes" }), invalid(/^to: /u)],
  [
    "models.compare",
    "a version that never was",
    () => preset({ from: 1, to: 999 }),
    [404, "version_not_found", /version/iu],
  ],
];

const badMutations: readonly Row[] = [
  ...ofOneModel.flatMap((path): Row[] => [
    [path, "no model", () => lab(), invalid(/^model: /u)],
    [path, "a model of 513 letters", () => lab({ model: "m".repeat(513) }), invalid(/^model: /u)],
    [
      path,
      "an unknown server",
      () => ({ connectionUid: nobody, model: "llama3.2" }),
      // no server is looked for: nobody would read what it sends
      path === "ollama.push"
        ? invalid(/answers with a stream/u)
        : [404, "connection_not_found", /no such connection|does not exist/iu],
    ],
  ]),
  ["ollama.copy", "no new name", () => lab({ source: "llama3.2" }), invalid(/^destination: /u)],
  ["ollama.create", "no base", () => lab({ model: "mine" }), invalid(/^from: /u)],
  [
    "ollama.create",
    "[OLL-2] [PATH-1] files of the server",
    () => lab({ model: "mine", from: "llama3.2", files: { "x.gguf": "sha256:0" } }),
    invalid(/files/u),
  ],
  [
    "ollama.create",
    "a list of parameters",
    () => lab({ model: "mine", from: "llama3.2", parameters: [] }),
    invalid(/^parameters: /u),
  ],
  [
    "ollama.load",
    "a context of 0",
    () => lab({ model: "llama3.2", contextLength: 0 }),
    invalid(/^contextLength: /u),
  ],
  [
    "ollama.load",
    "a time that is an object",
    () => lab({ model: "llama3.2", keepAlive: {} }),
    invalid(/^keepAlive: /u),
  ],
  ["ollama.cancelPull", "an id that is none", () => lab({ id: "first" }), invalid(/^id: /u)],
  ["models.restore", "no version", () => preset({ revision: world.revision }), invalid(/^version: /u)],
  ["models.restore", "no revision", () => preset({ version: 1 }), invalid(/^revision: /u)],
  [
    "models.restore",
    "a version that never was",
    () => preset({ revision: world.revision, version: 999 }),
    [404, "version_not_found", /version/iu],
  ],
  [
    "models.restore",
    "a revision that never was",
    () => preset({ revision: 999, version: 1 }),
    [409, "revision_conflict", /is at revision 1/u],
  ],
  [
    "models.restore",
    "an unknown model",
    () => ({ id: "nothing", revision: 1, version: 1 }),
    [404, "model_not_found", /"nothing" does not exist/u],
  ],
];

describe("tRPC refuses", () => {
  test.each(badQueries)("%s with %s", async (path, ...[, input, refusal]) => {
    await expectRefusalOf(world, toQuery(path, input(), world.ada.token), refusal);
  });
  test.each(badMutations)("%s with %s", async (path, ...[, input, refusal]) => {
    await expectRefusalOf(world, toMutation(path, input(), world.ada.token), refusal);
  });
});

describe("[OLL-1] a member is refused", () => {
  const denied: Refusal = [403, "access_denied", /administrators/iu];

  test.each(["ollama.servers", ...queries, "ollama.show"])("%s", async (path) => {
    const input = path === "ollama.servers" ? {} : lab(path === "ollama.show" ? { model: "llama3.2" } : {});
    await expectRefusalOf(world, toQuery(path, input, world.bob.token), denied);
  });
  test.each([...ofOneModel, "ollama.copy", "ollama.create", "ollama.cancelPull"])("%s", async (path) => {
    const inputs: Readonly<Record<string, object>> = {
      "ollama.copy": lab({ source: "llama3.2", destination: "mine" }),
      "ollama.create": lab({ model: "mine", from: "llama3.2" }),
      "ollama.cancelPull": lab({ id: nobody }),
    };
    const input = inputs[path] ?? lab({ model: "llama3.2" });
    await expectRefusalOf(world, toMutation(path, input, world.bob.token), denied);
  });
  test("the history of a model that he may not write, as that of one that does not exist", async () => {
    const refusal: Refusal = [404, "model_not_found", /"preset" does not exist/u];
    const { token } = world.bob;
    await expectRefusalOf(world, toQuery("models.history", preset(), token), refusal);
    await expectRefusalOf(world, toQuery("models.compare", preset({ from: 1, to: 1 }), token), refusal);
    await expectRefusalOf(
      world,
      toMutation("models.restore", preset({ revision: 1, version: 1 }), token),
      refusal,
    );
  });
});
