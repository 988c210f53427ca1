import { expect } from "vitest";
import type { DumpKind, ForeignData, ForeignModel } from "../support/open-webui-dump.ts";

/** What a case may name: everything of one database has its prefix, so that four fit into one installation. */
export type Names = {
  readonly kind: DumpKind;
  readonly id: (name: string) => string;
  /** The provider's model that custom models stand on. */
  readonly base: string;
  /** Ids of the accounts here. */
  readonly people: Readonly<Record<"ada" | "bob" | "eve", string>>;
  /** Id of the group here that was made of `g-team`. */
  readonly team: string;
};

export type MigrationCase = {
  /** What is shown. */
  readonly name: string;
  /** Databases that can hold it; all unless said. */
  readonly isIn?: (kind: DumpKind) => boolean;
  readonly rows: (names: Names) => readonly ForeignModel[];
  /** The line of the report; `null` where there is none. */
  readonly outcome: "created" | "invalid" | "conflict" | null;
  /** What the catalog then has under the id of the last row. */
  readonly record?: (names: Names) => object;
  /** What is said beside the outcome, and nothing else. */
  readonly says?: readonly RegExp[];
};

export const picture =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const isOld = ({ shape }: DumpKind) => shape === "old";
const isNew = ({ shape }: DumpKind) => shape === "new";
const nobody = { userIds: [], groupIds: [] };

/** Everybody else that the databases know: Zoe has no account here, `u-gone` none there any more. */
export const foreignPeople: ForeignData["users"] = [
  { id: "u-ada", email: "Ada@Example.com" },
  { id: "u-bob", email: "bob@example.com" },
  { id: "u-eve", email: "eve@example.com" },
  { id: "u-zoe", email: "zoe@example.com" },
];

/** Fields of a custom model; its id is the case's. */
function custom(names: Names, id: string, fields: Partial<ForeignModel> = {}): readonly ForeignModel[] {
  return [{ id: names.id(id), base_model_id: names.base, name: id, ...fields }];
}

