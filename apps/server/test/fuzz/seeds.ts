import type { Call, Objects } from "../matrix/row.ts";
import type { World } from "../matrix/world.ts";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import type { Draft } from "./make-request.ts";

const messages = [
  { role: "system", content: "be short" },
  { role: "user", content: [{ type: "text", text: "hi" }] },
];
const call = {
  max_tokens: 5,
  temperature: 0.5,
  top_p: 0.9,
  stop: ["x"],
  seed: 1,
  user: "somebody",
  logit_bias: { 1: 2 },
};
const tool = {
  type: "function",
  function: { name: "look", description: "d", parameters: { type: "object" } },
};
const scimUser = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: "fuzz@corp.example",
  externalId: "ext-fuzz",
  name: { givenName: "Fu", familyName: "Zz" },
  emails: [{ value: "fuzz@corp.example", type: "work", primary: true }],
  displayName: "Fu Zz",
  active: true,
};
const scimPatch = (...Operations: object[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations,
});

type Making = (objects: Objects) => readonly Partial<Draft>[];

/** Where neither the matrix's calls nor a schema say what a door is asked in earnest. */
const seedsOf: Readonly<Record<string, Making>> = {
  "POST /v1/chat/completions": ({ model }) => [
    {
      body: {
        model,
        messages,
        ...call,
        tools: [tool],
        tool_choice: "auto",
        n: 1,
        response_format: { type: "json_object" },
      },
    },
    {
      body: {
        model: "loud-base-1",
        messages,
        ...call,
        stream: true,
        stream_options: { include_usage: true },
        logprobs: true,
        top_logprobs: 2,
      },
    },
  ],
  "POST /v1/completions": ({ model }) => [
    { body: { model, prompt: "hi", ...call, suffix: "end", echo: false, best_of: 1, logprobs: 1 } },
    { body: { model: "loud-base-1", prompt: ["hi"], stream: true, ...call } },
  ],
  "POST /v1/embeddings": () => [
    {
      body: {
        model: "loud-base-1",
        input: ["hi", "you"],
        dimensions: 8,
        encoding_format: "float",
        user: "u",
      },
    },
    { body: { model: "loud-base-1", input: "hi", encoding_format: "base64" } },
  ],
  "GET /v1/models/*": ({ model }) => [{ params: { "*": model } }, { params: { "*": "open-base:7b" } }],
  "POST /ollama/api/chat": ({ model }) => [
    {
      body: {
        model,
        messages: [{ role: "user", content: "hi", images: [] }],
        stream: false,
        format: "json",
        keep_alive: "5m",
        think: false,
        options: { num_ctx: 10, temperature: 1, stop: ["x"] },
        tools: [tool],
      },
    },
  ],
  "POST /ollama/api/generate": ({ model }) => [
    {
      body: {
        model,
        prompt: "hi",
        system: "s",
        template: "t",
        context: [1],
        raw: false,
        suffix: "x",
        images: [],
        stream: false,
        options: { seed: 1 },
      },
    },
  ],
  "POST /scim/v2/Users": () => [{ body: scimUser }],
  "PUT /scim/v2/Users/:id": ({ user }) => [
    { params: { id: user }, body: { ...scimUser, userName: `${user}@corp.example`, externalId: user } },
  ],
  "PATCH /scim/v2/Users/:id": ({ user }) => [
    {
      params: { id: user },
      body: scimPatch(
        { op: "replace", path: "active", value: true },
        { op: "replace", value: { displayName: "B", "name.givenName": "c" } },
      ),
    },
    {
      params: { id: user },
      body: scimPatch(
        { op: "add", path: 'emails[type eq "work"].value', value: "x@corp.example" },
        { op: "remove", path: "externalId" },
      ),
    },
  ],
  "POST /scim/v2/Groups": ({ user }) => [
    { body: { displayName: "Fuzz", externalId: "g", members: [{ value: user }] } },
  ],
  "PUT /scim/v2/Groups/:id": ({ group, user }) => [
    { params: { id: group }, body: { displayName: "Fuzz", members: [{ value: user }] } },
  ],
  "GET /scim/v2/Groups/:id": ({ group }) => [{ params: { id: group } }],
  "DELETE /scim/v2/Groups/:id": ({ group }) => [{ params: { id: group } }],
  "PATCH /scim/v2/Groups/:id": ({ group, user }) => [
    {
      params: { id: group },
      body: scimPatch(
        { op: "add", path: "members", value: [{ value: user }] },
        { op: "remove", path: `members[value eq "${user}"]` },
      ),
    },
    { params: { id: group }, body: scimPatch({ op: "replace", path: "displayName", value: "Other" }) },
  ],
  "GET /scim/v2/Users": () => [
    {
      query: {
        filter: 'userName eq "fuzz@corp.example"',
        startIndex: 1,
        count: 10,
        attributes: "userName,emails.value",
      },
    },
    { query: { filter: 'emails.value eq "a\\u0020b"', excludedAttributes: "name" } },
  ],
  "GET /scim/v2/Groups": () => [
    { query: { filter: 'displayName eq "Readers"', count: 0 } },
    { query: { filter: 'id eq "x"' } },
  ],
  "GET /scim/v2/ResourceTypes/:id": () => [{ params: { id: "User" } }],
  "GET /scim/v2/Schemas/:id": () => [{ params: { id: "urn:ietf:params:scim:schemas:core:2.0:User" } }],
  "GET /auth/sso/:provider": () => [{ params: { provider: "nobody" }, query: { returnTo: "/models" } }],
  "GET /auth/sso/:provider/callback": () => [
    {
      params: { provider: "nobody" },
      query: { code: "c", state: "s", error: "e", iss: "http://127.0.0.1:9" },
    },
  ],
};

