import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBadInputWorld, type BadInputWorld } from "../support/bad-input-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { pixel } from "../support/records-world.ts";
import { sendRaw } from "../support/raw-request.ts";
import { asJson, toMutation } from "../support/refusals.ts";
import { readStoredState } from "../support/stored-state.ts";

let world: BadInputWorld;
beforeAll(async () => {
  world = await createBadInputWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const base64 = (text: string) => Buffer.from(text).toString("base64");
const script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

/** What was shown inline by one system or another, and ran. */
const hostilePictures = {
  "an svg": `data:image/svg+xml;base64,${base64(script)}`,
  "an svg in clear": `data:image/svg+xml,${encodeURIComponent(script)}`,
  "an svg that says png": `data:image/png;base64,${base64(script)}`,
  "a page": `data:text/html;base64,${base64("<script>alert(1)</script>")}`,
  "a page that says gif": `data:image/gif;base64,${base64("<html><script>alert(1)</script>")}`,
  "a type in other letters": `data:IMAGE/SVG+XML;base64,${base64(script)}`,
  "a leading control character": `\u0001data:image/svg+xml;base64,${base64(script)}`,
  "a leading line break": `\ndata:text/html,${script}`,
  "base64 said twice": `data:image/png;base64;base64,${base64(script)}`,
  "a type of two types": `data:image/png,text/html;base64,${base64(script)}`,
  "a script": "javascript:alert(1)",
  "a script in disguise": " java\tscript:alert(1)",
  "a blob": "blob:https://example.com/1",
  "a file": "file:///etc/passwd",
  "plain http": "http://example.com/x.png",
  "201 KiB": `data:image/png;base64,${Buffer.concat([Buffer.from(pixel.split(",")[1] ?? "", "base64"), Buffer.alloc(201 * 1024)]).toString("base64")}`,
} as const;

/** Addresses of our own that do something when they are loaded. */
const ownAddresses = {
  "a route of ours": "/api/v1/auths/signout",
  "a call of ours": "/trpc/auth.signOut?batch=1",
  "another host": "//evil.example.com/x.png",
  "another host with backslashes": "\\\\evil.example.com\\x.png",
  "a path upward": "/static/../api/v1/auths/signout",
  "a picture's route with more behind it": "/models/model/profile/image?id=x&v=y/../../trpc/auth.signOut",
} as const;

type Way = (url: string) => Promise<{ readonly outcome: string }>;

/** Every way on which a picture comes in. */
const waysIn: Readonly<Record<string, Way>> = {
  "models.create": (url) =>
    failed(
      world.ada.trpc.models.create.mutate({
        id: "pictured",
        name: "P",
        baseModelId: "open-base",
        meta: { profile_image_url: url },
      }),
    ),
  "models.update": (url) =>
    failed(
      world.ada.trpc.models.update.mutate({
        id: "preset",
        revision: world.revision,
        metaPatch: { profile_image_url: url },
      }),
    ),
  "models.bulk": (url) =>
    reported(
      world.ada.trpc.models.bulk.mutate({
        select: { ids: ["preset"] },
        change: { metaPatch: { profile_image_url: url } },
        strict: true,
      }),
    ),
  "baseNames.save": (url) =>
    failed(world.ada.trpc.baseNames.save.mutate({ name: "llama3.2", meta: { profile_image_url: url } })),
  "policies.create": (url) =>
    failed(world.ada.trpc.policies.create.mutate({ name: "P", actions: { image: url } })),
  "documents.applyChanges": (url) =>
    reported(
      world.ada.trpc.documents.applyChanges.mutate({
        strict: true,
        text: JSON.stringify({
          corral: 1,
          source: "pictures",
          models: [{ id: "pictured", name: "P", base: "open-base", meta: { profile_image_url: url } }],
        }),
      }),
    ),
};

async function failed(call: Promise<unknown>) {
  return { outcome: (await failureOf(call)).errorCode };
}

/** A report names what it refused, item by item. */
async function reported(call: Promise<{ readonly results: readonly { readonly outcome: string }[] }>) {
  return call.then(
    ({ results }) => ({ outcome: results.map(({ outcome }) => outcome).join() }),
    () => ({ outcome: "invalid_input" }),
  );
}

describe.each(Object.keys(waysIn))("%s", (name) => {
  test("[XSS-1] [XSS-2] stores no picture that could run or call, and says so", async () => {
    const before = await readStoredState(world.server.databaseUrl);

    for (const [what, url] of Object.entries({ ...hostilePictures, ...ownAddresses })) {
      const { outcome } = (await waysIn[name]?.(url)) ?? { outcome: "no such way" };
      expect({ what, outcome }).toStrictEqual({
        what,
        outcome: expect.stringMatching(/^invalid(?:_input)?$/u),
      });
    }

    expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
  });
});

test("[XSS-1] an import takes hostile pictures off, and says so, rather than store them", async () => {
  const rows = Object.entries({ ...hostilePictures, ...ownAddresses }).map(([, url], at) => ({
    id: `hostile-${at}`,
    user_id: "x",
    base_model_id: "open-base",
    name: `Hostile ${at}`,
    params: {},
    meta: { profile_image_url: url },
    is_active: true,
  }));

  await world.ada.trpc.documents.import.mutate({ format: "open-webui", text: JSON.stringify(rows) });

  for (const [at] of rows.entries()) {
    const id = `hostile-${at}`;
    const stored = await world.ada.trpc.models.get.query({ id }).catch(() => null);
    const url = stored?.definition?.meta["profile_image_url"] ?? null;
    expect(url === null || /^https:/u.test(String(url)), `${id}: ${String(url)}`).toBe(true);
    const answer = await sendRaw(world.server.url, {
      path: `/models/model/profile/image?id=${id}`,
      headers: asJson(world.ada.token),
    });
    expect(answer.text).not.toMatch(/<script|alert/u);
  }
});

describe("a text that the database cannot store", () => {
  const texts = ["a\u0000b", "\u0000", "half a pair \ud800", "\udfff"];
  const fields: Readonly<Record<string, (text: string) => readonly [path: string, input: object]>> = {
    "a model's name": (name) => ["models.create", { id: "new", name, baseModelId: "open-base" }],
    "a model's id": (id) => ["models.create", { id, name: "New", baseModelId: "open-base" }],
    "a prompt": (system) => [
      "models.create",
      { id: "new", name: "New", baseModelId: "open-base", params: { system } },
    ],
    "a description": (description) => [
      "models.create",
      { id: "new", name: "New", baseModelId: "open-base", meta: { description } },
    ],
    "a tag": (tag) => [
      "models.create",
      { id: "new", name: "New", baseModelId: "open-base", meta: { tags: [tag] } },
    ],
    "a key of free meta": (key) => [
      "models.create",
      { id: "new", name: "New", baseModelId: "open-base", meta: { extra: { [key]: 1 } } },
    ],
    "a value of free params": (value) => [
      "models.create",
      { id: "new", name: "New", baseModelId: "open-base", params: { custom_params: { a: [{ b: value }] } } },
    ],
    "a connection's name": (name) => [
      "connections.create",
      { provider: "ollama", name, url: "http://127.0.0.1:9" },
    ],
    "a group's name": (name) => ["groups.create", { name }],
    "a group's description": (description) => ["groups.create", { name: "New", description }],
    "a person's name": (name) => [
      "users.create",
      { email: "new@example.com", password: "correct horse battery staple", name },
    ],
    "a key's name": (name) => ["keys.create", { name }],
    "a policy's name": (name) => ["policies.create", { name, actions: { hidden: true } }],
    "an alias's description": (description) => [
      "aliases.create",
      { id: "new-alias", description, targets: [{ id: "preset" }] },
    ],
    "a note on a model's end": (note) => ["models.deprecate", { id: "preset", note }],
  };

  test.each(Object.keys(fields))("[BODY-2] is refused at the door: %s", async (field) => {
    for (const text of texts) {
      const [path, input] = fields[field]?.(text) ?? ["", {}];
      const before = await readStoredState(world.server.databaseUrl);

      const { status, text: answer } = await sendRaw(
        world.server.url,
        toMutation(path, input, world.ada.token),
      );

      expect({ text, status, answer }).toMatchObject({
        status: 400,
        answer: expect.stringContaining("invalid_input"),
      });
      expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
    }
  });
});

describe("a search", () => {
  test.each(["%", "_", "%%%%", "\\", "%_%_", "'", '"; drop table users; --', "*", "[a-z]"])(
    "[DB-2] takes %j as the characters that they are",
    async (query) => {
      const { ada } = world;
      const [models, people, names] = await Promise.all([
        ada.trpc.models.list.query({ query }),
        ada.trpc.users.list.query({ search: query }),
        ada.trpc.names.list.query({ query }),
      ]);

      expect([models.total, people.total, names.total]).toStrictEqual([0, 0, 0]);
    },
  );

  test("[DB-2] is short, and ends within its bounds", async () => {
    const { ada } = world;
    for (const query of ["%_".repeat(65), "a".repeat(129)]) {
      expect((await failureOf(ada.trpc.models.list.query({ query }))).errorCode).toBe("invalid_input");
      expect((await failureOf(ada.trpc.users.list.query({ search: query }))).errorCode).toBe("invalid_input");
    }
    expect((await ada.trpc.models.list.query({ query: "%_".repeat(64) })).total).toBe(0);
  });
});

describe("no input", () => {
  const poisons = [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"a":{"__proto__":{"polluted":true}}}',
    '[{"constructor":{"prototype":{"polluted":true}}}]',
  ];

  test.each(poisons)("[POLL-1] [LIB-3] reaches a prototype, wherever it stands: %s", async (poison) => {
    const model = (inner: string) => `{"id":"poison","name":"P","baseModelId":"open-base",${inner}}`;
    const bodies = [
      ["/trpc/models.create", poison],
      ["/trpc/models.create", model(`"params":{"custom_params":${poison}}`)],
      ["/trpc/models.create", model(`"meta":{"extra":{"x":${poison}}}`)],
      ["/trpc/models.update", `{"id":"preset","revision":1,"metaPatch":{"x":${poison}}}`],
      [
        "/v1/chat/completions",
        `{"model":"preset","messages":[{"role":"user","content":"hi"}],"x":${poison}}`,
      ],
      ["/api/v1/auths/signin", poison],
    ] as const;
    const before = await readStoredState(world.server.databaseUrl);

    for (const [path, body] of bodies) {
      const headers = asJson(path.startsWith("/v1") ? world.key : world.ada.token);
      const { status } = await sendRaw(world.server.url, { method: "POST", path, headers, body });
      expect({ path, body, status }).toMatchObject({ status: 400 });
    }

    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
  });
});

test.each(["model", "messages", "prompt", "input", "stream", "stream_options", "user", "n", "tools"])(
  "[MASS-2] a provider-specific param cannot be %s",
  async (name) => {
    const input = {
      id: "new",
      name: "New",
      baseModelId: "open-base",
      params: { custom_params: { [name]: "x" } },
    };

    const { status, text } = await sendRaw(
      world.server.url,
      toMutation("models.create", input, world.ada.token),
    );

    expect({ status, text }).toMatchObject({
      status: 400,
      text: expect.stringContaining("is set by Corral"),
    });
  },
);