export const migrationCases: readonly MigrationCase[] = [
  {
    name: "a custom model keeps name, base, owner, params and description",
    rows: (names) =>
      custom(names, "plain", {
        name: "Plain",
        user_id: "u-bob",
        params: { system: "Be kind.", temperature: 0.3 },
        meta: { profile_image_url: "/static/favicon.png", description: "Kind" },
      }),
    outcome: "created",
    says: [],
    record: ({ base, people }) => ({
      kind: "custom",
      name: "Plain",
      description: "Kind",
      ownerId: people.bob,
      isActive: true,
      hidden: false,
      imageUrl: null,
      definition: {
        baseId: base,
        params: { system: "Be kind.", temperature: 0.3 },
        access: { kind: "private" },
      },
    }),
  },
  {
    name: "what is stored about a provider's model becomes its override, and has no owner",
    rows: ({ id }) => [{ id: id("base:1b"), name: "Small", params: { num_ctx: 4096 }, access: null }],
    outcome: "created",
    says: [],
    record: () => ({
      kind: "base",
      name: "Small",
      ownerId: null,
      visibility: "public",
      definition: { params: { num_ctx: 4096 }, access: { kind: "public" } },
    }),
  },
  {
    name: "an override that nobody was granted stays for administrators alone",
    rows: ({ id }) => [{ id: id("closed:1b"), name: "Closed", access: {} }],
    outcome: "created",
    says: [],
    record: () => ({ kind: "base", visibility: "private", definition: { access: { kind: "private" } } }),
  },
  {
    name: "SQL's null and a grant to everybody are public",
    rows: (names) => custom(names, "public", { access: null }),
    outcome: "created",
    says: [],
    record: () => ({ visibility: "public", definition: { access: { kind: "public" } } }),
  },
  {
    name: "JSON's null is public",
    isIn: isOld,
    rows: (names) => custom(names, "json-null", { control: "null" }),
    outcome: "created",
    says: [],
    record: () => ({ visibility: "public" }),
  },
  {
    name: "an empty object is the owner's alone",
    rows: (names) => custom(names, "own", { user_id: "u-eve", access: {} }),
    outcome: "created",
    says: [],
    record: ({ people }) => ({ ownerId: people.eve, definition: { access: { kind: "private" } } }),
  },
  {
    name: "readers and writers are found by e-mail address and by the group that came along",
    rows: (names) =>
      custom(names, "shared", {
        access: {
          read: { user_ids: ["u-eve"], group_ids: ["g-team"] },
          write: { user_ids: ["u-eve"], group_ids: [] },
        },
      }),
    outcome: "created",
    says: [],
    record: ({ people, team }) => ({
      visibility: "restricted",
      definition: {
        access: {
          kind: "restricted",
          read: { userIds: [people.eve], groupIds: [team] },
          write: { userIds: [people.eve], groupIds: [] },
        },
      },
    }),
  },
  {
    name: "write without read stays write, and says that it reads here",
    rows: (names) =>
      custom(names, "blind", { access: { write: { user_ids: ["u-bob"], group_ids: ["g-team"] } } }),
    outcome: "created",
    says: [/who may write a model may read it here; that is new for bob@example\.com, .*-Team/u],
    record: ({ people, team }) => ({
      definition: {
        access: { kind: "restricted", read: nobody, write: { userIds: [people.bob], groupIds: [team] } },
      },
    }),
  },
  {
    name: "people and groups that were deleted lose nothing that they had, and are named",
    rows: (names) =>
      custom(names, "haunted", {
        access: { read: { user_ids: ["u-gone", "u-eve"], group_ids: ["g-gone"] } },
      }),
    outcome: "created",
    says: [/left out: user u-gone \(deleted there\), group g-gone \(deleted there\)/u],
    record: ({ people }) => ({
      definition: {
        access: { kind: "restricted", read: { userIds: [people.eve], groupIds: [] }, write: nobody },
      },
    }),
  },
  {
    name: "a model whose readers have no account here is its owner's alone, never everybody's",
    rows: (names) => custom(names, "lonely", { access: { read: { user_ids: ["u-zoe"] } } }),
    outcome: "created",
    says: [/left out: zoe@example\.com \(no account here\)/u],
    record: ({ people }) => ({ ownerId: people.ada, definition: { access: { kind: "private" } } }),
  },
  {
    name: "a deleted owner's model goes to whoever imports it, private",
    rows: (names) => custom(names, "orphan", { user_id: "u-gone", access: null }),
    outcome: "created",
    says: [/owner: was user u-gone \(deleted there\); .* is private\. Everybody might use it\./u],
    record: ({ people }) => ({ ownerId: people.ada, definition: { access: { kind: "private" } } }),
  },
  {
    name: "the model of somebody without an account here goes to whoever imports it, private",
    rows: (names) =>
      custom(names, "zoes", {
        user_id: "u-zoe",
        access: { read: { group_ids: ["g-team"], user_ids: ["u-bob"] } },
      }),
    outcome: "created",
    says: [/owner: was zoe@example\.com \(no account here\); .* It was shared with 2 people and groups\./u],
    record: ({ people }) => ({ ownerId: people.ada, definition: { access: { kind: "private" } } }),
  },
  {
    name: "a model that was switched off stays off",
    rows: (names) => custom(names, "off", { is_active: false }),
    outcome: "created",
    says: [],
    record: () => ({ isActive: false }),
  },
  {
    name: "a hidden model stays hidden",
    rows: (names) => custom(names, "hidden", { meta: { hidden: true } }),
    outcome: "created",
    says: [],
    record: () => ({ hidden: true }),
  },
  {
    name: "tags may be texts, objects, and the same twice",
    rows: (names) =>
      custom(names, "tagged", { meta: { tags: ["One", { name: "Two" }, { name: "one" }, null] } }),
    outcome: "created",
    says: [/meta\.tags: 1 could not be taken over/u],
    record: () => ({ tags: ["One", "Two"] }),
  },
  {
    name: "a picture of its own comes along",
    rows: (names) => custom(names, "pictured", { meta: { profile_image_url: picture } }),
    outcome: "created",
    says: [],
    record: () => ({ imageUrl: expect.stringMatching(/^\/models\/model\/profile\/image\?id=/u) as unknown }),
  },
  {
    name: "a picture that is none is left out and named",
    rows: (names) =>
      custom(names, "broken-picture", { meta: { profile_image_url: "data:image/svg+xml;base64,PHN2Zz4=" } }),
    outcome: "created",
    says: [/meta\.profile_image_url: was left out/u],
    record: () => ({ imageUrl: null }),
  },
  {
    name: "params that are texts get their types, its own are kept and not sent",
    rows: (names) =>
      custom(names, "texts", {
        params: { temperature: "0.7", stop: "###, END", function_calling: "native", top_p: null },
      }),
    outcome: "created",
    says: [/params\.temperature: "0\.7" was read as 0\.7/u, /params\.stop/u],
    record: () => ({
      definition: {
        params: { temperature: 0.7, stop: ["###", "END"] },
        meta: { extra: { openwebui_params: { function_calling: "native" } } },
      },
    }),
  },
  {
    name: "capabilities that are unknown here, and unknown keys, are kept",
    rows: (names) =>
      custom(names, "able", {
        meta: {
          capabilities: { vision: true, web_search: false },
          toolIds: ["weather"],
          builtinTools: { time: true },
        },
      }),
    outcome: "created",
    says: [],
    record: () => ({
      capabilities: { vision: { value: true, source: "declared" } },
      definition: {
        meta: {
          toolIds: ["weather"],
          builtinTools: { time: true },
          extra: { openwebui_capabilities: { web_search: false } },
        },
      },
    }),
  },
  {
    name: "megabytes of attached knowledge are left out and named",
    rows: (names) =>
      custom(names, "learned", { meta: { knowledge: [{ id: "k", data: "x".repeat(2_000_000) }] } }),
    outcome: "created",
    says: [/meta\.knowledge: was left out/u],
    record: () => ({ definition: { meta: {} } }),
  },
  {
    name: "params and meta may be null",
    rows: (names) => custom(names, "null-columns", { params: null, meta: "null" }),
    outcome: "created",
    says: [],
    record: () => ({ definition: { params: {} } }),
  },
  {
    name: "a model without a name is called by its id",
    rows: (names) => custom(names, "nameless", { name: " " }),
    outcome: "created",
    says: [],
    record: ({ id }) => ({ name: id("nameless") }),
  },
  {
    name: "an id may have slashes, colons, spaces and letters of any script",
    rows: (names) => custom(names, "team/Größe XL:v2 日本"),
    outcome: "created",
    says: [],
    record: ({ id }) => ({ id: id("team/Größe XL:v2 日本") }),
  },
  {
    name: "a model on a base that is nowhere waits for it",
    rows: (names) => custom(names, "baseless", { base_model_id: "vanished:7b" }),
    outcome: "created",
    says: [/The base model "vanished:7b" is not here/u],
    record: () => ({ status: "base_missing", definition: { baseId: "vanished:7b" } }),
  },
  {
    name: "a model may stand on another of the database, whatever their order",
    rows: (names) => [
      ...custom(names, "z-lower"),
      ...custom(names, "a-upper", { base_model_id: names.id("z-lower") }),
    ],
    outcome: "created",
    says: [],
    record: ({ id }) => ({ status: "ready", definition: { baseId: id("z-lower") } }),
  },
  {
    name: "what is stored about a model that no connection lists is refused by name",
    rows: ({ id }) => [{ id: id("unlisted:1b"), access: null }],
    outcome: "invalid",
    says: [/No connection lists a model ".*unlisted:1b"/u],
  },
  {
    name: "an id that somebody has taken here by hand is left alone",
    rows: (names) => custom(names, "taken", { name: "Theirs" }),
    outcome: "conflict",
    says: [/was made by hand/u],
    record: () => ({ name: "Ours" }),
  },
  {
    name: "a custom model cannot take a provider's name",
    rows: (names) => custom(names, "occupied:1b"),
    outcome: "invalid",
    says: [/./u],
    record: () => ({ kind: "base" }),
  },
  {
    name: "of two ids that differ in case alone the first comes",
    rows: (names) => [
      ...custom(names, "Twice", { name: "First" }),
      ...custom(names, "twice", { name: "Second" }),
    ],
    outcome: "invalid",
    says: [/stands in the document twice/u],
    record: () => ({ name: "First" }),
  },
  {
    name: "a value out of range is refused with its place",
    rows: (names) => custom(names, "hot", { params: { temperature: 9 } }),
    outcome: "invalid",
    says: [/params\.temperature/u],
  },
  {
    name: "params that are no JSON are refused, and keep nobody else out",
    isIn: ({ shape, engine }) => shape === "old" || engine === "sqlite",
    rows: (names) => custom(names, "broken", { params: "{not json" }),
    outcome: "invalid",
    says: [/params: holds no JSON/u],
  },
  {
    name: "keys that reach a prototype are refused",
    rows: (names) => custom(names, "proto", { params: '{"__proto__": {"system": "x"}}' }),
    outcome: "invalid",
    says: [/forbidden key/u],
  },
  {
    name: "an access that means nothing gives nobody anything",
    isIn: isOld,
    rows: (names) => custom(names, "odd", { control: '{"read": "everybody"}' }),
    outcome: "created",
    says: [/access_control: has a form that means nothing\. The model is private\./u],
    record: () => ({ definition: { access: { kind: "private" } } }),
  },
  {
    name: "who might write a public model is named, since everybody may read it",
    isIn: isNew,
    rows: (names) =>
      custom(names, "open", {
        access: null,
        grants: [{ type: "user", id: "u-bob", permission: "write" }],
      }),
    outcome: "created",
    says: [/nobody can be named beside that here; bob@example\.com might also write it/u],
    record: () => ({ definition: { access: { kind: "public" } } }),
  },
  {
    name: "everybody's write becomes everybody's read",
    isIn: isNew,
    rows: (names) => custom(names, "wide-open", { grants: [{ type: "user", id: "*", permission: "write" }] }),
    outcome: "created",
    says: [/everybody might write it; here everybody may read it/u],
    record: () => ({ definition: { access: { kind: "public" } } }),
  },
  {
    name: "grants of an unknown kind are left out and named",
    isIn: isNew,
    rows: (names) => custom(names, "linked", { grants: [{ type: "anyone", id: "*", permission: "read" }] }),
    outcome: "created",
    says: [/grants of the kind anyone read were left out/u],
    record: () => ({ definition: { access: { kind: "private" } } }),
  },
  {
    name: "an arena is left out",
    rows: ({ id }) => [{ id: id("arena"), meta: { model_ids: null, filter_mode: "include" } }],
    outcome: null,
  },
];