const item = {
  name: "Fuzz",
  baseModelId: "open-base:7b",
  params: { temperature: 1, system: "s" },
  meta: { tags: ["a"], description: "d" },
};
const owned = {
  owner: "rita@example.com",
  access: { kind: "restricted", read: { groups: ["Readers"], users: ["rita@example.com"] } },
};
/** Documents, which are texts within the input. */
const texts: Readonly<Record<string, readonly object[]>> = {
  documents: [
    {
      corral: 1,
      source: "fuzz",
      models: [
        { id: "fuzz-doc", ...item, isActive: true },
        { id: "fuzz-doc-2", ...item, ...owned },
      ],
      groups: [{ name: "Fuzz", description: "d", members: ["rita@example.com"] }],
      aliases: [{ id: "fuzz-alias", targets: [{ id: "fuzz-doc" }], description: "x" }],
      policies: [
        { name: "Fuzz", enabled: false, match: { connections: ["cellar"] }, actions: { hidden: true } },
      ],
      settings: { signUpOpen: true },
    },
    {
      corral: 1,
      source: "fuzz",
      connections: [
        {
          slug: "doc",
          provider: "ollama",
          name: "Doc",
          url: "http://127.0.0.1:9",
          enabled: false,
          prefix: "doc",
        },
      ],
    },
  ],
  imports: [
    [
      {
        id: "fuzz-import",
        name: "Fuzz",
        base_model_id: "open-base:7b",
        params: { temperature: 1 },
        meta: { description: "d", tags: [{ name: "x" }] },
        access_control: null,
        is_active: true,
      },
    ],
    {
      models: [
        {
          id: "fuzz-import",
          user_id: "u",
          base_model_id: null,
          name: "Fuzz",
          params: {},
          meta: {},
          access_control: { read: { group_ids: [], user_ids: [] } },
          created_at: 1,
          updated_at: 2,
        },
      ],
    },
  ],
};

/** Calls of a door as they are meant. */
export function listSeeds(door: FuzzedDoor, objects: Objects, world: World): readonly Draft[] {
  const made = [
    ...door.rows.map((row) => toDraft(door, row.call(objects, world))),
    ...(seedsOf[door.name]?.(objects) ?? []),
  ];
  return made.map((draft) => ({ params: {}, query: {}, headers: {}, body: undefined, ...draft }));
}

/** The documents of a door that takes them as a field or as its body; none at the others. */
export function listDocuments(door: FuzzedDoor): readonly object[] {
  if (/^documents\.(?:plan|applyChanges|drift)$/u.test(door.name)) return texts["documents"] ?? [];
  return door.name === "documents.import" || /\/(?:import|sync)$/u.test(door.name)
    ? (texts["imports"] ?? [])
    : [];
}

function toDraft(door: FuzzedDoor, { path, body, headers = {} }: Call): Draft {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const query = Object.fromEntries(searchParams);
  if (door.kind === "route") return { params: paramsOf(door.path, pathname), query, body, headers };
  const { input, batch, ...others } = query;
  // safe: a batch of one call
  const own = batch === undefined ? body : (body as { readonly 0: unknown })[0];
  return { params: {}, query: others, body: input === undefined ? own : JSON.parse(input), headers };
}

function paramsOf(template: string, path: string): Readonly<Record<string, string>> {
  const names: string[] = [];
  const pattern = template.replaceAll(/:(\w+)|\*/gu, (_, name: string | undefined) => {
    names.push(name ?? "*");
    return name === undefined ? "(.*)" : "([^/]*)";
  });
  const values = new RegExp(`^${pattern}$`, "u").exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at] ?? "")]));
}
